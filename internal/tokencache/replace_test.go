package tokencache

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// withFetchTime makes the secrets of s have the time of their fetch.
func (s *source) withFetchTime(ctx context.Context) (Secret, error) {
	secret, err := s.fetch(ctx)
	secret.FetchedAt = time.Now()
	return secret, err
}

// replacing runs f in a bubble with a cache that has the secret "t1", fetched just now.
func replacing(t *testing.T, s *source, f func(t *testing.T, c *Cache)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(testTimeout, s.withFetchTime)
		require.Equal(t, "t1", value(t, c))
		f(t, c)
		synctest.Wait()
	})
}

func TestReplaceStale_FetchesOnceForAnOldSecret(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		time.Sleep(staleAge - time.Nanosecond)
		require.False(t, c.ReplaceStale(t.Context(), "t1"), "it is not old yet")
		require.Equal(t, 1, s.count())
		time.Sleep(time.Nanosecond)
		require.True(t, c.ReplaceStale(t.Context(), "t1"))
		require.Equal(t, 2, s.count())
		require.True(t, c.ReplaceStale(t.Context(), "t1"), "a caller with the old one gets the new one")
		require.False(t, c.ReplaceStale(t.Context(), "t2"), "which is not old")
		require.Equal(t, 2, s.count())
		require.Equal(t, "t2", value(t, c))
		time.Sleep(max(staleAge, replaceInterval))
		require.True(t, c.ReplaceStale(t.Context(), "t2"))
	})
}

func TestReplaceStale_FetchesAnInterchangeableSecretOnceInAWhile(t *testing.T) {
	s := &source{life: 2 * time.Hour, same: true}
	replacing(t, s, func(t *testing.T, c *Cache) {
		time.Sleep(staleAge)
		for range 10 {
			require.False(t, c.ReplaceStale(t.Context(), "t1"))
		}
		require.Equal(t, 2, s.count())
		time.Sleep(replaceInterval)
		for range 10 {
			require.False(t, c.ReplaceStale(t.Context(), "t1"))
		}
		require.Equal(t, 3, s.count())
	})
}

func TestReplaceStale_DoesNotTrustASecretOfUnknownAge(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) { // without the time of the fetch
		require.Equal(t, "t1", value(t, c))
		require.True(t, c.ReplaceStale(t.Context(), "t1"))
		require.False(t, c.ReplaceStale(t.Context(), "t2"), "but at most once in a while")
		require.Equal(t, 2, s.count())
	})
}

func TestReplaceStale_ServesAllCallersWithOneFetchWhileOthersDoNotWait(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		time.Sleep(staleAge)
		s.set(func(s *source) { s.slow = 3 * time.Second })
		start := time.Now()
		var wg sync.WaitGroup
		var changed atomic.Int64
		for i := range 100 {
			wg.Go(func() {
				time.Sleep(time.Duration(i%5) * 100 * time.Millisecond)
				if c.ReplaceStale(t.Context(), "t1") {
					changed.Add(1)
				}
				assert.Equal(t, 3*time.Second, time.Since(start))
			})
		}
		synctest.Wait()
		assert.Equal(t, map[string]int{"t1": 50}, getConcurrently(t, c, 50))
		assert.Zero(t, time.Since(start))
		wg.Wait()
		assert.EqualValues(t, 100, changed.Load())
		assert.Equal(t, 2, s.count())
	})
}

func TestRenew_JoinsARenewalThatIsRunning(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		time.Sleep(111 * time.Minute)
		s.set(func(s *source) { s.slow = time.Second })
		require.Equal(t, "t1", value(t, c), "it is renewed in the background")
		secret, err := c.Renew(t.Context())
		require.NoError(t, err)
		require.Equal(t, "t2", secret.Value)
		require.Equal(t, 2, s.count())
	})
}

func TestRenew_KeepsTheSecretIfTheFetchFails(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		time.Sleep(staleAge)
		own := errors.New("own")
		s.set(func(s *source) { s.err = own })
		_, err := c.Renew(t.Context())
		require.ErrorIs(t, err, own)
		require.False(t, c.ReplaceStale(t.Context(), "t1"), "the error of a moment ago is enough")
		require.Equal(t, 2, s.count())
		require.Equal(t, map[string]int{"t1": 10}, getConcurrently(t, c, 10))
		time.Sleep(time.Hour)
		require.Equal(t, "t1", value(t, c))
		require.Equal(t, 2, s.count(), "nor is it renewed before its time")
	})
}

func TestReplaceStale_EndsWithItsOwnContext(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		time.Sleep(staleAge)
		s.set(func(s *source) { s.slow = 10 * time.Second })
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		require.False(t, c.ReplaceStale(ctx, "t1"))
		require.Equal(t, time.Second, time.Since(start))
		synctest.Wait() // the fetch is given up
		require.Equal(t, "t1", value(t, c))
	})
}

func TestRenew_GetsASecretInPlaceOfARefusedOne(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		c.Invalidate("t1")
		secret, err := c.Renew(t.Context())
		require.NoError(t, err)
		require.Equal(t, "t2", secret.Value)
		require.Equal(t, 2, s.count())
	})
}

func TestRenew_DoesNotHoldAFailureAgainstTheNextFetch(t *testing.T) {
	s := &source{life: 2 * time.Hour, err: errors.New("down")}
	withCache(t, s, func(t *testing.T, c *Cache) {
		_, err := c.Get(t.Context())
		require.ErrorIs(t, err, s.err)
		s.set(func(s *source) { s.err = nil })
		_, err = c.Get(t.Context())
		require.EqualError(t, err, "down", "it is remembered for a moment")
		secret, err := c.Renew(t.Context())
		require.NoError(t, err)
		require.Equal(t, "t2", secret.Value)
		require.Equal(t, "t2", value(t, c))
		require.Equal(t, 2, s.count())
	})
}

func TestRenew_GetsASecretInPlaceOfAnExpiredOne(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		time.Sleep(3 * time.Hour)
		secret, err := c.Renew(t.Context())
		require.NoError(t, err)
		require.Equal(t, "t2", secret.Value)
	})
}

func TestRenew_StartsNothingForACallerThatHasLeft(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	replacing(t, s, func(t *testing.T, c *Cache) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		_, err := c.Renew(ctx)
		require.ErrorIs(t, err, context.Canceled)
		synctest.Wait()
		require.Equal(t, 1, s.count())
	})
}
