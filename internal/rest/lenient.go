package rest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// unmarshal decodes data into v, and where a value has not the documented type, once more with such values
// rewritten: the published examples have numbers and booleans in quotes, and interfaces differ in how they
// write "nothing". Ordinary answers never come to the second pass.
func unmarshal(data []byte, v any) error {
	err := json.Unmarshal(data, v)
	if !as[*json.UnmarshalTypeError](err) {
		return err
	}
	into := reflect.ValueOf(v)
	clear(into) // of what the first pass left
	return json.Unmarshal(rewrite(data, into), v)
}

// shape says which field has a value that cannot be what is documented, and not which value.
func shape(err error) error {
	if mismatch, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		kind, _, _ := strings.Cut(mismatch.Value, " ")
		return fmt.Errorf("the answer's field %q is a JSON %s", mismatch.Field, kind)
	}
	return errors.New("a field of the answer is not what is documented")
}

// clear empties what v points to, and what the interfaces in it point to.
func clear(v reflect.Value) {
	switch v = v.Elem(); v.Kind() {
	case reflect.Struct:
		for _, f := range v.Fields() {
			if f.Kind() == reflect.Interface && !f.IsNil() {
				clear(f.Elem())
			} else {
				f.SetZero()
			}
		}
	default:
		v.SetZero()
	}
}

var unmarshaler = reflect.TypeFor[json.Unmarshaler]()

// rewrite returns data with every value that v's type cannot take turned into one that it can. What cannot
// be turned stays, for the decoder to complain of.
func rewrite(data []byte, v reflect.Value) []byte {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		if v.IsNil() {
			break
		}
		v = v.Elem()
	}
	if v.Kind() != reflect.Struct {
		return rewriteType(data, v.Type())
	}
	// The envelope's Result is an interface: its type is known from the value alone.
	return rewriteObject(data, v.Type(), func(i int) func([]byte) []byte {
		if f := v.Field(i); f.Kind() == reflect.Interface && !f.IsNil() {
			return func(value []byte) []byte { return rewrite(value, f) }
		}
		return nil
	})
}

func rewriteType(data []byte, t reflect.Type) []byte {
	data = compact(data)
	if len(data) == 0 || string(data) == "null" || reflect.PointerTo(t).Implements(unmarshaler) {
		return data
	}
	quoted := data[0] == '"'
	switch t.Kind() {
	case reflect.Pointer:
		return rewriteType(data, t.Elem())
	case reflect.Struct:
		if quoted || data[0] == '[' {
			return emptyOr(inner(data), t)
		}
		return rewriteObject(data, t, func(int) func([]byte) []byte { return nil })
	case reflect.Slice:
		return rewriteArray(data, t)
	case reflect.Bool:
		switch text := strings.ToLower(unquote(data)); text {
		case "true", "1":
			return []byte("true")
		case "false", "0":
			return []byte("false")
		}
		return emptyOr(data, t)
	case reflect.Int, reflect.Int64:
		if text := unquote(data); quoted && integer(text) {
			return []byte(text)
		}
		return emptyOr(data, t)
	case reflect.String:
		if !quoted && data[0] != '{' && data[0] != '[' { // a number or a boolean where text is documented
			return strconv.AppendQuote(nil, string(data))
		}
		if string(data) == "{}" || string(data) == "[]" {
			return []byte("null")
		}
	}
	return data
}

func rewriteObject(data []byte, t reflect.Type, special func(int) func([]byte) []byte) []byte {
	var members map[string]json.RawMessage
	if json.Unmarshal(data, &members) != nil {
		return data
	}
	for i := range t.NumField() {
		name, _, _ := strings.Cut(t.Field(i).Tag.Get("json"), ",")
		value, ok := members[name]
		if !ok {
			continue
		}
		if f := special(i); f != nil {
			members[name] = f(value)
		} else {
			members[name] = rewriteType(value, t.Field(i).Type)
		}
	}
	out, err := json.Marshal(members)
	if err != nil {
		return data
	}
	return out
}

// rewriteArray also takes an array written as text ("[1,2]" or "1,2"), and a lone entry.
func rewriteArray(data []byte, t reflect.Type) []byte {
	if data[0] == '"' {
		data = inner(data)
		if len(data) > 0 && data[0] != '[' && data[0] != '{' {
			parts := strings.Split(string(data), ",")
			data, _ = json.Marshal(parts) // texts always encode
		}
	}
	if len(data) == 0 || string(data) == "{}" {
		return []byte("null")
	}
	if data[0] != '[' {
		data = []byte("[" + string(data) + "]")
	}
	var entries []json.RawMessage
	if json.Unmarshal(data, &entries) != nil {
		return data
	}
	if t.Elem().Kind() == reflect.Int64 { // as from "1," or "1,,2"
		entries = slices.DeleteFunc(entries, func(entry json.RawMessage) bool { return unquote(entry) == "" })
	}
	for i := range entries {
		entries[i] = rewriteType(entries[i], t.Elem())
	}
	out, err := json.Marshal(entries)
	if err != nil {
		return data
	}
	return out
}

// emptyOr turns the ways of writing "nothing" into null, which leaves a field as it is.
func emptyOr(data []byte, t reflect.Type) []byte {
	switch string(data) {
	case "", `""`, "{}", "[]":
		return []byte("null")
	}
	if t.Kind() == reflect.Struct && data[0] == '{' {
		return rewriteType(data, t)
	}
	return data
}

// compact takes out the white space, so that { } is known for what it is.
func compact(data []byte) []byte {
	var b bytes.Buffer
	if json.Compact(&b, data) != nil {
		return bytes.TrimSpace(data)
	}
	return b.Bytes()
}

// inner is the text inside quotes, or data itself.
func inner(data []byte) []byte {
	if data[0] != '"' {
		return data
	}
	return compact([]byte(unquote(data)))
}

func unquote(data []byte) string {
	var text string
	if json.Unmarshal(data, &text) != nil {
		return string(data)
	}
	return strings.TrimSpace(text)
}

func integer(text string) bool {
	_, err := strconv.ParseInt(text, 10, 64)
	return err == nil
}
