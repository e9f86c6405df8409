package console

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// faultKind is a fault by the name that tests know it by.
type faultKind struct {
	Name  string
	make  func(value string) (emulator.Fault, *fieldError)
	Value bool // it needs one
}

// Text and What are the keys of what the fault is called, and of what it does.
func (k faultKind) Text() string { return "fault." + k.Name }
func (k faultKind) What() string { return "fault." + k.Name + ".what" }

// faultGroup is faults that leave the organisation in the same state.
type faultGroup struct {
	Text  string // its key
	Kinds []faultKind
}

// Label is the key of what a list of them is called.
func (g faultGroup) Label() string { return g.Text + ".group" }

func faultGroups() []faultGroup {
	return []faultGroup{
		{"fault.undone", []faultKind{
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

// waiting is a fault that calls of an operation are going to meet.
type waiting struct {
	emulator.QueuedFault
	Name    string // as a test would write it
	What    string // the keys of what it does, and of what becomes of the call
	Becomes string
}

func newWaiting(queued emulator.QueuedFault) waiting {
	w := waiting{QueuedFault: queued, Name: emulator.FaultName(queued.Fault)}
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

// A code has six digits at most; no answer is held back for longer than anybody waits.
const (
	mostCode = 9_999_999
	mostSlow = 10 * time.Minute
)

func code(value string) (emulator.Fault, *fieldError) {
	n, err := strconv.Atoi(value)
	if err != nil || n == 0 || n < -mostCode || n > mostCode {
		return emulator.Fault{}, &fieldError{"controls.error.code", []any{mostCode}}
	}
	return emulator.Code(n), nil
}

func httpStatus(value string) (emulator.Fault, *fieldError) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 300 || n > 599 {
		return emulator.Fault{}, &fieldError{"controls.error.number", []any{300, 599}}
	}
	return emulator.HTTPStatus(n), nil
}

// slow takes seconds, or a duration as Go writes one.
func slow(value string) (emulator.Fault, *fieldError) {
	if _, err := strconv.ParseFloat(value, 64); err == nil {
		value += "s"
	}
	d, err := time.ParseDuration(value)
	if err != nil || d <= 0 || d > mostSlow {
		return emulator.Fault{}, &fieldError{"controls.error.slow", []any{int(mostSlow / time.Second)}}
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
		f.reject("fault", "controls.error.words", op)
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
	return slices.ContainsFunc(contract.All(), func(e *contract.Endpoint) bool { return e.Name == name })
}
