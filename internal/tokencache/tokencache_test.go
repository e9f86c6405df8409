package tokencache

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGet_FetchesOnceForAllCallers(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: time.Second}
	withCache(t, s, func(t *testing.T, c *Cache) {
		assert.Equal(t, map[string]int{"t1": 200}, getConcurrently(t, c, 200))
		assert.Equal(t, 1, s.count())
		assert.Equal(t, map[string]int{"t1": 200}, getConcurrently(t, c, 200))
		assert.Equal(t, 1, s.count())
	})
}

func TestGet_EndsWithItsOwnContext(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: 20 * time.Second}
	withCache(t, s, func(t *testing.T, c *Cache) {
		own := errors.New("own reason")
		var wg sync.WaitGroup
		start := time.Now()
		for i := range 10 {
			wg.Go(func() {
				limit := time.Duration(i+1) * time.Second
				ctx, cancel := context.WithTimeoutCause(t.Context(), limit, own)
				defer cancel()
				_, err := c.Get(ctx)
				assert.ErrorIs(t, err, own)
				assert.Equal(t, limit, time.Since(start))
			})
		}
		wg.Go(func() {
			assert.Equal(t, "t1", value(t, c))
			assert.Equal(t, 20*time.Second, time.Since(start))
		})
		wg.Wait()
		assert.Equal(t, 1, s.count())
	})
}

func TestFlight_OutlivesTheCallerWhoStartedIt(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: 10 * time.Second}
	withCache(t, s, func(t *testing.T, c *Cache) {
		first, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := c.Get(first)
			assert.ErrorIs(t, err, context.Canceled)
		}()
		synctest.Wait()
		time.AfterFunc(time.Second, cancel)
		assert.Equal(t, map[string]int{"t1": 50}, getConcurrently(t, c, 50))
		assert.Equal(t, 1, s.count())
	})
}

func TestFetch_HasTheCallersValuesAndItsOwnTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		c := New(testTimeout, func(ctx context.Context) (Secret, error) {
			assert.Equal(t, "v", ctx.Value(key{}))
			deadline, ok := ctx.Deadline()
			assert.True(t, ok)
			assert.Equal(t, testTimeout, time.Until(deadline))
			<-ctx.Done()
			return Secret{}, ctx.Err()
		})
		start := time.Now()
		_, err := c.Get(context.WithValue(t.Context(), key{}, "v"))
		require.Error(t, err)
		assert.Equal(t, testTimeout, time.Since(start), "a source that hangs must not hang the caller")
	})
}

func TestGet_ReturnsACachedSecretToAnEndedContext(t *testing.T) {
	s := &source{life: time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		secret, err := c.Get(ctx)
		require.NoError(t, err)
		assert.Equal(t, "t1", secret.Value)
	})
}

func TestRenewal_StartsEarlyAndServesTheCurrentSecret(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		s.set(func(s *source) { s.slow = 5 * time.Second })

		time.Sleep(2*time.Hour - renewalMargin - renewalMargin/4 - time.Second)
		assert.Equal(t, "t1", value(t, c))
		synctest.Wait()
		assert.Equal(t, 1, s.count(), "it is too early for a renewal")

		time.Sleep(renewalMargin/4 + 2*time.Second) // ten minutes are left
		start := time.Now()
		assert.Equal(t, map[string]int{"t1": 100}, getConcurrently(t, c, 100))
		assert.Zero(t, time.Since(start), "no caller waits")
		time.Sleep(4 * time.Second)
		assert.Equal(t, "t1", value(t, c))
		time.Sleep(2 * time.Second)
		assert.Equal(t, map[string]int{"t2": 100}, getConcurrently(t, c, 100))
		assert.Equal(t, 2, s.count())
	})
}

func TestRenewal_MayFailWhileTheSecretIsValid(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		s.set(func(s *source) { s.err = errors.New("down") })
		time.Sleep(2*time.Hour - renewalMargin)
		for range 10 * 60 { // each second until the secret expires
			require.Equal(t, "t1", value(t, c))
			time.Sleep(time.Second)
		}
		assert.InDelta(t, 1+int(renewalMargin/renewalRetryPause), s.count(), 2, "the renewal is retried at intervals")
		_, err := c.Get(t.Context())
		require.EqualError(t, err, "down", "an expired secret is not returned")
		s.set(func(s *source) { s.err = nil })
		time.Sleep(failurePause)
		n := s.count()
		assert.Equal(t, fmt.Sprintf("t%d", n+1), value(t, c))
	})
}

