package console

import (
	"cmp"
	"net/url"
	"strconv"
	"strings"
)

// form is a submitted form and its errors. The zero form was not submitted.
type form struct {
	Page   string // with whose name the keys of the labels begin; empty: controls
	Name   string // of the control
	Values url.Values
	Errors map[string]fieldError // by field; for the empty name: what the server refused

	Keep     url.Values    // what the page shows again after the action
	Question *confirmation // what is to be confirmed first
}

// fieldError is the error of a field: the key of a message and its arguments.
type fieldError struct {
	Key  string
	Args []any
}

// bounds holds the smallest and the largest allowed number.
type bounds struct{ Min, Max int64 }

// input is a field of a form as the page shows it.
type input struct {
	Page       string // of the form
	Form, Name string
	Value      string
	Bounds     bounds      // of a number
	Error      *fieldError // nil: none
}

// Label returns the key of the label.
func (i input) Label() string { return cmp.Or(i.Page, "controls") + "." + i.Form + "." + i.Name }

// Field returns a field with the value that was entered, or with an initial value in a form that was not submitted.
func (f form) Field(name, field, initial string) input {
	in := input{Page: f.Page, Form: name, Name: field, Value: initial, Bounds: numbers[field]}
	if f.Name != name {
		return in
	}
	in.Value = f.Values.Get(field)
	if m, wrong := f.Errors[field]; wrong {
		in.Error = &m
	}
	return in
}

// Refusal returns the error of the form as a whole, or nil.
func (f form) Refusal() *fieldError { return f.Field(f.Name, "", "").Error }

// value returns what was entered, without spaces around it.
func (f *form) value(field string) string { return strings.TrimSpace(f.Values.Get(field)) }

// reject records the error of a field.
func (f *form) reject(field, key string, args ...any) { f.Errors[field] = fieldError{key, args} }

// accept records an error of the server, whose text is English.
func (f *form) accept(err error) {
	if err != nil {
		f.reject("", "controls.error.server", err.Error())
	}
}

// number returns a whole number within its bounds.
func (f *form) number(field string) int64 {
	within := numbers[field]
	n, err := strconv.ParseInt(f.value(field), 10, 64)
	if err != nil || n < within.Min || n > within.Max {
		f.reject(field, "controls.error.number", within.Min, within.Max)
	}
	return n
}

// seed returns the seed of random numbers.
func (f *form) seed() uint64 {
	seed, err := strconv.ParseUint(f.value("seed"), 10, 64)
	if err != nil {
		f.reject("seed", "controls.error.seed")
	}
	return seed
}
