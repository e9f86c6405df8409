package console

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// faultKind is a kind of fault by the name that it has in the emulator.
type faultKind struct {
	Name  string
	make  func(value string) (emulator.Fault, *fieldError)
	Value string // the field that holds the value which the fault takes; empty for none
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

// Applied reports whether the faults come after the work in any case.
func (g faultGroup) Applied() bool { return g.Text == faultApplied }

// The keys of the effect of a fault.
const (
	faultNotApplied = "fault.notApplied"
	faultApplied    = "fault.applied"
)

// faultGroups returns the faults that can be injected.
func faultGroups() []faultGroup {
	return []faultGroup{
		{faultNotApplied, []faultKind{
			fixed("Throttled"), fixed("SystemBusy"), fixed("TokenExpired"), fixed("PermissionMissing"),
			{"Code", code, "code"}, {"StringCode", stringCode, "reason"}, {"HTTPStatus", httpStatus, "status"},
			fixed("BanPage"), fixed("BanJSON"), fixed("BusyText"), fixed("TooFrequentText"), fixed("PortalPage"),
			fixed("Hang"), fixed("DropConnection"),
		}},
		{faultApplied, []faultKind{
			{"Slow", slow, "delay"}, {"Omit", omit, "field"}, fixed("LostResponse"), fixed("CutBody"), fixed("BadJSON"),
			fixed("EmptyBody"),
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

// faultPhrase is the name of a fault with its value, for a page.
type faultPhrase struct {
	Key   string
	Args  []any
	After bool // the fault comes after the work although others of its kind do not
}

// phraseOf returns the name of a fault, or nil for none.
func phraseOf(parts emulator.FaultParts) *faultPhrase {
	phrase := faultPhrase{Key: "fault." + parts.Name, After: parts.AfterWork}
	switch parts.Name {
	case "":
		return nil
	case "Code", "HTTPStatus":
		phrase.Key += ".value"
		phrase.Args = []any{parts.Code}
	case "StringCode":
		phrase.Key += ".value"
		phrase.Args = []any{parts.Code, parts.Reason}
	case "Omit":
		phrase.Key += ".value"
		phrase.Args = []any{parts.Field}
	case "Slow":
		phrase.Key += ".value"
		phrase.Args = []any{parts.Delay}
	}
	return &phrase
}

// queuedFault is a fault in the queue of an operation.
type queuedFault struct {
	emulator.QueuedFault
	Name    string // in the emulator
	Phrase  *faultPhrase
	What    string // the keys of its description and of its effect on the call
	Becomes string
}

func newQueuedFault(queued emulator.QueuedFault) queuedFault {
	parts := queued.Fault.Parts()
	w := queuedFault{QueuedFault: queued, Name: parts.Name, Phrase: phraseOf(parts)}
	for _, group := range faultGroups() {
		for _, kind := range group.Kinds {
			if kind.Name == parts.Name {
				w.What, w.Becomes = kind.What(), group.Text
			}
		}
	}
	if parts.AfterWork {
		w.Becomes = faultApplied
	}
	return w
}

func fixed(name string) faultKind {
	f := emulator.NamedFaults()[name]
	return faultKind{name, func(string) (emulator.Fault, *fieldError) { return f, nil }, ""}
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

// stringCode parses an HTTP status and a string code of the new API, with a space in between.
func stringCode(value string) (emulator.Fault, *fieldError) {
	status, reason, _ := strings.Cut(value, " ")
	n, err := strconv.Atoi(status)
	if reason = strings.TrimSpace(reason); err != nil || n < 400 || n > 599 || reason == "" {
		return emulator.Fault{}, &fieldError{"controls.error.reason", nil}
	}
	return emulator.StringCode(n, reason), nil
}

// omit parses the name of a field.
func omit(value string) (emulator.Fault, *fieldError) {
	if value == "" {
		return emulator.Fault{}, &fieldError{"controls.error.field", nil}
	}
	return emulator.Omit(value), nil
}

// httpStatus parses an HTTP status.
func httpStatus(value string) (emulator.Fault, *fieldError) {
	n, err := strconv.Atoi(value)
	if err != nil || n < 300 || n > 599 {
		return emulator.Fault{}, &fieldError{"controls.error.number", []any{300, 599}}
	}
	return emulator.HTTPStatus(n), nil
}

// slow parses seconds.
func slow(value string) (emulator.Fault, *fieldError) {
	seconds, err := strconv.ParseFloat(value, 64)
	d := time.Duration(seconds * float64(time.Second))
	if err != nil || !(seconds > 0 && seconds <= maxSlow.Seconds()) {
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
	kind := kinds[at]
	fault, wrong := kind.make(f.value(kind.Value))
	if wrong != nil {
		f.Errors[kind.Value] = *wrong
	}
	if f.Values.Has("after") {
		fault = fault.AfterWork()
	}
	if len(f.Errors) == 0 && c.server.Fail(op, fault, int(times)) != nil {
		f.reject("fault", "controls.error.unsupported", op)
	}
	f.Keep = maps.Clone(f.Values)
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
