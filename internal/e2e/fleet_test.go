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
	forEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *recordingStore) {
		callAll(t, fleet(srv, store, 4), 64)
		assert.Len(t, srv.Calls("GetToken"), 1)
		assert.Len(t, srv.Calls("GetUser"), 4*64, "none with a wrong token")
	})
}

func TestFleet_ProcessThatJoinsLaterFetchesNoToken(t *testing.T) {
	forEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *recordingStore) {
		callAll(t, fleet(srv, store, 1), 1)
		time.Sleep(time.Hour)
		callAll(t, fleet(srv, store, 3), 8)
		assert.Len(t, srv.Calls("GetToken"), 1)
		time.Sleep(59*time.Minute + 30*time.Second) // without calls there is no renewal
		callAll(t, fleet(srv, store, 3), 8)
		assert.Len(t, srv.Calls("GetToken"), 1, "a token of half a minute is used")
		assert.Len(t, srv.Calls("GetUser"), 1+3*8+3*8)
	})
}

func TestFleet_FetchesOneTokenPerLifetime(t *testing.T) {
	forEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *recordingStore) {
		clients := fleet(srv, store, 4)
		calls := 0
		start := time.Now()
		for time.Since(start) < 8*time.Hour {
			before := time.Now()
			callAll(t, clients, 1)
			require.Less(t, time.Since(before), time.Second)
			calls += len(clients)
			time.Sleep(2 * time.Minute)
		}
		synctest.Wait()
		assert.Len(t, srv.Calls("GetToken"), 5, "one at first, and one each 108 to 110 minutes")
		assert.Less(t, len(srv.Calls("GetUser")), calls+5*len(clients), "only tokens that a rotation ended are refused")
	})
}

func TestFleet_OneProcessRenewsEarlyAndNoCallWaits(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		clients := fleet(srv, store, 4)
		callAll(t, clients, 1)
		time.Sleep(111 * time.Minute) // the renewal is due in all processes
		srv.Fail("GetToken", dingtalktest.Slow(5*time.Second), 1)
		for range 100 {
			start := time.Now()
			callAll(t, clients, 1)
			require.Zero(t, time.Since(start))
			time.Sleep(time.Second)
		}
		assert.Len(t, srv.Calls("GetToken"), 2)
		loads := store.count("Load")
		time.Sleep(20 * time.Minute)
		callAll(t, clients, 1)
		assert.Equal(t, loads, store.count("Load"), "all have the new one")
		assert.Len(t, srv.Calls("GetToken"), 2)
	})
}

func TestFleet_FetchesOneTokenAfterARevocation(t *testing.T) {
	forEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *recordingStore) {
		clients := fleet(srv, store, 4)
		callAll(t, clients, 16)
		for n := range 3 {
			srv.RevokeToken()
			for _, err := range concurrently(4*16, func(i int) error {
				time.Sleep(time.Duration(i%7) * 9 * time.Millisecond) // some callers start late
				return getZhaoMin(t.Context(), clients[i%len(clients)])
			}) {
				require.NoError(t, err)
			}
			assert.Len(t, srv.Calls("GetToken"), 2+n)
		}
	})
}

func TestFleet_ProcessThatMissedARevocationFailsNoCall(t *testing.T) {
	forEachPolicy(t, func(t *testing.T, srv *dingtalktest.Server, store *recordingStore) {
		clients := fleet(srv, store, 2)
		callAll(t, clients, 1)
		srv.RevokeToken()
		callAll(t, clients[:1], 1) // the other process is idle and holds the first token
		srv.RevokeToken()          // the store holds the second
		callAll(t, clients[1:], 8)
		callAll(t, clients, 8)
		assert.Len(t, srv.Calls("GetToken"), 3)
	})
}

func TestFleet_TokenReturnedAgainAfterARefusalIsNotFetchedRepeatedly(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		clients := fleet(srv, newRecordingStore(), 8)
		callAll(t, clients, 1)
		srv.Fail("GetUser", dingtalktest.TokenExpired, 1_000_000) // the token is valid, so /gettoken returns it again
		require.ErrorIs(t, getZhaoMin(t.Context(), clients[0]), dingtalk.ErrInvalidToken)
		assert.Len(t, srv.Calls("GetUser"), len(clients)+2, "the same one is not tried a third time")
		const seconds = 30
		for start := time.Now(); time.Since(start) < seconds*time.Second; {
			for _, err := range concurrently(2*8, func(i int) error { return getZhaoMin(t.Context(), clients[i%len(clients)]) }) {
				require.ErrorIs(t, err, dingtalk.ErrInvalidToken)
			}
			time.Sleep(250 * time.Millisecond)
		}
		fetched := len(srv.Calls("GetToken"))
		assert.LessOrEqual(t, fetched, 1+1+seconds/5)
		assert.Greater(t, fetched, seconds/10, "it does not give up")
	})
}

func TestFleet_WrongCredentialsAreTriedOncePerSecondAndProcess(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var clients []*dingtalk.Client
		store := newRecordingStore()
		for range 4 {
			client, err := dingtalk.New(srv.ClientID(), "wrong-secret", dingtalk.WithTokenStore(store),
				dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
			require.NoError(t, err)
			clients = append(clients, client)
		}
		const seconds = 10
		start := time.Now()
		for time.Since(start) < seconds*time.Second {
			for _, err := range concurrently(4*16, func(i int) error { return getZhaoMin(t.Context(), clients[i%len(clients)]) }) {
				require.ErrorIs(t, err, dingtalk.ErrInvalidCredential)
			}
			time.Sleep(100 * time.Millisecond)
		}
		assert.LessOrEqual(t, len(srv.Calls("GetToken")), len(clients)*(seconds+1), "one a second and process")
		restarted := fleet(srv, store, 2)
		seeded(srv)
		callAll(t, restarted, 4)
	}, dingtalktest.WithLatency(20*time.Millisecond))
}

func TestFleet_SharesTheTokenOfATokenSource(t *testing.T) {
	t.Parallel()
	for name, life := range map[string]time.Duration{"with an end": time.Hour, "without an end": 0} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			seeded(srv)
			store := newRecordingStore()
			source := &countingSource{client: srv.Client(), life: life}
			var clients []*dingtalk.Client
			for range 4 {
				client, err := dingtalk.New(srv.ClientID(), "", dingtalk.WithTokenSource(source), dingtalk.WithTokenStore(store),
					dingtalk.WithHTTPClient(&http.Client{Transport: srv.Transport()}))
				require.NoError(t, err)
				clients = append(clients, client)
			}
			callAll(t, clients, 8)
			assert.Equal(t, 1, source.calls, name)
		})
	}
}

// countingSource is a token source that takes its tokens from a client. With a life of 0 they do not expire.
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
