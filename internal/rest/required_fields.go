package rest

import (
	"reflect"
	"slices"
	"strings"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// firstMissing returns the first required field that the payload lacks, or "". An empty list and 0 count as values; an
// empty text does not, nor an object without a required text, nor false where only true is a success. A list may be absent
// from the last page. If there is no errcode that marks a success, the member must have exactly the documented name, which
// encoding/json does not require.
func firstMissing(body []byte, want Want) string {
	if want.Payload == contract.Nothing || want.Payload == contract.Ignored {
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
	for _, r := range requiredFields(payload.Type(), want.Fields) {
		field := payload.Field(r.index)
		empty := field.IsZero() && (r.text || r.mustBeTrue)
		if empty || field.IsZero() || want.Payload == contract.Whole {
			if _, ok := payloadMember(body, want.Payload, r.name); (empty || !ok) && !r.excused(body, want.Payload, payload) {
				return r.String()
			}
		}
		for _, inner := range r.inside {
			if field.Field(inner.index).IsZero() {
				return inner.name
			}
		}
	}
	return ""
}

// payloadMember returns a member of the payload from the body itself: a null and an absent list both decode as nil.
func payloadMember(body []byte, payload contract.Payload, name string) ([]byte, bool) {
	if payload == contract.UnderResult {
		body, _ = member(body, "result")
	}
	return member(body, name)
}

// requiredField is a required field of a payload, by its JSON name and its index in the struct.
type requiredField struct {
	name       string
	index      int
	text       bool
	mustBeTrue bool

	inside []requiredField // the required texts of an object

	unless      string // the boolean field without which it is not required, if there is one
	unlessIndex int
}

// String returns the field as an error names it.
func (r *requiredField) String() string {
	if r.mustBeTrue {
		return r.name + ": true"
	}
	return r.name
}

// excused reports whether the field may be absent: the last page of a list may come without the list.
func (r *requiredField) excused(body []byte, payload contract.Payload, decoded reflect.Value) bool {
	if r.unless == "" || decoded.Field(r.unlessIndex).Bool() {
		return false
	}
	value, ok := payloadMember(body, payload, r.unless)
	return ok && string(value) != "null"
}

type requiredFieldsKey struct {
	t      reflect.Type
	fields *contract.Field // the first one, which belongs to one endpoint
}

var requiredFieldsCache sync.Map // requiredFieldsKey to []requiredField

// requiredFields returns the required fields of a payload that is decoded into t. It computes them once.
func requiredFields(t reflect.Type, fields []contract.Field) []requiredField {
	if len(fields) == 0 {
		return nil
	}
	key := requiredFieldsKey{t, &fields[0]}
	if cached, ok := requiredFieldsCache.Load(key); ok {
		return cached.([]requiredField)
	}
	var required []requiredField
	for i := range fields {
		if !fields[i].Required {
			continue
		}
		r := requiredField{
			name: fields[i].Name, index: fieldIndex(t, fields[i].Name), text: fields[i].Type == contract.String,
			mustBeTrue: fields[i].MustBeTrue, unless: fields[i].Unless,
		}
		if r.unless != "" {
			r.unlessIndex = fieldIndex(t, r.unless)
		}
		if inner := t.Field(r.index).Type; inner.Kind() == reflect.Struct {
			r.inside = slices.DeleteFunc(slices.Clone(requiredFields(inner, fields[i].Fields)), func(r requiredField) bool { return !r.text })
		}
		required = append(required, r)
	}
	requiredFieldsCache.Store(key, required)
	return required
}

// fieldIndex returns the index of the struct field with a JSON name.
func fieldIndex(t reflect.Type, name string) int {
	for i := range t.NumField() {
		if tag, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ","); tag == name {
			return i
		}
	}
	panic("rest: " + t.String() + " has no field for " + name) // never: the contract tests check every struct
}
