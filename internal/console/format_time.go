package console

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// formatTime formats a time in a language, in the zone of the service. The midnight of a day is the day alone.
func formatTime(lang language, t time.Time) string {
	t = t.In(contract.ServiceZone)
	layout, clock := "2 January 2006", ", 15:04:05"
	if lang == chinese {
		layout, clock = "2006年1月2日", " 15:04:05"
	}
	if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 {
		layout += clock
	}
	return t.Format(layout)
}

// machineTime formats a time for programs.
func machineTime(t time.Time) string { return t.In(contract.ServiceZone).Format(time.RFC3339) }
