package dingtalk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// IDList is a list of IDs. Requests carry it as DingTalk wants it, joined by commas ("1,2");
// it decodes that form as well as an array. A []int64 literal assigns to it.
type IDList []int64

// MarshalJSON writes the IDs as one text, joined by commas.
func (ids IDList) MarshalJSON() ([]byte, error) {
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
func (ids *IDList) UnmarshalJSON(data []byte) error {
	parts, err := listParts(data)
	if err != nil {
		return fmt.Errorf("department IDs: %w", err)
	}
	list := make(IDList, len(parts))
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
	ms, err := strconv.ParseInt(string(data), 10, 64) // 0 where it is empty
	if err != nil && !isEmpty(data) {
		if ms, err = strconv.ParseInt(strings.Trim(string(data), `"`), 10, 64); err != nil {
			return fmt.Errorf("milliseconds: %w", err)
		}
	}
	if *m = (Millis{}); ms != 0 {
		m.Time = time.UnixMilli(ms).UTC()
	}
	return nil
}
