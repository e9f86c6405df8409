package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"
)

// ticketTimeout is how long a call of a TicketStore may take.
const ticketTimeout = 2 * time.Second

// suiteTickets holds the ticket of one app in a TicketStore, and seals it.
type suiteTickets struct {
	store TicketStore
	key   string
	ring  *tokenshare.Keyring
}

func (s *suiteTickets) save(ctx context.Context, ticket Secret, at time.Time) (stored bool, err error) {
	sealed := NewSecret(s.ring.Seal(ticket.Reveal(), s.key))
	return callTickets(ctx, func(ctx context.Context) (bool, error) {
		return s.store.SaveTicket(ctx, s.key, StoredTicket{Value: sealed, At: at.UTC().Truncate(time.Millisecond)})
	})
}

func (s *suiteTickets) load(ctx context.Context) (Secret, error) {
	stored, err := callTickets(ctx, func(ctx context.Context) (StoredTicket, error) { return s.store.LoadTicket(ctx, s.key) })
	if err != nil {
		return Secret{}, err
	}
	ticket, err := s.ring.Open(stored.Value.Reveal(), s.key)
	return NewSecret(ticket), err
}

// callTickets calls a TicketStore, and returns at the end of ctx or of ticketTimeout even if the store does not.
func callTickets[T any](ctx context.Context, method func(context.Context) (T, error)) (T, error) {
	limited, cancel := context.WithTimeout(ctx, ticketTimeout)
	defer cancel()
	type result struct {
		value T
		err   error
	}
	done := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r.err = fmt.Errorf("the store of tickets panicked (%T)", p) // the value may quote a ticket
			}
			done <- r
		}()
		r.value, r.err = method(limited)
	}()
	var none T
	select {
	case r := <-done:
		return r.value, r.err
	case <-limited.Done():
	}
	if err := ctx.Err(); err != nil {
		return none, err
	}
	return none, fmt.Errorf("the store of tickets did not respond within %v", ticketTimeout)
}

// exchange obtains a token with the stored ticket. If the service refuses the ticket and another one has been stored
// meanwhile, it tries once more with that one.
func (s *suiteTickets) exchange(ctx context.Context, obtain func(ticket Secret) (Token, error)) (Token, error) {
	var refused Secret
	var refusal error
	for {
		ticket, fail := s.current(ctx)
		switch {
		case fail != nil:
			return Token{}, fail
		case refusal != nil && ticket == refused:
			return Token{}, refusal
		}
		token, err := obtain(ticket)
		if e := asError(err); e == nil || e.Reason != invalidTicket || refusal != nil {
			return token, err
		}
		refused, refusal = ticket, err
	}
}

// current returns the stored ticket.
func (s *suiteTickets) current(ctx context.Context) (Secret, *Error) {
	ticket, err := s.load(ctx)
	_, unreadable := errors.AsType[tokenshare.Unreadable](err)
	switch {
	case err == nil:
		return ticket, nil
	case ctx.Err() != nil:
		return Secret{}, &Error{Op: "SuiteTicket", Err: rest.ContextError(ctx)}
	case unreadable || errors.Is(err, ErrNoTicket):
		return Secret{}, &Error{Op: "SuiteTicket", Err: err, class: ErrPrecondition}
	}
	return Secret{}, &Error{Op: "SuiteTicket", Err: s.redacted(err, ticket), class: ErrTransient}
}

// redacted returns an error of the store without the ticket, and without anything else as long as one.
func (s *suiteTickets) redacted(err error, ticket Secret) error {
	return errors.New(tokenLike.ReplaceAllString(rest.Redact(err, ticket.Reveal()).Error(), redacted))
}
