package stream

import (
	"encoding/json"
	"fmt"
	"strings"
)

// The types of frames.
const (
	typeSystem   = "SYSTEM"
	typeEvent    = "EVENT"
	typeCallback = "CALLBACK"
)

// The topics of system frames that mean something to the client. Others are replied to like a ping.
const (
	topicDisconnect = "disconnect"
	topicConnected  = "CONNECTED"
	topicRegistered = "REGISTERED"
)

// What the reply to an event says.
const (
	statusSuccess = `{"status":"SUCCESS"}`
	statusLater   = `{"status":"LATER"}` // send it again
)

// frame is what the client reads of a message of the gateway. Package event decodes the events in it.
type frame struct {
	Type    string `json:"type"`
	Headers struct {
		Topic     text `json:"topic"`
		MessageID text `json:"messageId"`
		EventID   text `json:"eventId"`
	} `json:"headers"`
	Data json.RawMessage `json:"data"`
}

// text is the value of a header: a string, but numbers are taken as well.
type text string

// UnmarshalJSON accepts any JSON value.
func (t *text) UnmarshalJSON(value []byte) error {
	var s string
	if json.Unmarshal(value, &s) != nil {
		s = string(value)
	}
	*t = text(s)
	return nil
}

// parse returns the frame of a message.
func parse(message []byte) (*frame, error) {
	var f frame
	if err := json.Unmarshal(message, &f); err != nil {
		return nil, fmt.Errorf("the frame is not JSON of the known form: %T", err) // the text of err may quote it
	}
	return &f, nil
}

// recurring reports whether a system frame is one of those that come as long as the connection works.
func (f *frame) recurring() bool {
	topic := string(f.Headers.Topic)
	return f.Type == typeSystem && topic != topicDisconnect && !strings.EqualFold(topic, topicConnected) &&
		!strings.EqualFold(topic, topicRegistered)
}

// reply is the answer to a frame.
type reply struct {
	Code    int             `json:"code"`
	Message string          `json:"message"`
	Headers replyHeaders    `json:"headers"`
	Data    json.RawMessage `json:"data,omitempty"`
}

type replyHeaders struct {
	MessageID   string `json:"messageId"`
	ContentType string `json:"contentType"`
}

// reply returns the message that answers a frame.
func (f *frame) reply(code int, message string, data json.RawMessage) []byte {
	encoded, _ := json.Marshal(reply{code, message, replyHeaders{string(f.Headers.MessageID), "application/json"}, data}) //nolint:errchkjson // data is part of what was decoded
	return encoded
}

// echo returns the reply to a system frame, which has the data of the frame.
func (f *frame) echo() []byte { return f.reply(200, "OK", f.Data) }

// answer returns the reply to an event with a status.
func (f *frame) answer(status string) []byte {
	data, _ := json.Marshal(status) // JSON in a string
	return f.reply(200, "OK", data)
}
