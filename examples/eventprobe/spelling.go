package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// describe returns the names of an event's fields as they were received, with their kinds, and which fields of the person
// it shows as changed. Values are left out, except for words that are not documented.
func describe(e event.Event) string {
	text := spelling(e.Raw)
	if strings.HasPrefix(e.ID, "sha256:") {
		text += "; no eventId"
	}
	if change, ok := e.Payload.(*event.UserChange); ok && len(change.Diff) > 0 {
		var changed []string
		for name, before := range change.Diff[0].Before {
			if after, there := change.Diff[0].After[name]; !there || after != before {
				changed = append(changed, name)
			}
		}
		for name := range change.Diff[0].After {
			if _, there := change.Diff[0].Before[name]; !there {
				changed = append(changed, name)
			}
		}
		slices.Sort(changed)
		text += "; changed: " + strings.Join(changed, ", ")
		if len(changed) == 0 {
			text += "nothing"
		}
	}
	return text
}

// spelling returns the fields of an object in their order: "userId [string], action "add"".
func spelling(raw json.RawMessage) string {
	d := json.NewDecoder(bytes.NewReader(raw))
	if start, err := d.Token(); err != nil || start != json.Delim('{') {
		return kind(raw)
	}
	var fields []string
	for d.More() {
		name, _ := d.Token()
		var value json.RawMessage
		if d.Decode(&value) != nil {
			break
		}
		text := kind(value)
		if slices.Contains([]string{"action", "scope", "status"}, strings.ToLower(fmt.Sprint(name))) {
			text = string(value)
		}
		fields = append(fields, fmt.Sprint(name, " ", text))
	}
	return strings.Join(fields, ", ")
}

// kind returns the kind of a JSON value: "string", "[number]".
func kind(raw json.RawMessage) string {
	switch raw = bytes.TrimSpace(raw); {
	case len(raw) == 0:
		return "nothing"
	case raw[0] == '"':
		return "string"
	case raw[0] == '{':
		return "object"
	case raw[0] == '[':
		var elements []json.RawMessage
		if json.Unmarshal(raw, &elements) != nil || len(elements) == 0 {
			return "[]"
		}
		return "[" + kind(elements[0]) + "]"
	case raw[0] == 't', raw[0] == 'f':
		return "bool"
	case raw[0] == 'n':
		return "null"
	}
	return "number"
}
