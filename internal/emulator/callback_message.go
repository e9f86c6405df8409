package emulator

import (
	"encoding/json"
	"maps"
	"strings"
)

// message returns the message of a delivery. A body that is no JSON object, as Emit may be given, is a message by itself.
func (cb *callback) message(d *delivery) []byte {
	e := d.event
	if cb.SyncHTTP {
		if message, ok := cb.syncMessage(d); ok {
			return encode(message)
		}
	}
	if message, ok := cb.suiteMessage(e); ok {
		return encode(message)
	}
	body, ok := bodyFields(e)
	switch {
	case !ok:
		return e.data()
	case cb.Live:
		return encode(liveMessage(e, body))
	}
	ms := e.time.UnixMilli()
	message := fields{
		"EventType": encode(e.typ), "EventTime": encode(ms), "CorpId": encode(e.corpID),
		"BizId": encode(millisText(e.time)), "eventId": encode(e.id),
	}
	maps.Copy(message, body) // an eventId of the body is the one that HTTP shows
	if d.omitID {
		delete(message, "eventId")
	}
	return encode(message)
}

// liveMessage returns the message of an event in the form that was seen live: the names begin with a capital letter but for
// two, and there are neither eventId nor diffInfo.
func liveMessage(e *feedEvent, body fields) fields {
	message := fields{"EventType": encode(e.typ), "CorpId": encode(e.corpID), "TimeStamp": encode(millisText(e.time.Add(-changeLead)))}
	for name, v := range body {
		switch name {
		case "diffInfo", "eventId":
			continue
		case "action", "scope":
		default:
			name = strings.ToUpper(name[:min(1, len(name))]) + name[min(1, len(name)):]
		}
		message[name] = v
	}
	return message
}

// failedElement returns an event as the list of failed events has it.
//
// Assumed: In the list of failed events, what is not documented is as follows: roleLabelChange holds the fields of the
// event, and so does callbackData of an event that is neither about people nor about roles. The times are those of the
// events.
func failedElement(e *feedEvent) json.RawMessage {
	body, _ := bodyFields(e)
	data := fields{"corpid": encode(e.corpID)}
	switch {
	case strings.HasPrefix(e.typ, "label_"):
		data["roleLabelChange"] = encode(body)
	case body["userId"] != nil:
		data["userid"] = body["userId"]
	default:
		data["callbackData"] = encode(body)
	}
	return encode(map[string]any{e.typ: data, "call_back_tag": e.typ, "event_time": e.time.UnixMilli()})
}

// bodyFields returns the fields of an event's body, if it is a JSON object.
func bodyFields(e *feedEvent) (fields, bool) {
	body := fields{}
	err := json.Unmarshal(e.data(), &body)
	return body, err == nil && body != nil
}
