package e2e_test

import (
	"context"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestFleet_FetchesOneTokenOnAColdStart(t *testing.T) {
	underEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *watchedStore) {
		everybody(t, fleet(srv, store, 4), 64)
		assert.Len(t, srv.Calls("GetToken"), 1)
		assert.Len(t, srv.Calls("GetUser"), 4*64, "none with a wrong token")
	})
}

func TestFleet_ProcessThatJoinsLaterFetchesNoToken(t *testing.T) {
	underEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *watchedStore) {
		everybody(t, fleet(srv, store, 1), 1)
		time.Sleep(time.Hour)
		everybody(t, fleet(srv, store, 3), 8)
		assert.Len(t, srv.Calls("GetToken"), 1)
		time.Sleep(59*time.Minute + 30*time.Second) // nobody called meanwhile, and so nobody renewed it
		everybody(t, fleet(srv, store, 3), 8)
		assert.Len(t, srv.Calls("GetToken"), 1, "half a minute is a life worth having")
		assert.Len(t, srv.Calls("GetUser"), 1+3*8+3*8)
	})
}

func TestFleet_FetchesOneTokenPerLifetime(t *testing.T) {
	underEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *watchedStore) {
		clients := fleet(srv, store, 4)
		calls := 0
		start := time.Now()
		for time.Since(start) < 8*time.Hour {
			before := time.Now()
			everybody(t, clients, 1)
			require.Less(t, time.Since(before), time.Second)
			calls += len(clients)
			time.Sleep(2 * time.Minute)
		}
		synctest.Wait()
		assert.Len(t, srv.Calls("GetToken"), 5, "one at first, and one each 108 to 110 minutes")
		assert.Less(t, len(srv.Calls("GetUser")), calls+5*len(clients), "none is refused but what a rotation ended")
	})
}

func TestFleet_OneProcessRenewsEarlyAndNoCallWaits(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newWatchedStore()
		clients := fleet(srv, store, 4)
		everybody(t, clients, 1)
		time.Sleep(111 * time.Minute) // due for all of them
		srv.Fail("GetToken", dingtalktest.Slow(5*time.Second), 1)
		for range 100 {
			start := time.Now()
			everybody(t, clients, 1)
			require.Zero(t, time.Since(start))
			time.Sleep(time.Second)
		}
		assert.Len(t, srv.Calls("GetToken"), 2)
		loads := store.count("Load")
		time.Sleep(20 * time.Minute)
		everybody(t, clients, 1)
		assert.Equal(t, loads, store.count("Load"), "all have the new one")
		assert.Len(t, srv.Calls("GetToken"), 2)
	})
}

func TestFleet_FetchesOneTokenAfterARevocation(t *testing.T) {
	underEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *watchedStore) {
		clients := fleet(srv, store, 4)
		everybody(t, clients, 16)
		for n := range 3 {
			srv.RevokeToken()
			for _, err := range together(4*16, func(i int) error {
				time.Sleep(time.Duration(i%7) * 9 * time.Millisecond) // some learn of it late
				return getZhaoMin(t.Context(), clients[i%len(clients)])
			}) {
				require.NoError(t, err)
			}
			assert.Len(t, srv.Calls("GetToken"), 2+n)
		}
	})
}

func TestFleet_ProcessThatMissedARevocationFailsNoCall(t *testing.T) {
	underEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *watchedStore) {
		clients := fleet(srv, store, 2)
		everybody(t, clients, 1)
		srv.RevokeToken()
		everybody(t, clients[:1], 1) // the other is idle, with the first token
		srv.RevokeToken()            // and the store has the second
		everybody(t, clients[1:], 8)
		everybody(t, clients, 8)
		assert.Len(t, srv.Calls("GetToken"), 3)
	})
}

func TestFleet_TokenReturnedAgainAfterARefusalIsNotFetchedRepeatedly(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		clients := fleet(srv, newWatchedStore(), 8)
		everybody(t, clients, 1)
		srv.Fail("GetUser", dingtalktest.TokenExpired, 1_000_000) // the token lives, so gettoken returns the same
		require.ErrorIs(t, getZhaoMin(t.Context(), clients[0]), dingtalk.ErrInvalidToken)
		assert.Len(t, srv.Calls("GetUser"), len(clients)+2, "the same one is not tried a third time")
		const seconds = 30
		for start := time.Now(); time.Since(start) < seconds*time.Second; {
			for _, err := range together(2*8, func(i int) error { return getZhaoMin(t.Context(), clients[i%len(clients)]) }) {
				require.ErrorIs(t, err, dingtalk.ErrInvalidToken)
			}
			time.Sleep(250 * time.Millisecond)
		}
		fetched := len(srv.Calls("GetToken"))
		assert.LessOrEqual(t, fetched, 1+1+seconds/5)
		assert.Greater(t, fetched, seconds/10, "it does not give up either")
	})
}

func TestFleet_WrongCredentialsAreTriedOncePerSecondAndProcess(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var clients []*dingtalk.Client
		store := newWatchedStore()
		for range 4 {
			client, err := dingtalk.New(srv.ClientID(), "wrong-secret", dingtalk.WithTokenStore(store),
				dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
			require.NoError(t, err)
			clients = append(clients, client)
		}
		const seconds = 10
		start := time.Now()
		for time.Since(start) < seconds*time.Second {
			for _, err := range together(4*16, func(i int) error { return getZhaoMin(t.Context(), clients[i%len(clients)]) }) {
				require.ErrorIs(t, err, dingtalk.ErrInvalidCredential)
			}
			time.Sleep(100 * time.Millisecond)
		}
		assert.LessOrEqual(t, len(srv.Calls("GetToken")), len(clients)*(seconds+1), "one a second and process")
		everybodyElse := fleet(srv, store, 2)
		seeded(srv)
		everybody(t, everybodyElse, 4)
	}, dingtalktest.WithLatency(20*time.Millisecond))
}

func TestFleet_SharesTheTokenOfATokenSource(t *testing.T) {
	t.Parallel()
	for name, life := range map[string]time.Duration{"with an end": time.Hour, "without an end": 0} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			seeded(srv)
			store := newWatchedStore()
			source := &countingSource{client: srv.Client(), life: life}
			var clients []*dingtalk.Client
			for range 4 {
				client, err := dingtalk.New(srv.ClientID(), "", dingtalk.WithTokenSource(source), dingtalk.WithTokenStore(store),
					dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
				require.NoError(t, err)
				clients = append(clients, client)
			}
			everybody(t, clients, 8)
			assert.Equal(t, 1, source.calls, name)
		})
	}
}

// countingSource takes its tokens from a client; a life of 0 is one without an end.
type countingSource struct {
	client *dingtalk.Client
	life   time.Duration
	calls  int
}

func (s *countingSource) Token(ctx context.Context) (dingtalk.Token, error) {
	s.calls++
	token, err := s.client.Token(ctx)
	token.Expires = time.Time{}
	if s.life > 0 {
		token.Expires = time.Now().Add(s.life)
	}
	return token, err
}
