package dingtalk

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// ErrNoTicket is returned by TicketStore.LoadTicket if the store has no ticket for the key.
var ErrNoTicket = errors.New("dingtalk: no suite ticket is stored")

// TicketStore stores the suite ticket of a third-party app, which DingTalk sends in the event suite_ticket about every five
// hours. The service accepts the latest ticket only, so that a store must not let it expire, and should survive restarts. Its
// methods may be called concurrently, from all processes of a fleet.
//
// A key is made of the base URL and the suite key of an app, so that an app with a new client secret still has its ticket. The
// value may be sealed, and then differs each time.
type TicketStore interface {
	// LoadTicket returns the ticket, or ErrNoTicket.
	LoadTicket(ctx context.Context, key string) (StoredTicket, error)

	// SaveTicket stores a ticket if it is newer than the stored one. stored reports whether it was stored.
	SaveTicket(ctx context.Context, key string, ticket StoredTicket) (stored bool, err error)
}

// StoredTicket is a ticket in a TicketStore. A store saves Value.Reveal() and loads it with NewSecret: Value itself
// encodes as REDACTED.
type StoredTicket struct {
	Value Secret    // encrypted if there is a TokenKey
	At    time.Time // when DingTalk made it, to the millisecond: of two tickets only the later one is valid
}

// NewTicketStore returns a TicketStore in memory. After a restart the process has no ticket until DingTalk sends the next one,
// which may take five hours.
func NewTicketStore() TicketStore { return &ticketStore{tickets: map[string]StoredTicket{}} }

type ticketStore struct {
	mu      sync.Mutex
	tickets map[string]StoredTicket
}

func (s *ticketStore) LoadTicket(_ context.Context, key string) (StoredTicket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ticket, found := s.tickets[key]
	if !found {
		return StoredTicket{}, ErrNoTicket
	}
	return ticket, nil
}

func (s *ticketStore) SaveTicket(_ context.Context, key string, ticket StoredTicket) (stored bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if last, found := s.tickets[key]; found && !ticket.At.After(last.At) {
		return false, nil
	}
	s.tickets[key] = ticket
	return true, nil
}

// WithTicketStore sets the store of the suite ticket, for a third-party app; the client ID and the client secret of New are its
// suite key and suite secret. SaveSuiteTicket stores the tickets that arrive. With WithCorpToken the client then obtains its
// tokens with the ticket. GetAuthInfo and GetSuiteAuthInfo need it.
//
// With keys the ticket is encrypted, as WithTokenStore does with tokens. A ticket that none of the keys decrypts counts as
// absent. A call of the store may take two seconds; the error of a call that needs the ticket then matches ErrTransient.
//
// DingTalk docs: "Obtain the accessToken of an organization that has authorized a third-party app",
// https://open.dingtalk.com/document/development/obtain-the-access-token-of-the-authorized-enterprise-1
func WithTicketStore(store TicketStore, keys ...TokenKey) Option {
	return func(c *config) {
		c.require(store != nil, "WithTicketStore: the store is nil")
		c.suiteTickets = store
		c.ticketKeys = c.keyring("WithTicketStore", keys)
	}
}

// SaveSuiteTicket stores a ticket that arrived in the event suite_ticket; at is when DingTalk made it. Events may come twice,
// late and out of order: a ticket that is not newer than the stored one changes nothing. stored reports whether the ticket was
// stored. It needs WithTicketStore. Acknowledge the event only after SaveSuiteTicket has returned no error, as tenants.Tenants
// does.
func (c *Client) SaveSuiteTicket(ctx context.Context, ticket Secret, at time.Time) (stored bool, err error) {
	const op = "SaveSuiteTicket"
	switch {
	case ctx == nil:
		return false, noContext(op)
	case c.suite == nil:
		return false, &Error{Op: op, Err: errNoTicketStore, class: ErrInvalidArgument}
	case ticket.IsZero() || at.IsZero():
		return false, &Error{Op: op, Err: errors.New("the ticket or its time is missing"), class: ErrInvalidArgument}
	}
	stored, err = c.suite.save(ctx, ticket, at)
	switch {
	case err == nil:
		return stored, nil
	case ctx.Err() != nil:
		return false, &Error{Op: op, Err: rest.ContextError(ctx)}
	}
	return false, &Error{Op: op, Err: c.suite.redacted(err, ticket), class: ErrTransient}
}

// errNoTicketStore is the fault of a call that needs a ticket, without a store that has it.
var errNoTicketStore = errors.New("the client has no tickets: see WithTicketStore")
