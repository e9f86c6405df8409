package dingtalk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"unicode/utf8"
)

// Extension is the JSON text of a person's custom fields, kept as received, so that an odd value in one of
// them never makes the rest unreadable. The fields themselves are defined in the admin console.
type Extension string

// NewExtension makes the text of fields. An empty map is "{}", which on an update removes all fields.
func NewExtension(fields map[string]string) Extension {
	if fields == nil {
		fields = map[string]string{}
	}
	text, _ := marshalRaw(fields) // strings always encode
	return Extension(text)
}

// Map returns the fields. A value that is not text is returned as its JSON.
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

// UnmarshalJSON reads the text, and the bare object that some interfaces send instead.
func (e *Extension) UnmarshalJSON(data []byte) error {
	text, err := jsonText(data)
	*e = Extension(text)
	return err
}

// ExtensionI18n is the JSON text of the custom fields' translations: field, then locale ("zh_CN", "en_US").
type ExtensionI18n string

// NewExtensionI18n makes the text of translations by field and locale.
func NewExtensionI18n(fields map[string]map[string]string) ExtensionI18n {
	if fields == nil {
		fields = map[string]map[string]string{}
	}
	text, _ := marshalRaw(fields) // strings always encode
	return ExtensionI18n(text)
}

// Map returns the translations by field and locale. A value that is not text is returned as its JSON.
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

// UnmarshalJSON reads the text, and the bare object that some interfaces send instead.
func (e *ExtensionI18n) UnmarshalJSON(data []byte) error {
	text, err := jsonText(data)
	*e = ExtensionI18n(text)
	return err
}

// jsonText unwraps a JSON document that may come inside a text or bare.
func jsonText(data []byte) (string, error) {
	data = bytes.TrimSpace(data)
	if len(data) == 0 || string(data) == "null" {
		return "", nil
	}
	if data[0] != '"' {
		return string(data), nil
	}
	if text, ok := plain(data); ok {
		return text, nil
	}
	var text string
	err := json.Unmarshal(data, &text)
	return text, err
}

// plain is what JSON text says whose only escapes are those that JSON within JSON needs, \" and \\. That spares a
// second decoder for each person who is read.
func plain(quoted []byte) (string, bool) {
	end := len(quoted) - 1
	if end < 1 || quoted[end] != '"' {
		return "", false
	}
	text := make([]byte, 0, 256) // more than most have, and not on the heap
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
