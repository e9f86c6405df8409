package rest

import (
	"encoding/json"
	"reflect"
	"strings"
	"sync"
)

// form is what the rewriter needs to know of a Go type.
type form struct {
	kind   reflect.Kind
	self   bool // decodes itself
	drop   bool // is not wanted
	size   int64
	elem   *form
	fields []formField
}

type formField struct {
	name string
	*form
}

var (
	forms       sync.Map // reflect.Type to *form
	unmarshaler = reflect.TypeFor[json.Unmarshaler]()
)

// formOf returns the form of what a pointer to t, or a pointer to a pointer, points to in the end. No type of a
// response contains itself.
func formOf(t reflect.Type) *form {
	if known, ok := forms.Load(t); ok {
		return known.(*form)
	}
	of := t
	for of.Kind() == reflect.Pointer && !reflect.PointerTo(of).Implements(unmarshaler) {
		of = of.Elem()
	}
	f := &form{
		kind: of.Kind(), size: int64(of.Size()), //nolint:gosec // no type is that large
		self: reflect.PointerTo(of).Implements(unmarshaler), drop: of == reflect.TypeFor[ignored](),
	}
	switch {
	case f.self:
	case f.kind == reflect.Slice:
		f.elem = formOf(of.Elem())
	case f.kind == reflect.Struct:
		for field := range of.Fields() {
			if name, _, _ := strings.Cut(field.Tag.Get("json"), ","); name != "" {
				f.fields = append(f.fields, formField{name, formOf(field.Type)})
			}
		}
	}
	forms.Store(t, f)
	return f
}

// field returns the index of the field for a name in quotes, or -1. As in encoding/json, the case does not matter where
// no name is the same to the letter.
func (f *form) field(quoted []byte) int {
	name := unquote(quoted)
	for i := range f.fields {
		if f.fields[i].name == string(name) {
			return i
		}
	}
	for i := range f.fields {
		if len(f.fields[i].name) == len(name) && strings.EqualFold(f.fields[i].name, string(name)) {
			return i
		}
	}
	return -1
}
