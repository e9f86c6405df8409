package console

import (
	"bytes"
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// eventKind is a type of events to choose from.
type eventKind struct{ Type string }

// Text returns the key of the description.
func (k eventKind) Text() string { return "events.type." + k.Type }

// eventKinds returns the types of contact events.
func eventKinds() (kinds []eventKind) {
	for _, typ := range emulator.EventTypes() {
		kinds = append(kinds, eventKind{typ})
	}
	return kinds
}

// otherType is the choice of a type that is not among the kinds.
const otherType = "other"

// eventActions returns the actions of the page of the events by the last segment of their path.
func (c *console) eventActions() map[string]func(*form) {
	return map[string]func(*form){
		"emit":       c.emit,
		"disturb":    c.disturb,
		"calm":       func(f *form) { f.accept(c.server.Disturb(0)) },
		"disconnect": c.onConnection((*emulator.StreamConnection).Disconnect),
		"freeze":     c.onConnection((*emulator.StreamConnection).Freeze),
		"cut":        c.onConnection((*emulator.StreamConnection).Cut),
	}
}

// emit sends an event. The form keeps its choice.
func (c *console) emit(f *form) {
	typ, body := f.value("event"), strings.TrimSpace(f.Values.Get("body"))
	f.Keep = url.Values{"event": {typ}}
	switch typ {
	case otherType:
		typ = f.value("other")
		f.Keep.Set("other", typ)
		if typ == "" {
			f.reject("other", "events.error.type")
		}
	case "":
		f.reject("event", "controls.error.choose")
	}
	if wrong := checkJSON(body); wrong != nil {
		f.Errors["body"] = *wrong
	}
	if len(f.Errors) > 0 {
		return
	}
	_, err := c.server.Emit(typ, json.RawMessage(body))
	f.accept(err)
}

// checkJSON returns what is wrong with a JSON text, and where.
func checkJSON(text string) *fieldError {
	if text == "" {
		return &fieldError{"events.error.empty", nil}
	}
	var decoded any
	err := json.Unmarshal([]byte(text), &decoded)
	if err == nil {
		return nil
	}
	at := len(text)
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		at = min(max(int(syntax.Offset)-1, 0), len(text))
	}
	before := text[:at]
	line := strings.Count(before, "\n") + 1
	column := len([]rune(before[strings.LastIndexByte(before, '\n')+1:])) + 1
	return &fieldError{"events.error.json", []any{line, column, err.Error()}}
}

// indentJSON returns JSON as a field shows it.
func indentJSON(body json.RawMessage) string {
	var b bytes.Buffer
	_ = json.Indent(&b, body, "", "  ") // the emulator encoded it
	return b.String()
}

// disturb disturbs the delivery of events, instead of earlier disturbances.
func (c *console) disturb(f *form) {
	share := func(field string) float64 { return float64(f.number(field)) / 100 }
	d := emulator.Disturbance{
		Types: list(f.value("types")), Lose: share("lose"), Double: share("double"), Reorder: share("reorder"),
		OmitID: share("omit_id"), NoAck: share("no_ack"), Break: share("break"),
		WrongSignature: share("wrong_signature"), WrongOwner: share("wrong_owner"), OtherPadding: share("other_padding"),
		Delay: time.Duration(f.number("hold")) * time.Millisecond,
	}
	if seed := f.seed(); len(f.Errors) == 0 {
		f.accept(c.server.Disturb(seed, d))
	}
}

// onConnection returns the action of a button of a connection.
func (c *console) onConnection(do func(*emulator.StreamConnection)) func(*form) {
	return func(f *form) {
		for _, conn := range c.server.StreamConnections() {
			if conn.ID() == f.value("connection") {
				do(conn)
				return
			}
		}
		f.reject("", "events.error.gone")
	}
}

// Choice returns the field with the type of the event to be sent.
func (e events) Choice() input {
	in := e.Form.Field("emit", "event", "")
	in.Value = cmp.Or(in.Value, e.Kinds[0].Type)
	return in
}

// BodyField returns the field with the body of the event to be sent.
func (e events) BodyField() input {
	in := e.Form.Field("emit", "body", "")
	in.Value = e.Body
	return in
}

// Share returns a field with a probability in percent.
func (e events) Share(field string, probability float64) input {
	return e.Form.Field("disturb", field, strconv.Itoa(int(math.Round(probability*100))))
}

// FirstTypes returns the types of the first disturbance as a field shows them.
func (e events) FirstTypes() string { return strings.Join(e.First.Types, ", ") }
