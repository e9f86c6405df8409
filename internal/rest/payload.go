package rest

import (
	"encoding/json"
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
	for i := range want.Fields {
		if !want.Fields[i].Required {
			continue
		}
		name := want.Fields[i].Name
		field := payload.Field(fieldIndex(payload.Type(), name))
		empty := field.IsZero() && field.Kind() == reflect.String
		if empty || (field.IsZero() || want.Payload == contract.Whole) && !present(body, want.Payload, name) {
			return name
		}
	}
	return ""
}

// present looks at the body itself: a decoded null and an absent list are both nil.
func present(body []byte, place contract.Payload, name string) bool {
	var members map[string]json.RawMessage
	if json.Unmarshal(body, &members) != nil {
		return false
	}
	if place == contract.UnderResult {
		body, members = members["result"], nil
		if json.Unmarshal(body, &members) != nil {
			return false
		}
	}
	_, ok := members[name]
	return ok
}

type fieldKey struct {
	t    reflect.Type
	name string
}

var fieldIndexes sync.Map // fieldKey to int

// fieldIndex finds a struct's field by its JSON name.
func fieldIndex(t reflect.Type, name string) int {
	key := fieldKey{t, name}
	if i, ok := fieldIndexes.Load(key); ok {
		return i.(int)
	}
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			fieldIndexes.Store(key, i)
			return i
		}
	}
	panic("rest: " + t.String() + " has no field for " + name) // the contract tests see to it that it has
}
