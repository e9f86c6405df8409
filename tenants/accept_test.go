package tenants_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

// ticketAt returns the event of a ticket.
func ticketAt(ticket dingtalk.Secret, at time.Time) event.Event {
	return event.Event{Type: event.SuiteTicketPush, ID: "e", CreatedAt: at, Payload: &event.SuiteTicket{Ticket: event.NewSecret(ticket.Reveal())}}
}

func TestAccept_TicketsOutOfOrderLoseNothing(t *testing.T) {
	t.Parallel()
	srv := newServer(t, 1)
	apps := newTenants(t, srv, tenants.Config{Tickets: dingtalk.NewTicketStore()})
	_, err := nameIn(t.Context(), apps, corpID(0))
	require.ErrorIs(t, err, dingtalk.ErrPrecondition, "no ticket has come yet")

	now := time.Now()
	var events []event.Event
	for i := range 4 {
		events = append(events, ticketAt(srv.SendSuiteTicket(), now.Add(time.Duration(i)*5*time.Hour)))
	}
	for _, i := range []int{1, 0, 3, 2, 3, 0, 1} { // late, doubled and out of order
		require.NoError(t, apps.Accept(t.Context(), events[i]))
	}

	client, err := apps.Client(corpID(0))
	require.NoError(t, err)
	_, err = client.RenewToken(t.Context())
	require.NoError(t, err, "the latest ticket is stored")
	info, err := apps.App().GetAuthInfo(t.Context(), dingtalk.GetAuthInfoRequest{AuthCorpID: corpID(0)})
	require.NoError(t, err)
	assert.Equal(t, "Organization 0", info.AuthCorpInfo.CorpName)
}

func TestAccept_OtherTicketsChangeNothing(t *testing.T) {
	t.Parallel()
	srv := newServer(t, 1)
	apps := newTenants(t, srv, tenants.Config{Tickets: dingtalk.NewTicketStore()})
	good := ticketAt(srv.SendSuiteTicket(), time.Now())
	require.NoError(t, apps.Accept(t.Context(), good))
	foreign := ticketAt(dingtalk.NewSecret("foreign"), time.Now().Add(time.Hour))
	foreign.Payload.(*event.SuiteTicket).SuiteKey = "suiteother"
	require.NoError(t, apps.Accept(t.Context(), foreign))
	require.ErrorIs(t, apps.Accept(t.Context(), ticketAt(dingtalk.Secret{}, time.Now())), dingtalk.ErrInvalidArgument)
	_, err := nameIn(t.Context(), apps, corpID(0))
	require.NoError(t, err)
}

func TestAccept_EndsAndBeginsAnAuthorization(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 2)
		apps := newTenants(t, srv, tenants.Config{})
		held, err := apps.Client(corpID(0))
		require.NoError(t, err)
		for i := range 2 {
			_, err := nameIn(t.Context(), apps, corpID(i))
			require.NoError(t, err)
		}
		ended := event.Event{Type: event.OrgSuiteRelieve, CorpID: corpID(0), CreatedAt: time.Now(), Payload: &event.SuiteChange{}}
		srv.EndAuthorization(corpID(0))
		require.NoError(t, apps.Accept(t.Context(), ended))
		calls := len(srv.Calls(""))

		_, err = apps.Client(corpID(0))
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		_, err = held.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
		require.ErrorIs(t, err, dingtalk.ErrPermission, "also of a client that was returned before")
		require.EqualError(t, err, "dingtalk: GetUser: permission denied: the organization has ended its authorization")
		assert.Len(t, srv.Calls(""), calls, "without a call")
		assert.Equal(t, 1, apps.Len(), "it is forgotten")
		_, err = nameIn(t.Context(), apps, corpID(1))
		require.NoError(t, err, "others are not concerned")

		time.Sleep(2 * time.Minute)
		_, err = nameIn(t.Context(), apps, corpID(0))
		require.ErrorIs(t, err, dingtalk.ErrPermission, "the service says so")

		srv.Authorize(corpID(0))
		again := event.Event{Type: event.OrgSuiteAuth, CreatedAt: time.Now(), Payload: &event.SuiteAuth{CorpID: corpID(0)}}
		require.NoError(t, apps.Accept(t.Context(), again))
		require.NoError(t, apps.Accept(t.Context(), ended), "an earlier event that comes late")
		name, err := nameIn(t.Context(), apps, corpID(0))
		require.NoError(t, err)
		assert.Equal(t, "Zhao Min of "+corpID(0), name)
	})
}

