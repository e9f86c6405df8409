package rest

import (
	"reflect"
	"strings"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// firstMissing returns the name of the first required field that the payload lacks, or "". An empty list and 0 count as
// values; an empty text does not. If there is no errcode that marks a success, the member must have exactly the
// documented name, which encoding/json does not require.
func firstMissing(body []byte, want Want) string {
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
	for _, r := range requiredFields(payload.Type(), want.Fields) {
		field := payload.Field(r.index)
		empty := field.IsZero() && field.Kind() == reflect.String
		if empty || (field.IsZero() || want.Payload == contract.Whole) && !hasMember(body, want.Payload, r.name) {
			return r.name
		}
	}
	return ""
}

// hasMember reports whether the payload has the member in the body itself: a null and an absent list both decode as
// nil.
func hasMember(body []byte, payload contract.Payload, name string) bool {
	if payload == contract.UnderResult {
		body, _ = member(body, "result")
	}
	_, ok := member(body, name)
	return ok
}

// requiredField is a required field of a payload, by its JSON name and its index in the struct.
type requiredField struct {
	name  string
	index int
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
		if fields[i].Required {
			required = append(required, requiredField{fields[i].Name, fieldIndex(t, fields[i].Name)})
		}
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
