package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// maxEntries bounds the memory for the entries of a response's lists, in bytes. In JSON an entry may take two bytes, and
// the struct for it hundreds: 4 million IDs fit, or 2 million texts. The largest page that is documented needs less than
// a hundredth of it.
const maxEntries = 32 << 20

var (
	errEntries   = fmt.Errorf("the entries of the response's lists exceed %d MiB", maxEntries>>20)
	errAbandoned = errors.New("the context ended while the response was decoded")
)

// rewriter writes JSON anew, with every value that the type for it cannot take turned into one that it can. What cannot
// be turned stays, for the decoder to complain of. What no field takes is left out, and of members that are there twice
// all but the last, unless their type decodes itself. It goes through the text once for each level of the type, whatever
// the nesting of the text, and through a text within a text likewise.
type rewriter struct {
	ctx    context.Context
	result *form // for interfaces
	room   int64 // what is left of maxEntries
	passed int   // bytes since the context was looked at
	err    error
	out    []byte
	values [][]byte // the values of the objects that are being written
	part   []byte
}

// rewrite returns data, which is valid, rewritten for what v points to.
func rewrite(ctx context.Context, data []byte, v any) ([]byte, error) {
	w := rewriter{ctx: ctx, room: maxEntries, out: make([]byte, 0, min(len(data), 64<<10)+64)}
	if env, ok := v.(*envelope); ok {
		w.result = formOf(reflect.TypeOf(env.Result))
	}
	w.value(bytes.Trim(data, whiteSpace), formOf(reflect.TypeOf(v)))
	return w.out, w.err
}

// goOn counts bytes that were passed, and reports whether to go on.
func (w *rewriter) goOn(bytes int) bool {
	if w.passed += bytes; w.err == nil && w.passed > interval {
		w.passed = 0
		w.err = inTime(w.ctx, interval)
	}
	return w.err == nil
}

// interval is how many bytes are decoded without a look at the context.
const interval = 64 << 10

// inTime returns an error if there are bytes to decode that take time, and the context has ended.
func inTime(ctx context.Context, bytes int) error {
	if bytes >= interval && ctx.Err() != nil {
		return errAbandoned
	}
	return nil
}

func (w *rewriter) write(text ...byte) { w.out = append(w.out, text...) }
func (w *rewriter) text(text string)   { w.out = append(w.out, text...) }
func (w *rewriter) comma(opened int) {
	if len(w.out) > opened {
		w.write(',')
	}
}

func (w *rewriter) value(data []byte, f *form) {
	if f.kind == reflect.Interface && w.result != nil {
		f = w.result
	}
	switch {
	case f.self || string(data) == "null":
		w.write(data...)
		return
	case isEmpty(data) && f.kind != reflect.Slice && (f.kind != reflect.Struct || data[0] == '['):
		w.text("null") // "nothing" leaves a field as it is
		return
	}
	quoted := data[0] == '"'
	switch f.kind {
	case reflect.Struct:
		w.structure(data, f)
	case reflect.Slice:
		w.list(data, f)
	case reflect.Bool:
		w.boolean(data)
	case reflect.Int, reflect.Int64:
		switch text := trimmed(data); {
		case string(data) == `""`:
			w.text("null")
		case quoted && isInteger(text):
			w.write(text...)
		default:
			w.write(data...)
		}
	case reflect.String:
		if !quoted && data[0] != '{' && data[0] != '[' { // a number or a boolean where text is documented
			w.out = appendQuoted(w.out, data)
			return
		}
		fallthrough
	default:
		w.write(data...)
	}
}

func (w *rewriter) boolean(data []byte) {
	switch strings.ToLower(string(trimmed(data))) {
	case "true", "1":
		w.text("true")
	case "false", "0":
		w.text("false")
	default:
		if string(data) == `""` {
			data = []byte("null")
		}
		w.write(data...)
	}
}

// structure also takes an object that is written as text.
func (w *rewriter) structure(data []byte, f *form) {
	inner := data
	if data[0] == '"' {
		inner = trimmed(data)
		switch {
		case len(inner) == 0, string(inner) == `""`, string(inner) == "null", json.Valid(inner) && isEmpty(inner):
			w.text("null")
			return
		case !json.Valid(inner):
			w.write(data...)
			return
		}
	}
	if inner[0] != '{' {
		w.write(data...)
		return
	}
	base := len(w.values)
	w.values = append(w.values, make([][]byte, len(f.fields))...)
	w.write('{')
	opened := len(w.out)
	for name, value := range members(inner) {
		i := f.field(name)
		switch {
		case !w.goOn(len(name) + len(value)):
			return
		case i < 0 || f.fields[i].drop:
		case f.fields[i].self:
			w.member(opened, string(name), value, f.fields[i].form)
		default:
			w.values[base+i] = value
		}
	}
	for i, field := range f.fields {
		if value := w.values[base+i]; value != nil {
			w.member(opened, `"`+field.name+`"`, value, field.form)
		}
	}
	w.write('}')
	clear(w.values[base:])
	w.values = w.values[:base]
}

func (w *rewriter) member(opened int, name string, value []byte, f *form) {
	w.comma(opened)
	w.text(name)
	w.write(':')
	w.value(value, f)
}

// list also takes an array written as text ("[1,2]" or "1,2"), and a lone entry.
func (w *rewriter) list(data []byte, f *form) {
	opened := len(w.out) + 1
	inner := data
	if data[0] == '"' {
		switch inner = trimmed(data); {
		case len(inner) == 0:
			w.text("null")
			return
		case inner[0] != '[' && inner[0] != '{':
			w.write('[')
			for part := range bytes.SplitSeq(inner, []byte(",")) {
				w.part = appendQuoted(w.part[:0], part)
				if w.entry(opened, w.part, f.elem); w.err != nil {
					return
				}
			}
			w.write(']')
			return
		case inner[0] == '{' && (!isEmpty(inner) || !json.Valid(inner)): // perhaps several, "{},{}"
			inner = slices.Concat([]byte("["), inner, []byte("]"))
		}
		if !json.Valid(inner) {
			w.write(data...)
			return
		}
	}
	switch {
	case inner[0] == '{' && isEmpty(inner):
		w.text("null")
	case inner[0] != '[':
		w.write('[')
		w.entry(opened, inner, f.elem)
		w.write(']')
	default:
		w.write('[')
		for entry := range elements(inner) {
			if w.entry(opened, entry, f.elem); w.err != nil {
				return
			}
		}
		w.write(']')
	}
}

func (w *rewriter) entry(opened int, data []byte, f *form) {
	if !w.goOn(len(data)) || f.kind == reflect.Int64 && (string(data) == "null" || data[0] == '"' && len(trimmed(data)) == 0) {
		return // as from "1," or "1,,2"
	}
	if w.room -= f.size; w.room < 0 {
		w.err = errEntries
		return
	}
	w.comma(opened)
	w.value(data, f)
}
