package event

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// DecodeFailed returns the event of an element of the list of failed events, which Client.GetFailedCallbacks reads. It
// keeps nothing of the element.
//
// Elements have no ID. Their form is documented for users alone: IDs are found wherever they are in the element, and a
// payload without IDs may mean any user, department or role. An element that is not JSON or names no type is an error,
// which matches ErrMalformed.
func DecodeFailed(element []byte) (Event, error) {
	v, err := parse(element)
	if err != nil {
		return Event{}, fmt.Errorf("event: %w: %w", ErrMalformed, err)
	}
	raw := bytes.Clone(element)
	if text, ok := v.(string); ok {
		raw = []byte(text)
	}
	fields, ok := toObject(v)
	if !ok {
		return Event{}, fmt.Errorf("event: %w: not a JSON object", ErrMalformed)
	}
	envelope := &reader{fields: fields}
	e := Event{
		Type: Type(envelope.text("call_back_tag")), ID: envelope.text("eventid"), CorpID: envelope.text("corpid"),
		CreatedAt: envelope.time("event_time"), Raw: json.RawMessage(raw),
	}
	data := fields["call_back_data"]
	if e.Type == "" {
		e.Type = onlyTag(fields)
	}
	if inner, ok := fields[strings.ToLower(string(e.Type))]; ok {
		data = inner
	}
	body := object{}
	if inner, ok := toObject(data); ok {
		body.merge(inner)
	}
	delete(body, "id") // of the element, perhaps; it must not hide that a department is missing
	inner := &reader{fields: body}
	if e.ID == "" {
		e.ID = inner.text("eventid")
	}
	if e.CorpID == "" {
		e.CorpID = inner.text("corpid")
	}
	return finish(e, body)
}

// onlyTag returns the name of the one field with an object, which is the type of an element without a tag.
func onlyTag(fields object) Type {
	tag := ""
	for name, v := range fields {
		if _, ok := toObject(v); ok && tag != "" {
			return ""
		} else if ok {
			tag = name
		}
	}
	return Type(tag)
}

// merge adds the fields of an object and of the objects within it, at any depth, unless there is one of the name already.
// Those of a field that says what was changed remain in it.
func (o object) merge(more object) {
	var within []string
	for name, v := range more {
		if _, ok := toObject(v); ok && name != "diffinfo" {
			within = append(within, name)
		} else if o[name] == nil {
			o[name] = v
		}
	}
	slices.Sort(within)
	for _, name := range within {
		inner, _ := toObject(more[name])
		o.merge(inner)
	}
}
