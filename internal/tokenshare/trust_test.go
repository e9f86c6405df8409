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

func TestObtain_ARefusedTokenIsNotTakenFromTheStore(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		refused := tokencache.Need{Due: true, Refused: []string{"older", "old"}}
		for _, stale := range refused.Refused {
			m.done, m.token = nil, stored(stale, time.Hour)
			got, err := s.Obtain(t.Context(), refused)
			require.NoError(t, err)
			assert.Equal(t, "own", got.Value)
			assert.Equal(t, []string{"Load", "Lock", "Load", "Reissued", "Drop", "fetch", "Publish"}, m.done)
			assert.Equal(t, "own", m.token.Value)
		}
	})
}

func TestObtain_AFetchThatFailsSaysNothingOfTheRefusedToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		err := errors.New("down")
		s := New(m, func(context.Context) (tokencache.Secret, error) { return stored("new", time.Hour), err }, time.Second, nil)
		refused := tokencache.Need{Due: true, Refused: []string{"old"}}
		m.token = stored("old", time.Hour)
		m.meanwhile["Drop"] = func() { m.mu.Lock(); m.token.Value = "kept"; m.mu.Unlock() } // so that it has no effect
		_, failure := s.Obtain(t.Context(), refused)
		require.ErrorIs(t, failure, err)
		m.token.Value = "old"
		err = nil
		got, failure := s.Obtain(t.Context(), refused)
		require.NoError(t, failure)
		assert.Equal(t, "new", got.Value)
	})
}

// takes has s obtain the token that the store has, which is then refused as well.
func takes(t *testing.T, m *memory, s *Share, need *tokencache.Need, value string) {
	t.Helper()
	m.token = stored(value, time.Hour)
	got, err := s.Obtain(t.Context(), *need)
	require.NoError(t, err)
	require.Equal(t, value, got.Value)
	need.Refused = append(need.Refused, value)
}

func TestObtain_AStoreWhoseTokensAreAllRefusedIsNotTrustedForOnce(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		need := cold
		takes(t, m, s, &need, "good")
		need.Refused = nil
		for round := range 2 {
			for n := range MostStale {
				takes(t, m, s, &need, fmt.Sprintf("stale-%d-%d", round, n))
			}
			m.done, m.token = nil, stored("another", time.Hour)
			got, err := s.Obtain(t.Context(), need)
			require.NoError(t, err)
			assert.Equal(t, "own", got.Value)
			assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Publish"}, m.done)
			assert.Equal(t, "own", m.token.Value, "what was stored is replaced")
		}
	})
}

func TestObtain_AStoreIsTrustedAfterFewerRefusals(t *testing.T) {
	for name, between := range map[string]func(t *testing.T, m *memory, s *Share, need *tokencache.Need){
		"one was good": func(t *testing.T, m *memory, s *Share, need *tokencache.Need) {
			t.Helper()
			takes(t, m, s, need, "good")
			need.Refused = need.Refused[:len(need.Refused)-1]
		},
		"some time passed": func(*testing.T, *memory, *Share, *tokencache.Need) { time.Sleep(staleWindow) },
	} {
		t.Run(name, func(t *testing.T) {
			shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
				need := cold
				takes(t, m, s, &need, "first")
				between(t, m, s, &need)
				for n := range MostStale - 1 {
					takes(t, m, s, &need, fmt.Sprintf("stale-%d", n))
				}
				takes(t, m, s, &need, "another")
			})
		})
	}
}

func TestObtain_ANoteIsNotTrustedWhereTheStoreIsNot(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		need := cold
		for n := range MostStale {
			takes(t, m, s, &need, fmt.Sprintf("stale-%d", n))
		}
		m.reissued[m.token.Value] = time.Now().Add(time.Hour)
		got, err := s.Obtain(t.Context(), need)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
	})
}
