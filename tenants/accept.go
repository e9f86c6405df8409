package tenants

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Accept takes an event: it stores the ticket of suite_ticket, and notes which organizations have authorized the app. Then it
// hands the event to Config.Next. Tenants is therefore an acceptor for packages stream and callback; the owner of HTTP callbacks
// is the suite key.
//
// Events may come twice, late and out of order: an older ticket never replaces a newer one, and an authorization that was
// given again is not ended by an earlier event. An authorization, its change or its end that is older than the latest one of
// its organization that this process has received is not handed on. A ticket that could not be stored is an error, so that
// DingTalk sends it again.
func (t *Tenants) Accept(ctx context.Context, e event.Event) error {
	switch change := e.Payload.(type) {
	case *event.SuiteTicket:
		if err := t.saveTicket(ctx, e, change); err != nil {
			return err
		}
	case *event.SuiteAuth:
		if !t.change(cmp.Or(change.CorpID, e.CorpID), e.CreatedAt, false) {
			return nil
		}
	case *event.SuiteChange:
		if e.Type != event.ChangeAuth && !t.change(cmp.Or(change.CorpID, e.CorpID), cmp.Or(e.CreatedAt, change.At), true) {
			return nil
		}
	}
	if t.next != nil {
		return t.next.Accept(ctx, e)
	}
	return nil
}

// saveTicket stores a ticket. All documented forms of the event have a time; a ticket without one has the time of its arrival.
func (t *Tenants) saveTicket(ctx context.Context, e event.Event, ticket *event.SuiteTicket) error {
	switch {
	case !t.tickets:
		return nil
	case ticket.SuiteKey != "" && ticket.SuiteKey != t.clientID:
		return nil // of another app that shares the receiver
	case ticket.Ticket.IsZero():
		return fail("Accept", dingtalk.ErrInvalidArgument, errors.New("a suite_ticket event without a ticket"))
	}
	at := cmp.Or(e.CreatedAt, ticket.At)
	if at.IsZero() {
		at = time.Now()
	}
	_, err := t.app.SaveSuiteTicket(ctx, dingtalk.NewSecret(ticket.Ticket.Reveal()), at)
	return err
}
