package console

import "time"

// serviceZone is the one in which the service has its days.
var serviceZone = time.FixedZone("UTC+8", 8*60*60)

// moment writes a time as it is said in a language, in the zone of the service; the midnight of a day is the day.
func formatTime(lang language, t time.Time) string {
	t = t.In(serviceZone)
	layout, clock := "2 January 2006", ", 15:04:05"
	if lang == chinese {
		layout, clock = "2006年1月2日", " 15:04:05"
	}
	if t.Hour() != 0 || t.Minute() != 0 || t.Second() != 0 {
		layout += clock
	}
	return t.Format(layout)
}

// machineTime is the same for programs.
func machineTime(t time.Time) string { return t.In(serviceZone).Format(time.RFC3339) }