func TestGet_ReplacesAnExpiredSecret(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: time.Second}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		time.Sleep(2 * time.Hour)
		start := time.Now()
		assert.Equal(t, map[string]int{"t2": 50}, getConcurrently(t, c, 50))
		assert.Equal(t, time.Second, time.Since(start), "all callers wait for one fetch")
		assert.Equal(t, 2, s.count())
	})
}

func TestRenewal_OfShortLivesIsNeitherLateNorALoop(t *testing.T) {
	for _, life := range []time.Duration{time.Nanosecond, time.Millisecond, time.Second, 60 * time.Second, 10 * time.Minute} {
		t.Run(life.String(), func(t *testing.T) {
			s := &source{life: life}
			withCache(t, s, func(t *testing.T, c *Cache) {
				for range 1000 { // ten lives
					require.NotEmpty(t, value(t, c))
					synctest.Wait()
					time.Sleep(life / 100)
				}
				if life >= time.Second {
					assert.InDelta(t, 14, s.count(), 3)
				}
			})
		})
	}
}

func TestFetch_OfAnExpiredSecretIsNotRepeatedByEveryCall(t *testing.T) {
	for name, life := range map[string]time.Duration{"expired long ago": -time.Hour, "just expired": -1} {
		t.Run(name, func(t *testing.T) {
			s := &source{life: life}
			withCache(t, s, func(t *testing.T, c *Cache) {
				for range 100 {
					require.Equal(t, "t1", value(t, c))
				}
				time.Sleep(time.Second)
				for range 100 {
					require.Equal(t, "t2", value(t, c))
				}
				assert.Equal(t, 2, s.count())
			})
		})
	}
}

func TestGet_KeepsASecretThatNeverExpires(t *testing.T) {
	s := &source{}
	withCache(t, s, func(t *testing.T, c *Cache) {
		for range 10 {
			require.Equal(t, "t1", value(t, c))
			time.Sleep(5 * 365 * 24 * time.Hour)
		}
		assert.Equal(t, 1, s.count())
	})
}

func TestFailure_IsSharedForASecond(t *testing.T) {
	s := &source{life: time.Hour, slow: time.Second, err: errors.New("down")}
	withCache(t, s, func(t *testing.T, c *Cache) {
		assert.Equal(t, map[string]int{"down": 50}, getConcurrently(t, c, 50))
		assert.Equal(t, map[string]int{"down": 50}, getConcurrently(t, c, 50), "later callers get the same error")
		assert.Equal(t, 1, s.count())
		s.set(func(s *source) { s.err = nil })
		time.Sleep(failurePause - 1)
		assert.Equal(t, map[string]int{"down": 1}, getConcurrently(t, c, 1))
		time.Sleep(time.Nanosecond)
		assert.Equal(t, map[string]int{"t2": 50}, getConcurrently(t, c, 50))
		assert.Equal(t, 2, s.count())
	})
}

func TestSource_ThatMisbehavesIsAnError(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fetch Fetch
		want  string
	}{
		"empty":           {func(context.Context) (Secret, error) { return Secret{}, nil }, "the token source returned an empty token"},
		"panic":           {func(context.Context) (Secret, error) { panic("token=abc") }, "the token source panicked (string)"},
		"panic, error":    {func(context.Context) (Secret, error) { panic(errors.New("token=abc")) }, "the token source panicked (*errors.errorString)"},
		"value and error": {func(context.Context) (Secret, error) { return Secret{Value: "abc"}, errors.New("down") }, "down"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var calls atomic.Int32
				c := New(testTimeout, func(ctx context.Context) (Secret, error) {
					calls.Add(1)
					return tt.fetch(ctx)
				})
				for range 3 {
					secret, err := c.Get(t.Context())
					require.EqualError(t, err, tt.want)
					assert.Empty(t, secret.Value)
				}
				assert.EqualValues(t, 1, calls.Load())
			})
		})
	}
}
