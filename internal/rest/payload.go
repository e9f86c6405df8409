package rest

import (
	"reflect"
	"strings"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// missing returns the name of a field without which the payload is none. An empty list and 0 are values; an
// empty text is not. Where no errcode tells a success, the name must be the documented one to the letter, which
// encoding/json does not insist on.
func missing(body []byte, want Want) string {
	if want.Payload == contract.Nothing {
		return ""
	}
	payload := reflect.ValueOf(want.Into).Elem()
	if payload.IsNil() {
		return "result"
	}
	payload = payload.Elem()
	if payload.Kind() != reflect.Struct {
		return ""
	}
	for _, r := range required(payload.Type(), want.Fields) {
		field := payload.Field(r.index)
		empty := field.IsZero() && field.Kind() == reflect.String
		if empty || (field.IsZero() || want.Payload == contract.Whole) && !present(body, want.Payload, r.name) {
			return r.name
		}
	}
	return ""
}

// present looks at the body itself: a decoded null and an absent list are both nil.
func present(body []byte, place contract.Payload, name string) bool {
	if place == contract.UnderResult {
		body, _ = member(body, "result")
	}
	_, ok := member(body, name)
	return ok
}

// requirement is a field without which a payload is none, by its JSON name and its place in the struct.
type requirement struct {
	name  string
	index int
}

type requirementsKey struct {
	t      reflect.Type
	fields *contract.Field // the first: an endpoint's own
}

var requirements sync.Map // requirementsKey to []requirement

// required finds what a payload decoded into t needs, once.
func required(t reflect.Type, fields []contract.Field) []requirement {
	if len(fields) == 0 {
		return nil
	}
	key := requirementsKey{t, &fields[0]}
	if known, ok := requirements.Load(key); ok {
		return known.([]requirement)
	}
	var found []requirement
	for i := range fields {
		if fields[i].Required {
			found = append(found, requirement{fields[i].Name, fieldIndex(t, fields[i].Name)})
		}
	}
	requirements.Store(key, found)
	return found
}

// fieldIndex finds a struct's field by its JSON name.
func fieldIndex(t reflect.Type, name string) int {
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return i
		}
	}
	panic("rest: " + t.String() + " has no field for " + name) // the contract tests see to it that it has
}
