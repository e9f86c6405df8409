package dingtalk

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// keyedTickets records the keys of a store.
type keyedTickets struct {
	TicketStore
	keys map[string]bool
}

func (s keyedTickets) SaveTicket(ctx context.Context, key string, ticket StoredTicket) (bool, error) {
	s.keys[key] = true
	return s.TicketStore.SaveTicket(ctx, key, ticket)
}

func TestWithTicketStore_KeepsTheTicketWhenTheSecretChanges(t *testing.T) {
	t.Parallel()
	for name, keys := range map[string][]TokenKey{
		"plain": nil, "sealed": {{ID: "k1", Key: NewSecret("0123456789abcdef0123456789abcdef")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			store := keyedTickets{NewTicketStore(), map[string]bool{}}
			save := func(clientID, secret, ticket string) *Client {
				client, err := New(clientID, secret, WithTicketStore(store, keys...))
				require.NoError(t, err)
				if ticket != "" {
					_, err = client.SaveSuiteTicket(t.Context(), NewSecret(ticket), time.Now())
					require.NoError(t, err)
				}
				return client
			}
			save("suiteexample01", "suite-secret-0001", "ticket-0001")
			rotated := save("suiteexample01", "suite-secret-0002", "")
			ticket, fail := rotated.suite.current(t.Context())
			require.Nil(t, fail)
			assert.Equal(t, "ticket-0001", ticket.Reveal())

			_, fail = save("suiteexample02", "suite-secret-0001", "").suite.current(t.Context())
			require.ErrorIs(t, fail, ErrNoTicket, "another app has its own")
			save("suiteexample01", "suite-secret-0002", "ticket-0002")
			assert.Len(t, store.keys, 1)
		})
	}
}

// badTickets is a store whose methods do what they should not.
type badTickets struct{ do func() }

func (s badTickets) LoadTicket(context.Context, string) (StoredTicket, error) {
	s.do()
	return StoredTicket{}, nil
}

func (s badTickets) SaveTicket(context.Context, string, StoredTicket) (bool, error) {
	s.do()
	return true, nil
}

func TestWithTicketStore_WaitsTwoSecondsForTheStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hung := make(chan struct{})
		defer close(hung)
		client, sent := recordingClient(t, []Option{WithTicketStore(badTickets{func() { <-hung }})})
		start := time.Now()
		_, err := client.SaveSuiteTicket(t.Context(), NewSecret("ticket-0001"), time.Now())
		require.ErrorIs(t, err, ErrTransient)
		require.EqualError(t, err, "dingtalk: SaveSuiteTicket: transient failure: the store of tickets did not respond within 2s")
		assert.Equal(t, 2*time.Second, time.Since(start))
		_, err = client.GetSuiteAuthInfo(t.Context(), GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
		require.ErrorIs(t, err, ErrTransient)
		assert.Equal(t, 4*time.Second, time.Since(start))
		assert.Empty(t, *sent)

		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		_, err = client.SaveSuiteTicket(ctx, NewSecret("ticket-0001"), time.Now())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 5*time.Second, time.Since(start))
		ctx, cancel = context.WithCancel(t.Context())
		cancel()
		_, err = client.GetSuiteAuthInfo(ctx, GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
		require.ErrorIs(t, err, context.Canceled)
	})
}

func TestWithTicketStore_SurvivesAStoreThatPanics(t *testing.T) {
	t.Parallel()
	client, _ := recordingClient(t, []Option{WithTicketStore(badTickets{func() { panic("ticket-0001") }})})
	_, err := client.SaveSuiteTicket(t.Context(), NewSecret("ticket-0001"), time.Now())
	require.EqualError(t, err, "dingtalk: SaveSuiteTicket: transient failure: the store of tickets panicked (string)")
	_, err = client.GetSuiteAuthInfo(t.Context(), GetSuiteAuthInfoRequest{AuthCorpID: "dingharbor"})
	require.ErrorIs(t, err, ErrTransient)
}
