package dingtalk

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// IDList is a list of IDs. It encodes as DingTalk expects it in requests, as a string joined by commas
// ("1,2"), and decodes that form as well as an array. A []int64 is assignable to it.
type IDList []int64

// MarshalJSON encodes the IDs as one string, joined by commas.
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

// UnmarshalJSON decodes "1,2", [1,2], ["1","2"] and a single number. "", {}, [] and null are the empty list, and no
// entries.
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

// CommaList is a list of names, user IDs for example. It encodes as a string joined by commas ("a,b"), and decodes that
// form as well as an array. A []string is assignable to it.
type CommaList []string

// MarshalJSON encodes the names as one string, joined by commas.
func (l CommaList) MarshalJSON() ([]byte, error) {
	return marshalRaw(strings.Join(l, ","))
}

// UnmarshalJSON decodes "a,b" and ["a","b"]. "", {}, [] and null are the empty list, and no entries.
func (l *CommaList) UnmarshalJSON(data []byte) error {
	parts, err := listParts(data)
	if err != nil {
		return fmt.Errorf("list of names: %w", err)
	}
	*l = parts
	return nil
}

// listParts returns the parts of a list, which may be a string joined by commas, an array or a single value; an empty
// list has more forms.
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
		switch {
		case isEmpty(element):
			continue
		case element[0] == '"':
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

// split returns the parts that commas join, without the empty ones: "1," has one part.
func split(text string) []string {
	parts := []string{}
	for part := range strings.SplitSeq(text, ",") {
		if part = strings.TrimSpace(part); part != "" {
			parts = append(parts, part)
		}
	}
	return parts
}

// isEmpty reports whether data is one of the forms in which the service writes an empty value.
func isEmpty(data []byte) bool {
	if len(data) > 1 && (data[0] == '{' || data[0] == '[') { // white space inside is allowed
		data = append(data[:1:1], bytes.TrimSpace(data[1:])...)
	}
	switch string(data) {
	case "", `""`, "null", "{}", "[]":
		return true
	}
	return false
}
