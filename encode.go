package dingtalk

import (
	"bytes"
	"encoding/json"
	"sync"
)

// marshalRaw encodes with the characters as they are: the service lists \uXXXX escapes, which Go uses for
// <, > and & by default, as illegal (errcode 40033).
func marshalRaw(v any) ([]byte, error) {
	e := encoders.Get().(*encoder)
	defer func() {
		e.text = nil // it is the caller's
		encoders.Put(e)
	}()
	if err := e.json.Encode(v); err != nil {
		return nil, err
	}
	return unescaped(bytes.TrimSuffix(e.text, []byte("\n"))), nil
}

// encoder saves the making of a json.Encoder for each text.
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

// unescaped writes out the three characters that encoding/json escapes in any case.
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
		default: // two bytes at once: the second may be a backslash itself
			plain = append(plain, text[i], text[i+1])
			i++
		}
	}
	return plain
}
