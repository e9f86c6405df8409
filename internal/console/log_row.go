package console

import (
	"net/http"

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

// Moment returns when the call arrived.
func (e logRow) Moment() moment { return moment{e.Time} }

// Took returns the duration, or the empty text while the call goes on.
func (e logRow) Took() string {
	if !e.Ended {
		return ""
	}
	return formatDuration(e.Duration)
}
