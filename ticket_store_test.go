package dingtalk

import (
	"context"
	"testing"
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
