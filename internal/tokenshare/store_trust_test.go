package tokenshare

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

func TestObtain_DoesNotUseARefusedTokenOfTheStore(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		refused := tokencache.Reason{Due: true, Refused: []string{"older", "old"}}
		for _, stale := range refused.Refused {
			m.calls, m.token = nil, stored(stale, time.Hour)
			got, err := s.Obtain(t.Context(), refused)
			require.NoError(t, err)
			assert.Equal(t, "own", got.Value)
			assert.Equal(t, []string{"Load", "Lock", "Load", "WasReissued", "Drop", "fetch", "Publish"}, m.calls)
			assert.Equal(t, "own", m.token.Value)
		}
	})
}

func TestObtain_ReplacesTheRefusedTokenAfterAFailedFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemoryStore()
		err := errors.New("down")
		s := New(m, func(context.Context) (tokencache.Secret, error) { return stored("new", time.Hour), err }, time.Second, nil, NewBreaker())
		refused := tokencache.Reason{Due: true, Refused: []string{"old"}}
		m.token = stored("old", time.Hour)
		m.before["Drop"] = func() { m.mu.Lock(); m.token.Value = "kept"; m.mu.Unlock() } // so that the drop has no effect
		_, failure := s.Obtain(t.Context(), refused)
		require.ErrorIs(t, failure, err)
		m.token.Value = "old"
		err = nil
		got, failure := s.Obtain(t.Context(), refused)
		require.NoError(t, failure)
		assert.Equal(t, "new", got.Value)
	})
}

// useStored lets s obtain the token of the store, and marks it as refused.
func useStored(t *testing.T, m *memoryStore, s *Share, reason *tokencache.Reason, value string) {
	t.Helper()
	m.token = stored(value, time.Hour)
	got, err := s.Obtain(t.Context(), *reason)
	require.NoError(t, err)
	require.Equal(t, value, got.Value)
	reason.Refused = append(reason.Refused, value)
}

func TestStoreTrust_EndsOnceAllTokensOfTheStoreAreRefused(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		reason := cold
		useStored(t, m, s, &reason, "good")
		reason.Refused = nil
		for round := range 2 {
			for n := range MaxStale {
				useStored(t, m, s, &reason, fmt.Sprintf("stale-%d-%d", round, n))
			}
			m.calls, m.token = nil, stored("another", time.Hour)
			got, err := s.Obtain(t.Context(), reason)
			require.NoError(t, err)
			assert.Equal(t, "own", got.Value)
			assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Publish"}, m.calls)
			assert.Equal(t, "own", m.token.Value, "the stored token is replaced")
		}
	})
}

func TestStoreTrust_RemainsAfterFewerRefusals(t *testing.T) {
	for name, between := range map[string]func(t *testing.T, m *memoryStore, s *Share, reason *tokencache.Reason){
		"one was good": func(t *testing.T, m *memoryStore, s *Share, reason *tokencache.Reason) {
			t.Helper()
			useStored(t, m, s, reason, "good")
			reason.Refused = reason.Refused[:len(reason.Refused)-1]
		},
		"after a while": func(*testing.T, *memoryStore, *Share, *tokencache.Reason) { time.Sleep(staleWindow) },
	} {
		t.Run(name, func(t *testing.T) {
			withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
				reason := cold
				useStored(t, m, s, &reason, "first")
				between(t, m, s, &reason)
				for n := range MaxStale - 1 {
					useStored(t, m, s, &reason, fmt.Sprintf("stale-%d", n))
				}
				useStored(t, m, s, &reason, "another")
			})
		})
	}
}

func TestStoreTrust_CoversTheReissueMark(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		reason := cold
		for n := range MaxStale {
			useStored(t, m, s, &reason, fmt.Sprintf("stale-%d", n))
		}
		m.reissued[m.token.Value] = time.Now().Add(time.Hour)
		got, err := s.Obtain(t.Context(), reason)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
	})
}
