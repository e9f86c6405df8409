package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// ErrMalformed is the class of the errors of Decode: the message is not an event.
var ErrMalformed = errors.New("not an event")

// Decode returns the event of a message: a frame of Stream mode whose type is EVENT, or the decrypted message of an HTTP
// callback. It keeps nothing of the message, which may be used again.
//
// Only a message that is not JSON or names no type is an error, which matches ErrMalformed. An event of an unknown type,
// or with a body of an unknown form, has a nil Payload, and Raw.
func Decode(message []byte) (Event, error) {
	v, err := parse(message)
	if err != nil {
		return Event{}, fmt.Errorf("event: %w: %w", ErrMalformed, err)
	}
	top, ok := v.(map[string]any)
	if !ok {
		return Event{}, fmt.Errorf("event: %w: not a JSON object", ErrMalformed)
	}
	fields, _ := toObject(top)
	if headers, ok := fields["headers"].(map[string]any); ok && fields["eventtype"] == nil {
		return decodeFrame(headers, fields["data"])
	}
	envelope := &reader{fields: fields}
	e := Event{
		Type: Type(envelope.text("eventtype")), ID: envelope.text("eventid"), CorpID: envelope.text("corpid"),
		CreatedAt: envelope.time("eventtime"), Raw: bytes.Clone(message),
	}
	return finish(e, fields)
}

// decodeFrame returns the event of a Stream frame. The headers' ID counts: in two events the data have another one.
func decodeFrame(headers map[string]any, data any) (Event, error) {
	raw, ok := data.(string)
	if !ok && data != nil {
		text, err := json.Marshal(data)
		if err != nil {
			return Event{}, fmt.Errorf("event: %w: %w", ErrMalformed, err)
		}
		raw = string(text)
	}
	if raw == "" {
		raw = "{}"
	}
	body, err := parse([]byte(raw))
	if err != nil {
		return Event{}, fmt.Errorf("event: %w: the data of the frame: %w", ErrMalformed, err)
	}
	folded, _ := toObject(headers)
	envelope := &reader{fields: folded}
	fields, _ := toObject(body) // none of a body that is not an object: the payload is nil
	inner := &reader{fields: fields}
	e := Event{
		Type: Type(envelope.text("eventtype")), ID: envelope.text("eventid"), CorpID: envelope.text("eventcorpid"),
		CreatedAt: envelope.time("eventborntime"), Raw: json.RawMessage(raw),
	}
	if e.ID == "" {
		e.ID = inner.text("eventid")
	}
	if e.CorpID == "" {
		e.CorpID = inner.text("corpid")
	}
	return finish(e, fields)
}

// finish adds what the body says, whatever the transport was.
func finish(e Event, body object) (Event, error) {
	if e.Type == "" {
		return Event{}, fmt.Errorf("event: %w: it names no type", ErrMalformed)
	}
	if e.ID == "" {
		e.ID = digest(e, body)
	}
	e.Operator = (&reader{fields: body}).text("optstaffid")
	if decode := payloads[e.Type]; decode != nil && body != nil {
		r := &reader{fields: body}
		if p := decode(r); !r.bad {
			e.Payload = p
		}
	}
	return e, nil
}
