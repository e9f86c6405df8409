package tokenshare

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// releaseAfter ends the lease of another process, which has stored nothing, after a while.
func (m *memoryStore) releaseAfter(after time.Duration) {
	time.AfterFunc(after, func() {
		m.mu.Lock()
		defer m.mu.Unlock()
		m.fence = ""
	})
}

func TestObtain_TriesTheLockAtEachPoll(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.fence = "another's"
		m.releaseAfter(3 * time.Second)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		got, err := s.Obtain(ctx, cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.InDelta(t, 3.25, time.Since(start).Seconds(), 0.26)
		assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Publish"}, m.calls[len(m.calls)-5:])
	})
}

func TestObtain_StopsPollingWhenItsContextEnds(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.fence = "another's"
		m.releaseAfter(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		_, err := s.Obtain(ctx, cold)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.InDelta(t, 1, time.Since(start).Seconds(), 0.01)
		calls := len(m.calls)
		time.Sleep(2 * time.Minute)
		assert.Len(t, m.calls, calls)
	})
}

func TestObtain_IgnoresATokenThatIsAboutToExpire(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.token = stored("others", minLife)
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
	})
}
