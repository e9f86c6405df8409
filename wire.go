package dingtalk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// DeptIDs is a list of department IDs. Requests carry it as DingTalk wants it, joined by commas ("1,2");
// it decodes that form as well as an array. A []int64 literal assigns to it.
type DeptIDs []int64

// MarshalJSON writes the IDs as one text, joined by commas.
func (ids DeptIDs) MarshalJSON() ([]byte, error) {
	text := append(make([]byte, 0, 16*len(ids)+2), '"')
	for i, id := range ids {
		if i > 0 {
			text = append(text, ',')
		}
		text = strconv.AppendInt(text, id, 10)
	}
	return append(text, '"'), nil
}

// UnmarshalJSON reads "1,2", [1,2], ["1","2"] and a lone number; "", {} and null are the empty list.
func (ids *DeptIDs) UnmarshalJSON(data []byte) error {
	parts, err := listParts(data)
	if err != nil {
		return fmt.Errorf("department IDs: %w", err)
	}
	list := make(DeptIDs, len(parts))
	for i, part := range parts {
		if list[i], err = strconv.ParseInt(part, 10, 64); err != nil {
			return fmt.Errorf("department IDs: %w", err)
		}
	}
	*ids = list
	return nil
}

// CommaList is a list of names. Requests carry it joined by commas ("a,b"); it decodes that form as well as
// an array.
type CommaList []string

// MarshalJSON writes the names as one text, joined by commas.
func (l CommaList) MarshalJSON() ([]byte, error) {
	return marshalRaw(strings.Join(l, ","))
}

// UnmarshalJSON reads "a,b" and ["a","b"]; "", {} and null are the empty list.
func (l *CommaList) UnmarshalJSON(data []byte) error {
	parts, err := listParts(data)
	if err != nil {
		return fmt.Errorf("list of names: %w", err)
	}
	*l = parts
	return nil
}

// listParts takes a list apart that may come as text, as an array or, when empty, as many things.
func listParts(data []byte) ([]string, error) {
	data = bytes.TrimSpace(data)
	if isEmpty(data) {
		return []string{}, nil
	}
	var elements []json.RawMessage
	switch data[0] {
	case '[':
		if err := json.Unmarshal(data, &elements); err != nil {
			return nil, err
		}
	case '"':
		var text string
		if err := json.Unmarshal(data, &text); err != nil {
			return nil, err
		}
		return split(text), nil
	default:
		elements = []json.RawMessage{data}
	}
	parts := make([]string, 0, len(elements))
	for _, element := range elements {
		part := string(element)
		if element[0] == '"' {
			if err := json.Unmarshal(element, &part); err != nil {
				return nil, err
			}
		}
		if part != "" {
			parts = append(parts, part)
		}
	}
	return parts, nil
}

// split takes apart what commas join; "1," has one part.
func split(text string) []string {
	parts := []string{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// isEmpty knows the ways in which the service writes "nothing".
func isEmpty(data []byte) bool {
	if len(data) > 1 && (data[0] == '{' || data[0] == '[') { // perhaps with white space inside
		data = append(data[:1:1], bytes.TrimSpace(data[1:])...)
	}
	switch string(data) {
	case "", `""`, "null", "{}", "[]":
		return true
	}
	return false
}

// Millis is an instant that travels as Unix time in milliseconds. The zero Millis is not sent; decoded ones
// are in UTC. Dates such as hired_date usually are midnight in China: use In to see the calendar day meant.
type Millis struct{ time.Time }

// MarshalJSON writes a number; the zero Millis is 0.
func (m Millis) MarshalJSON() ([]byte, error) {
	if m.IsZero() {
		return []byte("0"), nil
	}
	return strconv.AppendInt(nil, m.UnixMilli(), 10), nil
}

// UnmarshalJSON reads a number, also in quotes; 0, "", {} and null are the zero Millis.
func (m *Millis) UnmarshalJSON(data []byte) error {
	data = bytes.TrimSpace(data)
	text := strings.Trim(string(data), `"`)
	if isEmpty(data) {
		*m = Millis{}
		return nil
	}
	ms, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return fmt.Errorf("milliseconds: %w", err)
	}
	if *m = (Millis{}); ms != 0 {
		m.Time = time.UnixMilli(ms).UTC()
	}
	return nil
}

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
	var text strings.Builder
	text.Grow(end)
	for i := 1; i < end; i++ {
		switch c := quoted[i]; {
		case c == '"' || c < ' ':
			return "", false
		case c != '\\':
			text.WriteByte(c)
		case i+1 < end && (quoted[i+1] == '"' || quoted[i+1] == '\\'):
			i++
			text.WriteByte(quoted[i])
		default:
			return "", false
		}
	}
	return text.String(), utf8.ValidString(text.String())
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
