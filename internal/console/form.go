package console

import (
	"net/url"
	"strconv"
	"strings"
)

// form is a form as it was sent, and what is wrong with it. The zero form is one that was not sent.
type form struct {
	Name   string // of the control
	Values url.Values
	Errors map[string]fieldError // by field; of no field: what the server would not do
}

// fieldError is what is wrong with a field: a text and what is put into it.
type fieldError struct {
	Key  string
	Args []any
}

// bounds are what a number may be.
type bounds struct{ Least, Most int64 }

// input is a field of a form on the page.
type input struct {
	Form, Name string
	Value      string
	Bounds     bounds      // of a number
	Error      *fieldError // nil: none
}

// Label is the key of what the field is called.
func (i input) Label() string { return "controls." + i.Form + "." + i.Name }

// Field is a field of a form with what was entered, or with what it begins with in a form that was not sent.
func (f form) Field(name, field, begin string) input {
	in := input{Form: name, Name: field, Value: begin, Bounds: numbers[field]}
	if f.Name != name {
		return in
	}
	in.Value = f.Values.Get(field)
	if m, wrong := f.Errors[field]; wrong {
		in.Error = &m
	}
	return in
}

// Refusal is what is wrong with no field in particular, or nil.
func (f form) Refusal() *fieldError { return f.Field(f.Name, "", "").Error }

// value is what was entered, without what nobody sees.
func (f *form) value(field string) string { return strings.TrimSpace(f.Values.Get(field)) }

func (f *form) reject(field, key string, args ...any) { f.Errors[field] = fieldError{key, args} }

// accept takes note of what the server would not do after all. Its words are English.
func (f *form) accept(err error) {
	if err != nil {
		f.reject("", "controls.error.server", err.Error())
	}
}

// number reads a whole number within its bounds.
func (f *form) number(field string) int64 {
	within := numbers[field]
	n, err := strconv.ParseInt(f.value(field), 10, 64)
	if err != nil || n < within.Least || n > within.Most {
		f.reject(field, "controls.error.number", within.Least, within.Most)
	}
	return n
}
