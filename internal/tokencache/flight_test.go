package tokencache

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// getBriefly gets the secret, and gives up after limit.
func getBriefly(t *testing.T, c *Cache, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	_, err := c.Get(ctx)
	return err
}

func TestFlight_IsCanceledWhenItsLastWaiterLeaves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var started, ended []time.Duration
		start := time.Now()
		c := New(testTimeout, func(ctx context.Context) (Secret, error) {
			started = append(started, time.Since(start))
			<-ctx.Done()
			ended = append(ended, time.Since(start))
			return Secret{}, ctx.Err()
		})
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				assert.ErrorIs(t, getBriefly(t, c, time.Duration(i+1)*time.Second), context.DeadlineExceeded)
			})
		}
		wg.Wait()
		synctest.Wait()
		assert.Equal(t, []time.Duration{0}, started)
		assert.Equal(t, []time.Duration{5 * time.Second}, ended, "neither earlier nor later")

		// A canceled flight does not count as a failure of the source.
		require.ErrorIs(t, getBriefly(t, c, time.Second), context.DeadlineExceeded)
		synctest.Wait()
		assert.Equal(t, []time.Duration{0, 5 * time.Second}, started)
		assert.Equal(t, []time.Duration{5 * time.Second, 6 * time.Second}, ended)
	})
}

func TestFlight_IsNotJoinedAfterItWasCanceled(t *testing.T) {
	s := &source{life: time.Hour, slow: 3 * time.Second}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.ErrorIs(t, getBriefly(t, c, time.Second), context.DeadlineExceeded)
		start := time.Now()
		assert.Equal(t, map[string]int{"t2": 20}, getConcurrently(t, c, 20))
		assert.Equal(t, 3*time.Second, time.Since(start))
		assert.Equal(t, 2, s.count())
	})
}

func TestGet_FetchesNothingIfItsContextHasEnded(t *testing.T) {
	s := &source{life: time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 {
			_, err := c.Get(ctx)
			require.ErrorIs(t, err, context.Canceled)
			synctest.Wait()
		}
		assert.Zero(t, s.count())
		assert.Equal(t, map[string]int{"t1": 20}, getConcurrently(t, c, 20))
		assert.Equal(t, 1, s.count())
	})
}

func TestFlight_IsNotCanceledInTheBackground(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		time.Sleep(2*time.Hour - 2*time.Second)
		s.set(func(s *source) { s.slow = 10 * time.Second })
		require.NoError(t, getBriefly(t, c, time.Nanosecond), "it returns the current secret and starts a renewal")
		time.Sleep(3 * time.Second) // past the expiry of the current secret: now callers wait, and some give up
		require.ErrorIs(t, getBriefly(t, c, time.Second), context.DeadlineExceeded)
		require.ErrorIs(t, getBriefly(t, c, time.Second), context.DeadlineExceeded)
		assert.Equal(t, map[string]int{"t2": 20}, getConcurrently(t, c, 20))
		assert.Equal(t, 2, s.count())
	})
}

func TestFlight_SurvivesCallersWhoLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var fetches, under, most atomic.Int32
		c := New(testTimeout, func(ctx context.Context) (Secret, error) {
			fetches.Add(1)
			most.Store(max(most.Load(), under.Add(1)))
			defer under.Add(-1)
			select {
			case <-time.After(50 * time.Millisecond):
				return Secret{Value: "t", Expires: time.Now().Add(100 * time.Millisecond)}, nil
			case <-ctx.Done():
				return Secret{}, ctx.Err()
			}
		})
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				for range 100 {
					time.Sleep(rand.N(200 * time.Millisecond))
					if i%4 > 0 {
						_ = getBriefly(t, c, rand.N(60*time.Millisecond)) // often too short a time
						continue
					}
					start := time.Now()
					secret, err := c.Get(t.Context())
					assert.NoError(t, err)
					assert.Equal(t, "t", secret.Value)
					assert.LessOrEqual(t, time.Since(start), 101*time.Millisecond, "at worst a flight that is being canceled, and another one")
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Second) // a renewal may be running
		assert.Zero(t, under.Load(), "no fetch is left running")
		assert.LessOrEqual(t, most.Load(), int32(2), "one, or one beside another that is being canceled")
	})
}

// pauseError is an error with the time to wait.
type pauseError struct{ pause time.Duration }

func (pauseError) Error() string               { return "throttled" }
func (p pauseError) RetryAfter() time.Duration { return p.pause }

func TestFailure_LastsAsLongAsItsErrorSays(t *testing.T) {
	t.Parallel()
	for recordingSource, want := range map[time.Duration]time.Duration{
		-time.Second: failurePause, 0: failurePause, 3 * time.Second: 3 * time.Second, time.Hour: maxFailurePause,
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			c := New(testTimeout, func(context.Context) (Secret, error) {
				if calls++; calls > 1 {
					return Secret{Value: "t"}, nil
				}
				return Secret{}, pauseError{recordingSource}
			})
			for range 3 {
				_, err := c.Get(t.Context())
				require.ErrorIs(t, err, pauseError{recordingSource})
			}
			time.Sleep(want - 1)
			_, err := c.Get(t.Context())
			require.Error(t, err)
			time.Sleep(time.Nanosecond)
			assert.Equal(t, "t", value(t, c))
			assert.Equal(t, 2, calls)
		})
	}
}
