package emulator

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// feedEvent is an event of the organization. It does not change once it is in the feed.
type feedEvent struct {
	number int64  // 1 for the first event
	id     string // 32 hexadecimal digits, the same in every repeat
	corpID string // of the organization
	typ    string
	time   time.Time
	body   any // a struct of event_body.go, or the json.RawMessage of Emit
}

// The limits of the feed: events, and bytes of the bodies that Emit was given.
const (
	feedSize  = 10_000
	feedBytes = 64 << 20
)

// changeLead is how much earlier the timeStamp of an event is than the event.
const changeLead = 3 * time.Millisecond

// feed holds the latest events in their order.
type feed struct {
	events []*feedEvent
	bytes  int
	last   int64 // the number of the latest event
}

// add appends an event and numbers it.
func (f *feed) add(e *feedEvent) {
	f.last++
	e.number = f.last
	f.events = append(f.events, e)
	f.bytes += e.size()
	for len(f.events) > feedSize || f.bytes > feedBytes && len(f.events) > 1 {
		f.bytes -= f.events[0].size()
		f.events[0] = nil // so that the array behind the slice does not keep it
		f.events = f.events[1:]
	}
}

// size returns how many bytes a given body occupies. Bodies of changes are small and of bounded number.
func (e *feedEvent) size() int {
	raw, _ := e.body.(json.RawMessage)
	return len(raw)
}

// data returns the body in JSON.
func (e *feedEvent) data() json.RawMessage {
	if raw, given := e.body.(json.RawMessage); given {
		return raw
	}
	return encode(e.body)
}

// publish appends an event of a type that the app has subscribed to, and begins to deliver it.
func (s *Server) publish(typ string, body any) {
	if s.subscribes(typ) {
		s.append(directory.CorpID, typ, body, s.deliver)
	}
}

// subscribes reports whether the app has subscribed to a type of events.
func (s *Server) subscribes(typ string) bool {
	return s.config.eventTypes == nil || slices.Contains(s.config.eventTypes, typ)
}

// append appends an event of an organization and hands it on.
func (s *Server) append(corpID, typ string, body any, handOn func(*feedEvent)) *feedEvent {
	e := &feedEvent{id: newEventID(), corpID: corpID, typ: typ, time: s.now(), body: body}
	s.feed.add(e)
	if !s.closed {
		handOn(e)
	}
	s.notifyEventsChanged()
	return e
}

// newEventID returns 32 random hexadecimal digits. It is called for every write, and the digits are no secret.
func newEventID() string {
	var id [16]byte
	binary.BigEndian.PutUint64(id[:8], rand.Uint64())
	binary.BigEndian.PutUint64(id[8:], rand.Uint64())
	var text [32]byte
	hex.Encode(text[:], id[:])
	return string(text[:])
}

// Event is an event of the organization, in the spelling of Stream.
type Event struct {
	Number int64     // 1 for the first event of the server
	ID     string    // eventId
	CorpID string    // eventCorpId
	Type   string    // "user_add_org"
	Time   time.Time // eventBornTime
	Body   json.RawMessage
}

// Events returns the events of these types, in order, or of all types if there are none. The feed keeps the latest 10,000
// events, or fewer if the bodies that Emit was given exceed 64 MiB.
func (s *Server) Events(types ...string) []Event {
	s.mu.Lock()
	events := slices.Clone(s.feed.events)
	s.mu.Unlock()
	var out []Event
	for _, e := range events {
		if len(types) == 0 || slices.Contains(types, e.typ) {
			out = append(out, e.event())
		}
	}
	return out
}

// EventsAfter returns the events with higher numbers, in order, as far as the feed has them.
func (s *Server) EventsAfter(number int64) []Event {
	s.mu.Lock()
	later := min(max(s.feed.last-number, 0), int64(len(s.feed.events)))
	events := slices.Clone(s.feed.events[int64(len(s.feed.events))-later:])
	s.mu.Unlock()
	var out []Event
	for _, e := range events {
		out = append(out, e.event())
	}
	return out
}

func (e *feedEvent) event() Event {
	return Event{Number: e.number, ID: e.id, CorpID: e.corpID, Type: e.typ, Time: e.time, Body: e.data()}
}

// Emit sends an event of any type, subscribed to or not, and returns its ID. The body is encoded as JSON; a
// json.RawMessage is sent as it is, even if it is malformed.
func (s *Server) Emit(typ string, body any) (id string, err error) {
	return s.emit(typ, body, s.deliver)
}

// emit appends an event to the feed and hands it on.
func (s *Server) emit(typ string, body any, handOn func(*feedEvent)) (id string, err error) {
	raw, given := body.(json.RawMessage)
	if !given {
		if raw, err = json.Marshal(body); err != nil {
			return "", fmt.Errorf("the body of the event: %w", err)
		}
	}
	if typ == "" {
		return "", fmt.Errorf("an event has a type")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.append(directory.CorpID, typ, slices.Clone(raw), handOn).id, nil
}
