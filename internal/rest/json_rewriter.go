package rest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// maxEntryBytes limits the memory for the entries of a response's lists. In JSON an entry may take two bytes, and its
// struct hundreds: 4 million IDs fit, or 2 million texts. The largest documented page needs less than a hundredth of
// it.
const maxEntryBytes = 32 << 20

var errTooManyEntries = fmt.Errorf("the entries of the response's lists exceed %d MiB", maxEntryBytes>>20)

// rewriter copies JSON, and converts each value that its Go type cannot take into one that it can. A value that cannot
// be converted stays, and the decoder reports it. A name in the other spelling of a field's tag "also" becomes the field's
// name. Members that no field takes are left out. Several members of the same name stay as they are, so that they decode
// as without the rewriter. The rewriter passes over the text once for each level of the type, however deep the text is
// nested, and likewise over a text within a text.
type rewriter struct {
	ctx        context.Context
	result     *typeInfo // the type of the payload of an envelope
	budget     int64     // what is left of maxEntryBytes
	sinceCheck int       // bytes since the last check of the context
	err        error
	out        []byte
	part       []byte
}

// rewrite returns data, which must be valid, rewritten for what v points to.
func rewrite(ctx context.Context, data []byte, v any) ([]byte, error) {
	w := rewriter{ctx: ctx, budget: maxEntryBytes, out: make([]byte, 0, min(len(data), 64<<10)+64)}
	if env, ok := v.(*envelope); ok {
		w.result = typeInfoOf(reflect.TypeOf(env.target()))
	}
	w.value(bytes.Trim(data, whiteSpace), typeInfoOf(reflect.TypeOf(v)))
	return w.out, w.err
}

// advance counts the bytes that were passed, checks the context now and then, and reports whether to continue.
func (w *rewriter) advance(bytes int) bool {
	if w.sinceCheck += bytes; w.err == nil && w.sinceCheck > checkInterval {
		w.sinceCheck = 0
		w.err = checkContext(w.ctx, checkInterval)
	}
	return w.err == nil
}

func (w *rewriter) write(text ...byte) { w.out = append(w.out, text...) }
func (w *rewriter) text(text string)   { w.out = append(w.out, text...) }
func (w *rewriter) comma(opened int) {
	if len(w.out) > opened {
		w.write(',')
	}
}

// value writes a value for the type t.
func (w *rewriter) value(data []byte, t *typeInfo) {
	if t.payload && w.result != nil {
		t = w.result
	}
	switch {
	case t.unmarshaler || string(data) == "null":
		w.write(data...)
		return
	case isEmpty(data) && t.kind != reflect.Slice && (t.kind != reflect.Struct || data[0] == '['):
		w.text("null") // "nothing" leaves a field at its zero value
		return
	}
	quoted := data[0] == '"'
	switch t.kind {
	case reflect.Struct:
		w.structure(data, t)
	case reflect.Slice:
		w.list(data, t)
	case reflect.Bool:
		w.boolean(data)
	case reflect.Int, reflect.Int64:
		switch text := trimmed(data); {
		case len(text) == 0:
			w.text("null")
		case quoted && isInteger(text):
			w.write(text...)
		default:
			w.write(data...)
		}
	case reflect.String:
		if !quoted && data[0] != '{' && data[0] != '[' { // a number or a boolean instead of a documented text
			w.out = appendQuoted(w.out, data)
			return
		}
		fallthrough
	default:
		w.write(data...)
	}
}

// boolean writes a boolean, which may be in quotes or a number.
func (w *rewriter) boolean(data []byte) {
	switch strings.ToLower(string(trimmed(data))) {
	case "true", "1":
		w.text("true")
	case "false", "0":
		w.text("false")
	case "":
		w.text("null")
	default:
		w.write(data...)
	}
}

// structure writes an object, which may be in quotes.
func (w *rewriter) structure(data []byte, t *typeInfo) {
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
	w.write('{')
	opened := len(w.out)
	var spelled map[string]bool // the fields with two spellings that there were
	for name, value := range members(inner) {
		field := t.field(name)
		switch {
		case !w.advance(len(name) + len(value)):
			return
		case field == nil || field.ignored:
			continue
		case field.also == "":
		case spelled[field.name] && isNothing(value): // beside the other spelling
			continue
		case spelled == nil:
			spelled = map[string]bool{field.name: true}
		default:
			spelled[field.name] = true
		}
		w.comma(opened)
		w.text(`"` + field.name + `":`)
		w.value(value, field.typeInfo)
	}
	w.write('}')
}

// list writes an array. It may be in quotes ("[1,2]" or "1,2"), and a single entry may stand for it.
func (w *rewriter) list(data []byte, t *typeInfo) {
	opened := len(w.out) + 1
	inner := data
	if data[0] == '"' {
		switch inner = trimmed(data); {
		case len(inner) == 0, string(inner) == `""`, string(inner) == "null":
			w.text("null")
			return
		case inner[0] != '[' && inner[0] != '{':
			w.write('[')
			for part := range bytes.SplitSeq(inner, []byte(",")) {
				w.part = appendQuoted(w.part[:0], part)
				if w.entry(opened, w.part, t.elem); w.err != nil {
					return
				}
			}
			w.write(']')
			return
		case inner[0] == '{' && (!isEmpty(inner) || !json.Valid(inner)): // there may be several: "{},{}"
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
		w.entry(opened, inner, t.elem)
		w.write(']')
	default:
		w.write('[')
		for entry := range elements(inner) {
			if w.entry(opened, entry, t.elem); w.err != nil {
				return
			}
		}
		w.write(']')
	}
}

// entry writes an entry of a list, and counts its size. It leaves out what stands for nothing, as in "1," or [1,null].
// opened is where the list's first entry begins.
func (w *rewriter) entry(opened int, data []byte, t *typeInfo) {
	if !w.advance(len(data)) || isNoEntry(data, t) {
		return
	}
	if w.budget -= t.size; w.budget < 0 {
		w.err = errTooManyEntries
		return
	}
	w.comma(opened)
	w.value(data, t)
}

// isNoEntry reports whether an entry of a list stands for nothing. A text that is empty is still a text, and {} a struct.
func isNoEntry(data []byte, t *typeInfo) bool {
	switch data[0] {
	case 'n':
		return true
	case '"':
		return t.kind != reflect.String && len(trimmed(data)) == 0
	case '{':
		return t.kind != reflect.Struct && isEmpty(data)
	default:
		return isEmpty(data)
	}
}
