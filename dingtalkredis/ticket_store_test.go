package dingtalkredis

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestTokenStore_KeepsTheLatestTicket(t *testing.T) {
	t.Parallel()
	c := startCluster(t)
	store, other := NewTokenStore(c), NewTokenStore(c)
	ctx, key := t.Context(), "ticket"
	_, err := store.LoadTicket(ctx, key)
	require.Equal(t, dingtalk.ErrNoTicket, err)

	now := time.UnixMilli(1793347199987).UTC()
	for _, ticket := range []struct {
		value string
		at    time.Time
		want  bool
	}{
		{"second", now, true},
		{"first", now.Add(-5 * time.Hour), false},
		{"second", now, false},
		{"third", now.Add(time.Millisecond), true},
		{"second", now, false},
	} {
		stored, err := store.SaveTicket(ctx, key, dingtalk.StoredTicket{Value: dingtalk.NewSecret(ticket.value), At: ticket.at})
		require.NoError(t, err)
		assert.Equal(t, ticket.want, stored, ticket.value)
	}

	got, err := other.LoadTicket(ctx, key)
	require.NoError(t, err)
	assert.Equal(t, "third", got.Value.Reveal())
	assert.Equal(t, now.Add(time.Millisecond), got.At)
	names, err := c.Keys(ctx, "dingtalk:*").Result()
	require.NoError(t, err)
	for _, name := range names {
		ttl, err := c.TTL(ctx, name).Result()
		require.NoError(t, err)
		assert.Equal(t, time.Duration(-1), ttl, "it never expires")
	}
	_, err = store.LoadTicket(ctx, "another")
	require.Equal(t, dingtalk.ErrNoTicket, err)
}

func TestTokenStore_HoldsASealedTicketForAFleet(t *testing.T) {
	t.Parallel()
	c := connect(t, startRedis(t))
	srv := dingtalktest.New(t, dingtalktest.WithOtherOrganization("dingharbor", "Harbor Foods"))
	srv.Authorize("dingharbor")
	key := dingtalk.TokenKey{ID: "k1", Key: dingtalk.NewSecret("0123456789abcdef0123456789abcdef")}
	client := func(opts ...dingtalk.Option) *dingtalk.Client {
		return srv.Client(append(opts, dingtalk.WithTicketStore(NewTokenStore(c), key))...)
	}
	ticket := srv.SendSuiteTicket()
	stored, err := client().SaveSuiteTicket(t.Context(), ticket, time.Now())
	require.NoError(t, err)
	assert.True(t, stored)

	_, err = client(dingtalk.WithCorpToken("dingharbor")).Token(t.Context())
	require.NoError(t, err, "another process")
	names, err := c.Keys(t.Context(), "*").Result()
	require.NoError(t, err)
	for _, name := range names {
		value, err := c.HGet(t.Context(), name, "value").Result()
		require.NoError(t, err)
		assert.NotContains(t, value, ticket.Reveal())
	}
}
