package emulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// frame is what the server sends over Stream. The values of its headers are text, and so is its data.
type frame struct {
	SpecVersion string            `json:"specVersion"`
	Type        string            `json:"type"`
	Headers     map[string]string `json:"headers"`
	Data        string            `json:"data"`
}

// systemFrame returns a frame of the connection itself.
func systemFrame(topic, messageID string, now time.Time, data string) frame {
	return frame{"1.0", "SYSTEM", map[string]string{
		"topic": topic, "messageId": messageID, "contentType": "application/json", "time": millisText(now),
	}, data}
}

// eventFrame returns the frame of an attempt. The ID of the event is in the data as well, if the body has none of its own.
func (s *Server) eventFrame(p *push, c *streamConn) frame {
	e := p.delivery.event
	f := frame{"1.0", "EVENT", map[string]string{
		"topic": "*", "messageId": p.messageID, "contentType": "application/json", "time": millisText(p.begun),
		"appId": s.unifiedAppID(), "connectionId": c.id, "eventType": e.typ, "eventId": e.id,
		"eventBornTime": millisText(e.time), "eventCorpId": e.corpID, "eventUnifiedAppId": s.unifiedAppID(),
	}, ""}
	if p.delivery.omitID {
		delete(f.Headers, "eventId")
		f.Data = string(e.data())
	} else {
		f.Data = string(withEventID(e.data(), e.id))
	}
	return f
}

// withEventID adds the ID of an event to its body, if that is an object without one.
func withEventID(body json.RawMessage, id string) json.RawMessage {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) != nil || fields == nil || fields["eventId"] != nil {
		return body
	}
	begin, _ := bytes.CutSuffix(bytes.TrimSpace(body), []byte("}"))
	separator := ","
	if len(fields) == 0 {
		separator = ""
	}
	return fmt.Appendf(nil, `%s%s"eventId":%q}`, bytes.TrimSpace(begin), separator, id)
}

// reply is what the client returns for a frame.
type reply struct {
	Code    int64  `json:"code"`
	Message string `json:"message"`
	Headers struct {
		MessageID string `json:"messageId"`
	} `json:"headers"`
	Data string `json:"data"` // JSON
}

// acceptance is the data of the reply to an event.
type acceptance struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// accepted reports whether a reply acknowledges an event, and returns what the record shows of it.
//
// Assumed: Only the status SUCCESS acknowledges an event, whatever the code is. Every other reply is like LATER.
func (r reply) accepted() (accepted bool, answer string) {
	var a acceptance
	_ = json.Unmarshal([]byte(r.Data), &a) // what is malformed has no status
	answer = strings.TrimSpace(a.Status + " " + a.Message)
	if a.Status == "" {
		answer = strings.TrimSpace(fmt.Sprint(r.Code, " ", r.Message))
	}
	return a.Status == "SUCCESS", answer
}
