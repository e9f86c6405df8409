package tokenshare

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
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

func TestObtain_StoresTheTokenBeforeTheLockExpires(t *testing.T) {
	for name, waits := range map[string]string{"before the fetch": "Load", "after it": "fetch"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m, breaker := newMemoryStore(), NewBreaker()
				busy := func() { // other calls take all turns, for almost as long as a call waits for one
					for range maxCalls {
						go func() {
							breaker.turns <- struct{}{}
							time.Sleep(maxTurnWait - 10*time.Millisecond)
							<-breaker.turns
						}()
					}
				}
				const fetchTimeout = 15 * time.Second
				fetch := func(ctx context.Context) (tokencache.Secret, error) {
					deadline, ok := ctx.Deadline()
					require.True(t, ok)
					time.Sleep(time.Until(deadline) - time.Millisecond)
					if waits == "fetch" {
						busy()
						time.Sleep(time.Nanosecond) // until they have
					}
					return stored("own", time.Hour), nil
				}
				s := New(m, fetch, fetchTimeout, func(context.Context, string, error) {}, breaker)
				var locked, published time.Time
				m.before["Lock"] = func() {
					locked = time.Now()
					if waits == "Load" {
						busy()
					}
				}
				m.before["Publish"] = func() { published = time.Now() }
				got, err := s.Obtain(t.Context(), cold)
				require.NoError(t, err)
				assert.Equal(t, "own", got.Value)
				require.False(t, published.IsZero())
				assert.Less(t, published.Sub(locked), s.Lease())
			})
		})
	}
}
