package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// syncPush begins the type of a message of SyncHTTP push, by which a third-party app gets several changes at once.
const syncPush = "SYNC_HTTP_PUSH"

// The types of the entries of such a message, as far as a body without an ID has it in the entry.
const (
	syncUsers            = 13
	syncDepartments      = 14
	syncRoles            = 15
	syncExternalContacts = 20
)

// DecodeAll returns the events of a message: one for each entry of a message of SyncHTTP push, and that of Decode for any other.
// An entry is the latest state of what has changed, so that the changes before may have none.
func DecodeAll(message []byte) ([]Event, error) {
	v, err := parse(message)
	if err != nil {
		return nil, fmt.Errorf("event: %w: %w", ErrMalformed, err)
	}
	fields, _ := toObject(v)
	envelope := &reader{fields: fields}
	typ := envelope.text("eventtype")
	if !strings.HasPrefix(typ, syncPush) {
		e, err := Decode(message)
		if err != nil {
			return nil, err
		}
		return []Event{e}, nil
	}
	var events []Event
	for _, raw := range rawEntries(message) {
		e, err := decodeEntry(raw, typ)
		if err != nil {
			return nil, err
		}
		events = append(events, e)
	}
	return events, nil
}

// rawEntries returns the entries of a message as received. They may be in a text.
func rawEntries(message []byte) []json.RawMessage {
	var fields map[string]json.RawMessage
	_ = json.Unmarshal(message, &fields) // it is an object
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if !strings.EqualFold(name, "bizdata") {
			continue
		}
		list := unquote(fields[name])
		var entries []json.RawMessage
		if string(list) != `""` && json.Unmarshal(list, &entries) != nil {
			return []json.RawMessage{list} // a single one
		}
		return entries
	}
	return nil
}

// unquote returns the JSON value that a text holds, or the value itself.
func unquote(value json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(value, &text) == nil && json.Valid([]byte(text)) {
		return json.RawMessage(text)
	}
	return value
}

// decodeEntry returns the event of an entry. One that names no event has the type of the message.
func decodeEntry(raw json.RawMessage, typ string) (Event, error) {
	v, err := parse(raw)
	if err != nil {
		return Event{}, fmt.Errorf("event: %w: an entry: %w", ErrMalformed, err)
	}
	fields, _ := toObject(v)
	entry := &reader{fields: fields}
	data, _ := toObject(entry.fields["biz_data"])
	body := joinNames(map[string]any(data)).(map[string]any)
	inner := &reader{fields: body}
	if action := inner.text("syncaction"); action != "" {
		typ = action
	}
	e := Event{
		Type: Type(typ), ID: inner.text("eventid"), CorpID: entry.text("corp_id"), CreatedAt: entry.time("gmt_modified"),
		Raw: bytes.Clone(raw),
	}
	id := entry.text("biz_id")
	switch kind := entry.int("biz_type"); {
	case (kind == syncUsers || kind == syncExternalContacts) && body["userid"] == nil:
		body["userid"] = id
	case kind == syncRoles && body["roleid"] == nil:
		body["roleid"] = id
	case kind == syncDepartments && body["id"] == nil && body["deptid"] == nil:
		body["id"] = id
	}
	return finish(e, body)
}

// joinNames returns a value whose names have no underscores, which those of Stream and of HTTP callbacks lack.
func joinNames(v any) any {
	switch v := v.(type) {
	case map[string]any:
		joined := make(map[string]any, len(v))
		for name, inner := range v {
			joined[strings.ReplaceAll(name, "_", "")] = joinNames(inner)
		}
		return joined
	case []any:
		joined := make([]any, len(v))
		for i, inner := range v {
			joined[i] = joinNames(inner)
		}
		return joined
	}
	return v
}
