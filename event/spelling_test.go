package event_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

const (
	corp     = "ding5example0corp1"
	sampleID = "7f3c0a51b2d84e6f9a10c2d3e4f50617"
)

// spellings write the body of an event as a message of each form. hasID and hasTime report what the form has.
var spellings = []struct {
	name           string
	hasID, hasTime bool
	write          func(t *testing.T, s sample, body map[string]any) []byte
}{
	{"Stream", true, true, func(t *testing.T, s sample, body map[string]any) []byte {
		return frame(t, s.typ, string(encode(t, body)))
	}},
	{"Stream with an object for data", true, true, func(t *testing.T, s sample, body map[string]any) []byte { return frame(t, s.typ, body) }},
	{"HTTP", true, true, func(t *testing.T, s sample, body map[string]any) []byte { return flat(t, s, body) }},
	{"HTTP seen live", false, false, func(t *testing.T, s sample, body map[string]any) []byte {
		live := rename(body, func(name string) string {
			if name == "action" || name == "scope" {
				return name
			}
			return strings.ToUpper(name[:1]) + name[1:]
		})
		delete(live, "EventId")
		live["EventType"], live["CorpId"] = string(s.typ), corp
		return encode(t, live)
	}},
	{"HTTP in lower case", true, true, func(t *testing.T, s sample, body map[string]any) []byte {
		return flat(t, s, rename(body, strings.ToLower))
	}},
	{"HTTP with numbers in quotes", true, true, func(t *testing.T, s sample, body map[string]any) []byte {
		return flat(t, s, swap(body, func(v any) any {
			if n, ok := v.(json.Number); ok {
				return n.String()
			}
			return v
		}))
	}},
	{"HTTP with numbers without quotes", true, true, func(t *testing.T, s sample, body map[string]any) []byte {
		return flat(t, s, swap(body, func(v any) any {
			text, ok := v.(string)
			if _, err := strconv.ParseInt(text, 10, 64); ok && err == nil {
				return json.Number(text)
			}
			return v
		}))
	}},
	{"HTTP with objects and lists as texts", true, true, func(t *testing.T, s sample, body map[string]any) []byte {
		texts := maps.Clone(body)
		for name, v := range body {
			switch v.(type) {
			case map[string]any, []any:
				texts[name] = string(encode(t, v))
			}
		}
		return flat(t, s, texts)
	}},
	{"HTTP with one value for a list of one", true, true, func(t *testing.T, s sample, body map[string]any) []byte {
		return flat(t, s, swap(body, func(v any) any {
			if list, ok := v.([]any); ok && len(list) == 1 {
				return list[0]
			}
			return v
		}))
	}},
}

func TestDecode_GivesOneEventForAllSpellings(t *testing.T) {
	t.Parallel()
	for _, s := range catalog {
		for _, form := range spellings {
			t.Run(s.name+"/"+form.name, func(t *testing.T) {
				t.Parallel()
				message := form.write(t, s, parseBody(t, s.body))
				got, err := event.Decode(message)
				require.NoError(t, err, "%s", message)
				want := event.Event{Type: s.typ, CorpID: corp, Operator: s.operator, Payload: s.payload, Raw: got.Raw}
				if form.hasTime {
					want.CreatedAt = createdAt
				}
				if want.ID = sampleID; !form.hasID {
					require.Regexp(t, `^sha256:[0-9a-f]{64}$`, got.ID)
					want.ID = got.ID
				}
				got.CreatedAt = got.CreatedAt.UTC()
				require.Empty(t, diff(want, got), "%s", message)
				require.True(t, json.Valid(got.Raw))
			})
		}
	}
}

// diff returns what two events differ in, since the texts of events are short on purpose.
func diff(want, got event.Event) string {
	w, g := plain(want), plain(got)
	if bytes.Equal(w, g) {
		return ""
	}
	return "want " + string(w) + "\ngot  " + string(g)
}

// plain returns all of an event as JSON, with its secrets.
func plain(e event.Event) []byte {
	text, err := json.Marshal([]any{
		e.Type, e.ID, e.CorpID, e.CreatedAt, e.Operator, fmt.Sprintf("%T", e.Payload), e.Payload, e.Raw, secrets(e.Payload),
	})
	if err != nil {
		return []byte(err.Error())
	}
	return text
}

func secrets(payload any) []string {
	switch p := payload.(type) {
	case *event.SuiteTicket:
		return []string{p.Ticket.Reveal()}
	case *event.SuiteAuth:
		return []string{p.PermanentCode.Reveal()}
	}
	return nil
}

// frame returns a Stream frame.
func frame(t *testing.T, typ event.Type, data any) []byte {
	return encode(t, map[string]any{
		"specVersion": "1.0", "type": "EVENT", "data": data,
		"headers": map[string]any{
			"topic": "*", "messageId": "2a1b90c4_3d1_18c2f00a7b1_5e0f", "contentType": "application/json", "time": "1793347200123",
			"eventType": string(typ), "eventId": sampleID, "eventBornTime": "1793347200000", "eventCorpId": corp,
		},
	})
}

// flat returns an HTTP message as documented.
func flat(t *testing.T, s sample, body map[string]any) []byte {
	message := maps.Clone(body)
	for name := range message {
		if strings.EqualFold(name, "eventId") {
			delete(message, name) // the top level has one ID
		}
	}
	message["EventType"], message["EventTime"], message["CorpId"] = string(s.typ), int64(1793347200000), corp
	message["BizId"], message["eventId"] = "1793347200000", sampleID
	return encode(t, message)
}

func encode(t *testing.T, v any) []byte {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	return text
}

func parseBody(t *testing.T, text string) map[string]any {
	t.Helper()
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var body map[string]any
	require.NoError(t, d.Decode(&body))
	return body
}

// rename returns the object with other names on its first level.
func rename(body map[string]any, f func(string) string) map[string]any {
	renamed := make(map[string]any, len(body))
	for name, v := range body {
		renamed[f(name)] = v
	}
	return renamed
}

// swap returns the object with f applied to each value, the inner ones first.
func swap(body map[string]any, f func(any) any) map[string]any {
	swapped, _ := swapValue(body, f).(map[string]any)
	return swapped
}

func swapValue(v any, f func(any) any) any {
	switch v := v.(type) {
	case map[string]any:
		o := make(map[string]any, len(v))
		for name, inner := range v {
			o[name] = swapValue(inner, f)
		}
		return f(o)
	case []any:
		list := make([]any, len(v))
		for i, inner := range v {
			list[i] = swapValue(inner, f)
		}
		return f(list)
	}
	return f(v)
}
