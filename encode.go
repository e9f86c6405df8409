package dingtalk

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"reflect"
	"sync"
)

// marshalRaw encodes v as JSON without \uXXXX escapes, which Go uses for <, > and & by default: the service documents
// them as illegal (errcode 40033).
func marshalRaw(v any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	defer func() {
		e.text = nil // the caller owns it
		encoders.Put(e)
	}()
	if err := e.json.Encode(v); err != nil {
		return nil, err
	}
	return unescaped(bytes.TrimSuffix(e.text, []byte("\n"))), nil
}

// encoder is a reusable json.Encoder with its output.
type encoder struct {
	json *json.Encoder
	text []byte
}

func (e *encoder) Write(p []byte) (int, error) {
	e.text = append(e.text, p...)
	return len(p), nil
}

var encoders = sync.Pool{New: func() any {
	e := new(encoder)
	e.json = json.NewEncoder(e)
	e.json.SetEscapeHTML(false)
	return e
}}

// unescaped replaces the escapes of the three characters that encoding/json always escapes with the characters.
func unescaped(text []byte) []byte {
	if !bytes.Contains(text, []byte(`\u`)) {
		return text
	}
	plain := text[:0]
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			plain = append(plain, text[i])
			continue
		}
		switch escape := string(text[i:min(i+6, len(text))]); escape {
		case `\u2028`, `\u2029`, `\ufffd`:
			plain = append(plain, map[string]string{`\u2028`: "\u2028", `\u2029`: "\u2029", `\ufffd`: "\ufffd"}[escape]...)
			i += 5
		default: // copy two bytes, because the second may be a backslash
			plain = append(plain, text[i], text[i+1])
			i++
		}
	}
	return plain
}

// marshalRequest encodes a request for the service, with its secrets in plain, which it also returns.
func marshalRequest(req any) (text []byte, secrets []string, err error) {
	text, err = marshalRaw(req)
	if err != nil || !bytes.Contains(text, []byte(`"`+redacted+`"`)) {
		return text, nil, err
	}
	var r revealer
	text, err = marshalRaw(r.revealed(reflect.ValueOf(req)).Interface())
	return text, r.secrets, err
}

// marshalQuery encodes a request as query parameters, with its secrets in plain, which it also returns.
func marshalQuery(req any) (url.Values, []string, error) {
	text, secrets, err := marshalRequest(req)
	if err != nil {
		return nil, nil, err
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal(text, &members); err != nil {
		return nil, nil, errors.New("the request of a GET must be encoded as a JSON object")
	}
	query := url.Values{}
	for name, value := range members {
		switch {
		case name == "access_token":
			return nil, nil, errors.New("the client itself sends the access token")
		case value[0] == '{', value[0] == '[':
			return nil, nil, fmt.Errorf("the field %q is an object or a list, which cannot be a query parameter", name)
		case value[0] == '"':
			var plain string
			_ = json.Unmarshal(value, &plain) // it was encoded above
			query.Set(name, plain)
		case string(value) != "null":
			query.Set(name, string(value))
		}
	}
	return query, secrets, nil
}

// revealer reveals the secrets of a request and holds those that it has met.
type revealer struct{ secrets []string }

// revealed returns a copy of v whose secrets encode in plain.
func (r *revealer) revealed(v reflect.Value) reflect.Value {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	switch v.Kind() {
	case reflect.Struct:
		if s, ok := reflect.TypeAssert[Secret](v); ok {
			if s.IsZero() {
				return v // so that omitzero leaves it out
			}
			text := s.Reveal()
			r.secrets = append(r.secrets, text)
			return reflect.ValueOf(Secret{outgoing + text})
		}
		for i := range v.NumField() {
			if out.Field(i).CanSet() {
				out.Field(i).Set(r.revealed(v.Field(i)))
			}
		}
	case reflect.Pointer:
		if !v.IsNil() {
			out.Set(reflect.New(v.Type().Elem()))
			out.Elem().Set(r.revealed(v.Elem()))
		}
	case reflect.Interface:
		if !v.IsNil() {
			out.Set(r.revealed(v.Elem()))
		}
	case reflect.Slice:
		if !v.IsNil() {
			out.Set(reflect.MakeSlice(v.Type(), v.Len(), v.Len()))
		}
		fallthrough
	case reflect.Array:
		for i := range v.Len() {
			out.Index(i).Set(r.revealed(v.Index(i)))
		}
	case reflect.Map:
		if !v.IsNil() {
			out.Set(reflect.MakeMapWithSize(v.Type(), v.Len()))
		}
		for key, value := range v.Seq2() {
			out.SetMapIndex(key, r.revealed(value))
		}
	}
	return out
}
