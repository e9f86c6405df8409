package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// faultKind is a kind of fault by the name that it has in tests.
type faultKind struct {
	Name  string
	make  func(value string) (emulator.Fault, *fieldError)
	Value bool // the fault takes a value
}

// Text returns the key of the name of the fault.
func (k faultKind) Text() string { return "fault." + k.Name }

// What returns the key of the description of the fault.
func (k faultKind) What() string { return "fault." + k.Name + ".what" }

// faultGroup holds faults with the same effect on the organization.
type faultGroup struct {
	Text  string // its key
	Kinds []faultKind
}

// Label returns the key of the heading of the group.
func (g faultGroup) Label() string { return g.Text + ".group" }

// faultGroups returns the faults that can be injected.
func faultGroups() []faultGroup {
	return []faultGroup{
		{"fault.notApplied", []faultKind{
			fixed("Throttled", emulator.Throttled), fixed("SystemBusy", emulator.SystemBusy),
			fixed("TokenExpired", emulator.TokenExpired), fixed("PermissionMissing", emulator.PermissionMissing),
			{"Code", code, true}, {"HTTPStatus", httpStatus, true}, fixed("HTMLPage", emulator.HTMLPage),
			fixed("Punished", emulator.Punished), fixed("Hang", emulator.Hang),
			fixed("DropConnection", emulator.DropConnection),
		}},
		{"fault.done", []faultKind{
			{"Slow", slow, true}, fixed("LostResponse", emulator.LostResponse), fixed("CutBody", emulator.CutBody),
			fixed("BadJSON", emulator.BadJSON),
		}},
	}
}

func faultKinds() []faultKind {
	var all []faultKind
	for _, group := range faultGroups() {
		all = append(all, group.Kinds...)
	}
	return all
}

// queuedFault is a fault in the queue of an operation.
type queuedFault struct {
	emulator.QueuedFault
	Name    string // as a test would write it
	What    string // the keys of its description and of its effect on the call
	Becomes string
}

func newQueuedFault(queued emulator.QueuedFault) queuedFault {
	w := queuedFault{QueuedFault: queued, Name: emulator.FaultName(queued.Fault)}
	name, after := strings.CutSuffix(w.Name, ".AfterWork()")
	name, _, _ = strings.Cut(name, "(") // its value
	for _, group := range faultGroups() {
		for _, kind := range group.Kinds {
			if kind.Name == name {
				w.What, w.Becomes = kind.What(), group.Text
			}
		}
	}
	if after {
		w.Becomes = "fault.done"
	}
	return w
}

func fixed(name string, f emulator.Fault) faultKind {
	return faultKind{name, func(string) (emulator.Fault, *fieldError) { return f, nil }, false}
}

// The largest code and the longest delay that may be entered.
const (
	maxCode = 9_999_999
	maxSlow = 10 * time.Minute
)

// code parses a code of the service.
func code(value string) (emulator.Fault, *fieldError) {
	n, err := strconv.Atoi(value)
	if err != nil || n == 0 || n < -maxCode || n > maxCode {
		return emulator.Fault{}, &fieldError{"controls.error.code", []any{maxCode}}
	}
	return emulator.Code(n), nil
}

// httpStatus parses an HTTP status.
func httpStatus(value string) (emulator.Fault, *fieldError) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 300 || n > 599 {
		return emulator.Fault{}, &fieldError{"controls.error.number", []any{300, 599}}
	}
	return emulator.HTTPStatus(n), nil
}

// slow parses seconds, or a duration in the format of Go.
func slow(value string) (emulator.Fault, *fieldError) {
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		value += "s"
	}
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > maxSlow {
		return emulator.Fault{}, &fieldError{"controls.error.slow", []any{int(maxSlow / time.Second)}}
	}
	return emulator.Slow(d), nil
}

func (c *console) injectFault(f *form) {
	op, kinds := f.value("operation"), faultKinds()
	if !isOperation(op) {
		f.reject("operation", "controls.error.choose")
	}
	times := f.number("times")
	at := slices.IndexFunc(kinds, func(k faultKind) bool { return k.Name == f.value("fault") })
	if at < 0 {
		f.reject("fault", "controls.error.choose")
		return
	}
	fault, wrong := kinds[at].make(f.value("value"))
	if wrong != nil {
		f.Errors["value"] = *wrong
	}
	if f.Values.Has("after") {
		fault = fault.AfterWork()
	}
	if len(f.Errors) == 0 && c.server.Fail(op, fault, int(times)) != nil {
		f.reject("fault", "controls.error.unsupported", op)
	}
}

func (c *console) clearFaults(f *form) {
	op := f.value("operation") // empty: all
	if op != "" && !isOperation(op) {
		f.reject("", "controls.error.choose")
		return
	}
	f.accept(c.server.ClearFaults(op))
}

func isOperation(name string) bool {
	return slices.Contains(emulator.Operations(), name)
}