func TestAccept_EndsTheCallsOfADroppedClient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := newServer(t, 1)
		apps := newTenants(t, srv, tenants.Config{Idle: time.Hour})
		held, err := apps.Client(corpID(0))
		require.NoError(t, err)
		time.Sleep(2 * time.Hour)
		require.Zero(t, apps.Len(), "it is dropped")
		_, err = held.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
		require.NoError(t, err, "it can be used all the same")

		require.NoError(t, apps.Accept(t.Context(), event.Event{
			Type: event.OrgSuiteRelieve, CorpID: corpID(0), CreatedAt: time.Now(), Payload: &event.SuiteChange{},
		}))
		calls := len(srv.Calls(""))
		_, err = held.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		assert.Len(t, srv.Calls(""), calls, "without a call")
	})
}

func TestAccept_HandsEventsOn(t *testing.T) {
	t.Parallel()
	srv := newServer(t, 0)
	failed := errors.New("failed")
	var got []event.Event
	next := event.AcceptFunc(func(_ context.Context, e event.Event) error {
		got = append(got, e)
		return failed
	})
	apps := newTenants(t, srv, tenants.Config{Next: next, Tickets: brokenStore{}})
	joined := event.Event{Type: event.UserAddOrg, CorpID: corpID(0), Payload: &event.UserChange{UserIDs: []string{"zhao.min"}}}
	require.ErrorIs(t, apps.Accept(t.Context(), joined), failed)
	assert.Equal(t, []event.Event{joined}, got)

	err := apps.Accept(t.Context(), ticketAt(dingtalk.NewSecret("ticket-0001"), time.Now()))
	require.ErrorIs(t, err, dingtalk.ErrTransient, "DingTalk sends it again")
	assert.NotContains(t, err.Error(), "ticket-0001")
	assert.Len(t, got, 1)
}

func TestAccept_HandsOnNoAuthorizationThatIsOutOfDate(t *testing.T) {
	t.Parallel()
	srv := newServer(t, 1)
	var got []string
	apps := newTenants(t, srv, tenants.Config{Next: event.AcceptFunc(func(_ context.Context, e event.Event) error {
		got = append(got, e.ID)
		return nil
	})})
	now := time.Now()
	authorized := func(id string, at time.Time) event.Event {
		return event.Event{ID: id, Type: event.OrgSuiteAuth, CreatedAt: at, Payload: &event.SuiteAuth{CorpID: corpID(0)}}
	}
	ended := func(id string, at time.Time) event.Event {
		return event.Event{ID: id, Type: event.OrgSuiteRelieve, CorpID: corpID(0), CreatedAt: at, Payload: &event.SuiteChange{}}
	}
	for _, e := range []event.Event{
		authorized("first", now), ended("second", now.Add(2*time.Hour)), authorized("late", now.Add(time.Hour)),
		ended("second", now.Add(2*time.Hour)), // DingTalk sends it again if Next failed
		authorized("third", now.Add(3*time.Hour)), ended("later still", now.Add(2*time.Hour)),
	} {
		require.NoError(t, apps.Accept(t.Context(), e))
	}
	assert.Equal(t, []string{"first", "second", "second", "third"}, got)
}

func TestAccept_EndsTheAuthorizationThatTheEventNames(t *testing.T) {
	t.Parallel()
	srv := newServer(t, 0)
	for name, tt := range map[string]struct {
		event event.Event
		ends  bool
	}{
		"by its envelope":       {event.Event{Type: event.OrgSuiteRelieve, CorpID: corpID(0), Payload: &event.SuiteChange{}}, true},
		"by its body":           {event.Event{Type: event.SuiteRelieve, Payload: &event.SuiteChange{CorpID: corpID(0)}}, true},
		"by its body first":     {event.Event{Type: event.SuiteRelieve, CorpID: corpID(1), Payload: &event.SuiteChange{CorpID: corpID(0)}}, true},
		"another organization":  {event.Event{Type: event.SuiteRelieve, Payload: &event.SuiteChange{CorpID: corpID(1)}}, false},
		"no organization":       {event.Event{Type: event.SuiteRelieve, Payload: &event.SuiteChange{}}, false},
		"a change of its scope": {event.Event{Type: event.ChangeAuth, Payload: &event.SuiteChange{CorpID: corpID(0)}}, false},
	} {
		handedOn := 0
		apps := newTenants(t, srv, tenants.Config{Next: event.AcceptFunc(func(context.Context, event.Event) error {
			handedOn++
			return nil
		})})
		require.NoError(t, apps.Accept(t.Context(), tt.event), name)
		assert.Equal(t, 1, handedOn, name)
		_, err := apps.Client(corpID(0))
		assert.Equal(t, tt.ends, errors.Is(err, dingtalk.ErrPermission), "%s: %v", name, err)
	}
}

// brokenStore is a store that fails, and quotes what it was given.
type brokenStore struct{}

func (brokenStore) LoadTicket(context.Context, string) (dingtalk.StoredTicket, error) {
	return dingtalk.StoredTicket{}, errors.New("broken")
}

func (brokenStore) SaveTicket(_ context.Context, _ string, ticket dingtalk.StoredTicket) (bool, error) {
	return false, errors.New("broken: " + ticket.Value.Reveal())
}
