package console

import (
	"net/http"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// logRow is a row of the log.
type logRow struct{ emulator.LogEntry }

// outcome is how a call ended. It has a sign and a text besides the color.
type outcome struct {
	Sign, Color string
	Text        string // the key of the message
}

// Outcome returns how the call ended.
func (e logRow) Outcome() outcome {
	switch {
	case !e.Ended:
		return outcome{"…", "accent", "log.outcome.pending"}
	case e.HTTPStatus == 0:
		return outcome{"✗", "bad", "log.outcome.lost"}
	case e.Broken || e.Code == 0 && e.HTTPStatus >= http.StatusBadRequest:
		return outcome{"✗", "bad", "log.outcome.broken"}
	case e.Code == 0:
		return outcome{"✓", "good", "log.outcome.ok"}
	case e.Code > 90000 && e.Code < 90100:
		return outcome{"⚠", "warn", "log.outcome.throttled"}
	case e.Code == -1:
		return outcome{"✗", "bad", "log.outcome.busy"}
	}
	switch e.Code {
	case 40000, 40014, 40089, 40096, 42001:
		return outcome{"⚠", "warn", "log.outcome.token"}
	case 50002, 50004, 60011, 60020:
		return outcome{"⚠", "warn", "log.outcome.permission"}
	}
	return outcome{"✗", "bad", "log.outcome.refused"}
}

// ByConsole reports whether the call was made in the console.
func (e logRow) ByConsole() bool { return e.Admin && e.From == "" }

// FaultPhrase returns the name of the fault that the call met, or nil.
func (e logRow) FaultPhrase() *faultPhrase { return phraseOf(e.Fault) }

// Title returns the operation of the call, or the method and path of an unknown one.
func (e logRow) Title() string {
	if e.Op != "" {
		return e.Op
	}
	return e.Method + " " + e.Path
}

// Clock returns the time of day, in the zone of the machine as in other logs.
func (e logRow) Clock() string { return e.Time.Local().Format("15:04:05.000") }

// Day returns the day and the zone.
func (e logRow) Day() string { return e.Time.Local().Format("2006-01-02 -07:00") }

// FullTime returns the time with date and zone.
func (e logRow) FullTime() string { return clockTime(e.Time) }

// Machine returns the time for programs.
func (e logRow) Machine() string { return e.Time.Local().Format("2006-01-02T15:04:05.000Z07:00") }

// clockTime formats a time to the millisecond, with its zone.
func clockTime(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05.000 -07:00") }

// Took returns the duration in a fitting unit, or the empty text while the call goes on.
func (e logRow) Took() string {
	switch d := e.Duration; {
	case !e.Ended:
		return ""
	case d < time.Millisecond:
		return strconv.FormatInt(d.Microseconds(), 10) + " µs"
	case d < time.Second:
		return strconv.FormatFloat(d.Seconds()*1000, 'f', 1, 64) + " ms"
	default:
		return strconv.FormatFloat(d.Seconds(), 'f', 2, 64) + " s"
	}
}
