package dingtalk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Extension holds the custom fields of a user as JSON text. It is kept as received, so that an unexpected value in one
// field never makes the others unreadable. The admin console defines which fields there are.
type Extension string

// NewExtension returns the JSON text of fields. An empty or nil map gives "{}", which removes all fields in an update.
func NewExtension(fields map[string]string) Extension {
	if fields == nil {
		fields = map[string]string{}
	}
	text, _ := marshalRaw(fields) // a map of strings always encodes
	return Extension(text)
}

// Map returns the fields by name. A value that is not a string is returned as its JSON text. The error is that of the
// JSON decoder.
func (e Extension) Map() (map[string]string, error) {
	if e == "" {
		return map[string]string{}, nil
	}
	var raw map[string]json.RawMessage
	if err := json.Unmarshal([]byte(e), &raw); err != nil {
		return nil, fmt.Errorf("extension: %w", err)
	}
	return texts(raw), nil
}

// UnmarshalJSON decodes a string with JSON inside, and the plain object that some endpoints return instead.
func (e *Extension) UnmarshalJSON(data []byte) error {
	text, err := jsonText(data)
	*e = Extension(text)
	return err
}

// ExtensionI18n holds the translations of the custom fields as JSON text, by field and locale ("zh_CN", "en_US").
type ExtensionI18n string

// NewExtensionI18n returns the JSON text of translations by field and locale.
func NewExtensionI18n(fields map[string]map[string]string) ExtensionI18n {
	if fields == nil {
		fields = map[string]map[string]string{}
	}
	text, _ := marshalRaw(fields) // a map of strings always encodes
	return ExtensionI18n(text)
}

// Map returns the translations by field and locale. A value that is not a string is returned as its JSON text. The
// error is that of the JSON decoder.
func (e ExtensionI18n) Map() (map[string]map[string]string, error) {
	fields := map[string]map[string]string{}
	if e == "" {
		return fields, nil
	}
	var raw map[string]map[string]json.RawMessage
	if err := json.Unmarshal([]byte(e), &raw); err != nil {
		return nil, fmt.Errorf("extension_i18n: %w", err)
	}
	for name, locales := range raw {
		fields[name] = texts(locales)
	}
	return fields, nil
}

// UnmarshalJSON decodes a string with JSON inside, and the plain object that some endpoints return instead.
func (e *ExtensionI18n) UnmarshalJSON(data []byte) error {
	text, err := jsonText(data)
	*e = ExtensionI18n(text)
	return err
}

// jsonText returns the text of a JSON document that is either inside a string or plain.
func jsonText(data []byte) (string, error) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return "", nil
	}
	if data[0] != '"' {
		return string(data), nil
	}
	if text, ok := unquoteSimple(data); ok {
		return text, nil
	}
	var text string
	err := json.Unmarshal(data, &text)
	return text, err
}

// unquoteSimple returns the value of a JSON string whose only escapes are those that JSON inside JSON needs, \" and \\.
// It saves a second decoder for each user that is read.
func unquoteSimple(quoted []byte) (string, bool) {
	end := len(quoted) - 1
	if end < 1 || quoted[end] != '"' {
		return "", false
	}
	text := make([]byte, 0, 256) // enough for most, and not on the heap
	for i := 1; i < end; i++ {
		c := quoted[i]
		switch {
		case c == '"' || c < ' ':
			return "", false
		case c == '\\':
			i++
			if c = quoted[i]; i == end || c != '"' && c != '\\' {
				return "", false
			}
		}
		text = append(text, c)
	}
	return string(text), utf8.Valid(text)
}

// texts returns the values of a JSON object, those that are not strings as their JSON text.
func texts(raw map[string]json.RawMessage) map[string]string {
	fields := make(map[string]string, len(raw))
	for name, value := range raw {
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			text = string(value)
		}
		fields[name] = text
	}
	return fields
}
