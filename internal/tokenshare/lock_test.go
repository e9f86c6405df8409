package tokenshare

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// freed ends the lease of another process after a while. It has stored nothing.
func (m *memory) freed(after time.Duration) {
	time.AfterFunc(after, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.fence = ""
	})
}

func TestObtain_TheLockIsAskedForAtEachLook(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		m.fence = "another's"
		m.freed(3 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		got, err := s.Obtain(ctx, cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.InDelta(t, 3.1, time.Since(start).Seconds(), 0.1)
		assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Publish"}, m.done[len(m.done)-5:])
	})
}

func TestObtain_ACallerWhoGoesAsksNoMoreForAHeldLock(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		m.fence = "another's"
		m.freed(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := s.Obtain(ctx, cold)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.InDelta(t, 1, time.Since(start).Seconds(), 0.01)
		asked := len(m.done)
		time.Sleep(2 * time.Minute)
		assert.Len(t, m.done, asked)
	})
}

func TestObtain_ATokenNearItsEndIsNotTaken(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		m.token = stored("others", shortest)
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
	})
}
