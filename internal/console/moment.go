package console

import (
	"strconv"
	"time"
)

// moment is a time as logs show it, in the zone of the machine.
type moment struct{ time.Time }

// Clock returns the time of day.
func (m moment) Clock() string { return m.Local().Format("15:04:05.000") }

// Day returns the day and the zone.
func (m moment) Day() string { return m.Local().Format("2006-01-02 -07:00") }

// Full returns the time with date and zone.
func (m moment) Full() string { return clockTime(m.Time) }

// Machine returns the time for programs.
func (m moment) Machine() string { return m.Local().Format("2006-01-02T15:04:05.000Z07:00") }

// clockTime formats a time to the millisecond, with its zone.
func clockTime(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05.000 -07:00") }

// formatDuration formats a duration in a fitting unit.
func formatDuration(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + " µs"
	case d < time.Second:
		return strconv.FormatFloat(d.Seconds()*1000, 'f', 1, 64) + " ms"
	default:
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
	}
}
