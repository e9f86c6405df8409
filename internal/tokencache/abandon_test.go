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

// brief gets the secret, and gives up after limit.
func brief(t *testing.T, c *Cache, limit time.Duration) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	_, err := c.Get(ctx)
	return err
}

func TestAFetchEndsWhenTheLastWhoWaitedForItGoes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var started, ended []time.Duration
		start := time.Now()
		c := New(flightTimeout, func(ctx context.Context) (Secret, error) {
			started = append(started, time.Since(start))
			<-ctx.Done()
			ended = append(ended, time.Since(start))
			return Secret{}, ctx.Err()
		})
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() {
				assert.ErrorIs(t, brief(t, c, time.Duration(i+1)*time.Second), context.DeadlineExceeded)
			})
		}
		wg.Wait()
		synctest.Wait()
		assert.Equal(t, []time.Duration{0}, started)
		assert.Equal(t, []time.Duration{5 * time.Second}, ended, "not before, and not after")

		// Nothing of it is remembered as a failure of the source.
		require.ErrorIs(t, brief(t, c, time.Second), context.DeadlineExceeded)
		synctest.Wait()
		assert.Equal(t, []time.Duration{0, 5 * time.Second}, started)
		assert.Equal(t, []time.Duration{5 * time.Second, 6 * time.Second}, ended)
	})
}

func TestWhoeverComesAfterAnAbandonedFetchHasOneOfTheirOwn(t *testing.T) {
	s := &source{life: time.Hour, slow: 3 * time.Second}
	within(t, s, func(t *testing.T, c *Cache) {
		require.ErrorIs(t, brief(t, c, time.Second), context.DeadlineExceeded)
		start := time.Now()
		assert.Equal(t, map[string]int{"t2": 20}, crowd(t, c, 20))
		assert.Equal(t, 3*time.Second, time.Since(start))
		assert.Equal(t, 2, s.count())
	})
}

func TestAnEndedContextFetchesNothing(t *testing.T) {
	s := &source{life: time.Hour}
	within(t, s, func(t *testing.T, c *Cache) {
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 10 {
			_, err := c.Get(ctx)
			require.ErrorIs(t, err, context.Canceled)
			synctest.Wait()
		}
		assert.Zero(t, s.count())
		assert.Equal(t, map[string]int{"t1": 20}, crowd(t, c, 20))
		assert.Equal(t, 1, s.count())
	})
}

func TestAnEarlyRenewalIsNotAbandoned(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	within(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		time.Sleep(2*time.Hour - 2*time.Second)
		s.set(func(s *source) { s.slow = 10 * time.Second })
		require.NoError(t, brief(t, c, time.Nanosecond), "it serves the present one, and begins")
		time.Sleep(3 * time.Second) // past the end of the present one: now callers wait, and some give up
		require.ErrorIs(t, brief(t, c, time.Second), context.DeadlineExceeded)
		require.ErrorIs(t, brief(t, c, time.Second), context.DeadlineExceeded)
		assert.Equal(t, map[string]int{"t2": 20}, crowd(t, c, 20))
		assert.Equal(t, 2, s.count())
	})
}

func TestImpatientCallersNeverHurtPatientOnes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var fetches, under, most atomic.Int32
		c := New(flightTimeout, func(ctx context.Context) (Secret, error) {
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
						_ = brief(t, c, rand.N(60*time.Millisecond)) // often too short
						continue
					}
					start := time.Now()
					secret, err := c.Get(t.Context())
					assert.NoError(t, err)
					assert.Equal(t, "t", secret.Value)
					assert.LessOrEqual(t, time.Since(start), 101*time.Millisecond, "at worst one that is ending, and one more")
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Second) // a renewal may be under way
		assert.Zero(t, under.Load(), "nothing is left behind")
		assert.LessOrEqual(t, most.Load(), int32(2), "one, or one beside another that is ending")
	})
}

// patient is a failure that asks for a pause.
type patient struct{ pause time.Duration }

func (patient) Error() string          { return "throttled" }
func (p patient) Pause() time.Duration { return p.pause }

func TestAFailureThatAsksForAPauseGetsIt(t *testing.T) {
	t.Parallel()
	for asked, want := range map[time.Duration]time.Duration{
		-time.Second: failurePause, 0: failurePause, 3 * time.Second: 3 * time.Second, time.Hour: longestPause,
	} {
		synctest.Test(t, func(t *testing.T) {
			calls := 0
			c := New(flightTimeout, func(context.Context) (Secret, error) {
				if calls++; calls > 1 {
					return Secret{Value: "t"}, nil
				}
				return Secret{}, patient{asked}
			})
			for range 3 {
				_, err := c.Get(t.Context())
				require.ErrorIs(t, err, patient{asked})
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
