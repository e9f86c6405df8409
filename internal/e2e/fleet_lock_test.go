package e2e_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestFleet_WaitsForTheLeaseOfAProcessThatDied(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		var died atomic.Bool
		dying := lostLock{store, func(_ string, ok bool) bool { return ok && died.CompareAndSwap(false, true) }}
		start := time.Now()
		callAll(t, fleet(srv, dying, 4), 8)
		assert.InDelta(t, 22.5, time.Since(start).Seconds(), 0.5, "an attempt, the longest pause and seven seconds, and the polls of one and of the others")
		assert.Len(t, srv.Calls("GetToken"), 1)

		once := dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}) // the shortest lease
		died.Store(false)
		store.memory = dingtalktest.NewTokenStore(nil)
		callAll(t, fleet(srv, dying, 4, once), 8)
	})
}

// lostLock is a store that takes a lock but reports that it did not, if stolen returns true.
type lostLock struct {
	*recordingStore
	stolen func(fence string, ok bool) bool
}

func (s lostLock) Lock(ctx context.Context, key string, lease time.Duration) (string, bool, error) {
	fence, ok, err := s.recordingStore.Lock(ctx, key, lease)
	if s.stolen(fence, ok) {
		return "", false, nil
	}
	return fence, ok, err
}

func TestFleet_TokenFetchedAfterTheLeaseReplacesNoNewerOne(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		store := newRecordingStore()
		client := func(source dingtalk.TokenSource) *dingtalk.Client {
			c, err := dingtalk.New("dingexample", "", dingtalk.WithTokenSource(source), dingtalk.WithTokenStore(store))
			require.NoError(t, err)
			return c
		}
		slow := client(sourceFunc(func(context.Context) (dingtalk.Token, error) { // it ignores its context
			time.Sleep(25 * time.Second)
			return dingtalk.Token{Value: dingtalk.NewSecret("older-token"), Expires: time.Now().Add(time.Hour)}, nil
		}))
		quick := client(sourceFunc(func(context.Context) (dingtalk.Token, error) {
			return dingtalk.Token{Value: dingtalk.NewSecret("newer-token"), Expires: time.Now().Add(time.Hour)}, nil
		}))
		none := client(sourceFunc(func(context.Context) (dingtalk.Token, error) {
			return dingtalk.Token{}, errors.New("must not be asked")
		}))
		concurrently(2, func(i int) error {
			time.Sleep(time.Duration(i) * time.Second)
			token, err := []*dingtalk.Client{slow, quick}[i].Token(t.Context())
			assert.NoError(t, err, "a token in hand is used")
			assert.Equal(t, []string{"older-token", "newer-token"}[i], token.Value.Reveal())
			return err
		})
		assert.Equal(t, 2, store.count("Publish"))
		token, err := none.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, "newer-token", token.Value.Reveal())
	})
}

func TestFleet_ReleasesTheLockAfterAFailedFetch(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault dingtalktest.Fault
		limit time.Duration // the caller's timeout
		is    error
		text  string
	}{
		"refused":  {dingtalktest.Code(40035), time.Hour, dingtalk.ErrInvalidArgument, "dingtalk: GetUser: GetToken: invalid argument: errcode 40035"},
		"given up": {dingtalktest.Hang, time.Second, context.DeadlineExceeded, "dingtalk: GetUser"},
		"too slow": {dingtalktest.Hang, time.Hour, dingtalk.ErrTransient, "dingtalk: GetUser: transient failure: the token source did not return within 15s"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				store := newRecordingStore()
				srv.Fail("GetToken", tt.fault, 5)
				ctx, cancel := context.WithTimeout(t.Context(), tt.limit)
				defer cancel()
				err := getZhaoMin(ctx, srv.Client(dingtalk.WithTokenStore(store)))
				require.ErrorIs(t, err, tt.is)
				require.ErrorContains(t, err, tt.text)
				time.Sleep(10 * time.Millisecond) // the lock is released after the caller has returned
				_, free, err := store.memory.Lock(t.Context(), store.values()[0], time.Second)
				require.NoError(t, err)
				assert.True(t, free)
			})
		})
	}
	t.Run("panicked", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			store := newRecordingStore()
			client, err := dingtalk.New("dingexample", "", dingtalk.WithTokenSource(panicking{}), dingtalk.WithTokenStore(store))
			require.NoError(t, err)
			require.ErrorContains(t, getZhaoMin(t.Context(), client), "panicked")
			_, free, err := store.memory.Lock(t.Context(), store.values()[0], time.Second)
			require.NoError(t, err)
			assert.True(t, free)
		})
	})
}
