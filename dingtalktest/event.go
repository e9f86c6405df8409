package dingtalktest

import (
	"encoding/json"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// Event is an event of the organization. Every successful write sends its events: a call of the app, a call of an
// administrator, and the methods of Server that change the organization.
type Event struct {
	Number int64           // 1 for the first event of the server
	ID     string          // eventId: 32 hexadecimal digits, the same in every repeat
	CorpID string          // eventCorpId: of the organization
	Type   string          // such as "user_add_org"
	Time   time.Time       // eventBornTime, by the server's clock
	Body   json.RawMessage // as the data of a Stream frame spells it
}

// Events returns the events of these types, in order, or all events if no type is named. The latest 10,000 are kept, or
// fewer if the bodies given to Emit exceed 64 MiB.
func (s *Server) Events(types ...string) []Event {
	return convertList(s.emulator.Events(types...), func(e emulator.Event) Event { return Event(e) })
}

// EventsAfter returns the events with higher numbers, in order, of those that Events returns: a program follows the feed
// with it.
func (s *Server) EventsAfter(number int64) []Event {
	return convertList(s.emulator.EventsAfter(number), func(e emulator.Event) Event { return Event(e) })
}

// Emit sends an event of any type, subscribed to or not, known or unknown, and returns its ID. The body is encoded as JSON.
// A json.RawMessage is sent as it is, even if it is malformed.
func (s *Server) Emit(typ string, body any) (id string) {
	s.helper()
	id, err := s.emulator.Emit(typ, body)
	s.must(err)
	return id
}

// SetUser replaces a person, roles included, also where no call can: it makes people active or administrators, and sets
// what they set for themselves, such as the avatar. Begin with what User returns. Who becomes an administrator gets the
// role 主管理员 or 子管理员, and who no longer is one (Admin and AdminLevel) loses it.
func (s *Server) SetUser(u User) {
	s.helper()
	s.must(s.emulator.SetUser(toUser(u)))
}

// SetDepartment replaces a department. Begin with what Department returns. The name of the root department, which no call
// can change, is that of the organization.
func (s *Server) SetDepartment(d Department) {
	s.helper()
	s.must(s.emulator.SetDepartment(toDepartment(d)))
}

// WithEventTypes names the types of events that the app has subscribed to. Events of other types are not sent, except for
// those of Emit. Without the option all types are sent.
func WithEventTypes(types ...string) Option { return option(emulator.WithEventTypes(types...)) }

// WithoutOwnEvents makes the writes of the app itself send no events. Whether they do on the service is not documented.
func WithoutOwnEvents() Option { return option(emulator.WithoutOwnEvents()) }

// WithoutMoveEvents makes a write that changes a person's departments alone, or the order in them or who leads them, send
// no event. Whether it does on the service is not documented.
func WithoutMoveEvents() Option { return option(emulator.WithoutMoveEvents()) }

// WithReadLag makes the reads of the app show a change only after a time, by the server's clock, while its events are sent
// at once: a program that reads when an event arrives reads what was before. The reads of AdminClient and the methods of
// Server show it at once. The server holds the organization twice.
func WithReadLag(d time.Duration) Option { return option(emulator.WithReadLag(d)) }
