package event

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Event is one event, as both transports bring it.
type Event struct {
	// Type is the name of the event, one of the constants or a name that this package does not know.
	Type Type
	// ID is the same in each repeat of an event. Where DingTalk sends no eventId, it is "sha256:" and a digest of the type,
	// the organization, the times and the body; then two events that differ in nothing have one ID.
	ID string
	// CorpID is the ID of the organization. Empty where the event does not have it.
	CorpID string
	// CreatedAt is the time of the event by DingTalk's clock, not to be compared with another clock. Zero where unknown.
	CreatedAt time.Time
	// Operator is the user ID of the person who made the change. Mostly empty.
	Operator string
	// Payload is a pointer to the payload that the constant of the type names. It is nil for an unknown type, for a type
	// without a payload, and for a body that is not in a known form.
	Payload any
	// Raw is the JSON value with the fields of the event as received: the data of a Stream frame, the decrypted message of
	// an HTTP callback, the entry of a message of SyncHTTP push. It may contain personal data and secrets.
	Raw json.RawMessage
}

// String returns the type, the ID and the organization of the event, and nothing of its content.
func (e Event) String() string { return fmt.Sprintf("%s %s of %s", e.Type, e.ID, e.CorpID) }

// Format writes what String returns, whatever the verb.
func (e Event) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, e.String()) }

// LogValue returns the type, the ID and the organization of the event, and nothing of its content.
func (e Event) LogValue() slog.Value {
	return slog.GroupValue(slog.String("type", string(e.Type)), slog.String("id", e.ID), slog.String("corp_id", e.CorpID))
}

// Acceptor is the receiver of events.
type Acceptor interface {
	// Accept takes responsibility for an event. A nil error means that the event is stored or dealt with, so that it may be
	// acknowledged; after an error DingTalk sends it again, within its limits. An event may come more than once, and several
	// may come at once.
	Accept(ctx context.Context, e Event) error
}

// AcceptFunc is a function that is an Acceptor.
type AcceptFunc func(ctx context.Context, e Event) error

// Accept calls the function.
func (f AcceptFunc) Accept(ctx context.Context, e Event) error { return f(ctx, e) }

// Gap describes a time in which events may have been sent and not received.
type Gap struct {
	From, To time.Time
	Cause    string // for people to read
}
