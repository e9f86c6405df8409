package tenants

import (
	"cmp"
	"context"
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// Accept takes an event of the app: it stores the ticket of suite_ticket, and begins and ends the authorization of an
// organization. Then it hands the event to Config.Next. Tenants is therefore an acceptor for packages stream and callback; the
// owner of HTTP callbacks is the suite key.
//
// Events may come twice, late and out of order: an older ticket never replaces a newer one, and an authorization that was
// given again is not ended by an earlier event. A ticket that could not be stored is an error, so that DingTalk sends it again.
func (t *Tenants) Accept(ctx context.Context, e event.Event) error {
	switch change := e.Payload.(type) {
	case *event.SuiteTicket:
		if err := t.saveTicket(ctx, e, change); err != nil {
			return err
		}
	case *event.SuiteAuth:
		t.authorize(cmp.Or(change.CorpID, e.CorpID), e.CreatedAt)
	case *event.SuiteChange:
		if e.Type != event.ChangeAuth {
			t.end(cmp.Or(change.CorpID, e.CorpID), cmp.Or(e.CreatedAt, change.At))
		}
	}
	if t.next != nil {
		return t.next.Accept(ctx, e)
	}
	return nil
}

// saveTicket stores a ticket. One without a time is as new as its arrival: DingTalk sends the time in all documented forms.
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

// authorize notes that an organization has authorized the app, or changed that.
func (t *Tenants) authorize(corpID string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.isNews(corpID, at) {
		delete(t.ended, corpID)
	}
}

// end notes that an organization has ended its authorization, and forgets its client.
func (t *Tenants) end(corpID string, at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.isNews(corpID, at) {
		return
	}
	t.ended[corpID] = time.Now().Add(endedFor)
	delete(t.tenants, corpID)
}

// isNews reports whether an event about the authorization of an organization is not older than the last one, and notes its
// time.
func (t *Tenants) isNews(corpID string, at time.Time) bool {
	if corpID == "" || at.Before(t.changes[corpID]) && !at.IsZero() {
		return false
	}
	t.changes[corpID] = at
	return true
}
