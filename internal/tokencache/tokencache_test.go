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

// source hands out "t1", "t2", … and counts.
type source struct {
	mu    sync.Mutex
	calls int
	life  time.Duration // 0: for ever
	slow  time.Duration
	err   error
	same  bool // always "t1"
}

func (s *source) fetch(ctx context.Context) (Secret, error) {
	s.mu.Lock()
	s.calls++
	n, life, slow, err := s.calls, s.life, s.slow, s.err
	if s.same {
		n = 1
	}
	s.mu.Unlock()
	select {
	case <-time.After(slow):
	case <-ctx.Done():
		return Secret{}, ctx.Err()
	}
	if err != nil {
		return Secret{}, err
	}
	secret := Secret{Value: fmt.Sprintf("t%d", n)}
	if life != 0 {
		secret.Expires = time.Now().Add(life)
	}
	return secret, nil
}

func (s *source) set(change func(*source)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *source) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// within runs f in a bubble with a cache over s.
func within(t *testing.T, s *source, f func(t *testing.T, c *Cache)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f(t, New(flightTimeout, s.fetch))
		synctest.Wait()
	})
}

// flightTimeout is the limit of a fetch in these tests.
const flightTimeout = 30 * time.Second

func value(t *testing.T, c *Cache) string {
	t.Helper()
	secret, err := c.Get(t.Context())
	require.NoError(t, err)
	return secret.Value
}

// crowd lets n callers get the secret at once, and returns how often each value came.
func crowd(t *testing.T, c *Cache, n int) map[string]int {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[string]int{}
	for range n {
		wg.Go(func() {
			secret, err := c.Get(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				got[err.Error()]++
				return
			}
			got[secret.Value]++
		})
	}
	wg.Wait()
	return got
}

func TestAColdCrowdFetchesOnce(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: time.Second}
	within(t, s, func(t *testing.T, c *Cache) {
		assert.Equal(t, map[string]int{"t1": 200}, crowd(t, c, 200))
		assert.Equal(t, 1, s.count())
		assert.Equal(t, map[string]int{"t1": 200}, crowd(t, c, 200))
		assert.Equal(t, 1, s.count())
	})
}

func TestEachWaiterObeysTheirOwnContext(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: 20 * time.Second}
	within(t, s, func(t *testing.T, c *Cache) {
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

func TestTheFirstCallersEndIsNotTheOthers(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: 10 * time.Second}
	within(t, s, func(t *testing.T, c *Cache) {
		first, cancel := context.WithCancel(t.Context())
		go func() {
			_, err := c.Get(first)
			assert.ErrorIs(t, err, context.Canceled)
		}()
		synctest.Wait()
		time.AfterFunc(time.Second, cancel)
		assert.Equal(t, map[string]int{"t1": 50}, crowd(t, c, 50))
		assert.Equal(t, 1, s.count())
	})
}

func TestTheFetchSeesTheCallersValuesAndALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		c := New(flightTimeout, func(ctx context.Context) (Secret, error) {
			assert.Equal(t, "v", ctx.Value(key{}))
			deadline, ok := ctx.Deadline()
			assert.True(t, ok)
			assert.Equal(t, flightTimeout, time.Until(deadline))
			<-ctx.Done()
			return Secret{}, ctx.Err()
		})
		start := time.Now()
		_, err := c.Get(context.WithValue(t.Context(), key{}, "v"))
		require.Error(t, err)
		assert.Equal(t, flightTimeout, time.Since(start), "a source that hangs does not hang the program")
	})
}

func TestAnEndedContextStillGetsWhatIsThere(t *testing.T) {
	s := &source{life: time.Hour}
	within(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		secret, err := c.Get(ctx)
		require.NoError(t, err)
		assert.Equal(t, "t1", secret.Value)
	})
}

func TestRenewalComesEarlyAndServesThePresentSecretMeanwhile(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	within(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		s.set(func(s *source) { s.slow = 5 * time.Second })

		time.Sleep(2*time.Hour - margin - margin/4 - time.Second)
		assert.Equal(t, "t1", value(t, c))
		synctest.Wait()
		assert.Equal(t, 1, s.count(), "not before its time")

		time.Sleep(margin/4 + 2*time.Second) // ten minutes are left
		start := time.Now()
		assert.Equal(t, map[string]int{"t1": 100}, crowd(t, c, 100))
		assert.Zero(t, time.Since(start), "nobody waits")
		time.Sleep(4 * time.Second)
		assert.Equal(t, "t1", value(t, c))
		time.Sleep(2 * time.Second)
		assert.Equal(t, map[string]int{"t2": 100}, crowd(t, c, 100))
		assert.Equal(t, 2, s.count())
	})
}

func TestAFailedEarlyRenewalCostsNobodyAnything(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	within(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		s.set(func(s *source) { s.err = errors.New("down") })
		time.Sleep(2*time.Hour - margin)
		for range 10 * 60 { // each second until the very end
			require.Equal(t, "t1", value(t, c))
			time.Sleep(time.Second)
		}
		assert.InDelta(t, 1+int(margin/renewalPause), s.count(), 2, "and is tried anew now and then")
		_, err := c.Get(t.Context())
		require.EqualError(t, err, "down", "a secret past its end is not handed out")
		s.set(func(s *source) { s.err = nil })
		time.Sleep(failurePause)
		n := s.count()
		assert.Equal(t, fmt.Sprintf("t%d", n+1), value(t, c))
	})
}

func TestAnExpiredSecretIsReplaced(t *testing.T) {
	s := &source{life: 2 * time.Hour, slow: time.Second}
	within(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		time.Sleep(2 * time.Hour)
		start := time.Now()
		assert.Equal(t, map[string]int{"t2": 50}, crowd(t, c, 50))
		assert.Equal(t, time.Second, time.Since(start), "all wait, for one fetch")
		assert.Equal(t, 2, s.count())
	})
}

func TestShortLivesAreRenewedInTimeAndNotInALoop(t *testing.T) {
	for _, life := range []time.Duration{time.Nanosecond, time.Millisecond, time.Second, 60 * time.Second, 10 * time.Minute} {
		t.Run(life.String(), func(t *testing.T) {
			s := &source{life: life}
			within(t, s, func(t *testing.T, c *Cache) {
				for range 1000 { // through ten lives
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

func TestADeadSecretIsServedForASecondAndNotFetchedByEveryCall(t *testing.T) {
	for name, life := range map[string]time.Duration{"long dead": -time.Hour, "just dead": -1} {
		t.Run(name, func(t *testing.T) {
			s := &source{life: life}
			within(t, s, func(t *testing.T, c *Cache) {
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

func TestASecretWithoutAnEndStays(t *testing.T) {
	s := &source{}
	within(t, s, func(t *testing.T, c *Cache) {
		for range 10 {
			require.Equal(t, "t1", value(t, c))
			time.Sleep(5 * 365 * 24 * time.Hour)
		}
		assert.Equal(t, 1, s.count())
	})
}

func TestAFailureIsSharedForASecondAndThenForgotten(t *testing.T) {
	s := &source{life: time.Hour, slow: time.Second, err: errors.New("down")}
	within(t, s, func(t *testing.T, c *Cache) {
		assert.Equal(t, map[string]int{"down": 50}, crowd(t, c, 50))
		assert.Equal(t, map[string]int{"down": 50}, crowd(t, c, 50), "whoever comes just after")
		assert.Equal(t, 1, s.count())
		s.set(func(s *source) { s.err = nil })
		time.Sleep(failurePause - 1)
		assert.Equal(t, map[string]int{"down": 1}, crowd(t, c, 1))
		time.Sleep(time.Nanosecond)
		assert.Equal(t, map[string]int{"t2": 50}, crowd(t, c, 50))
		assert.Equal(t, 2, s.count())
	})
}

func TestSourcesThatMisbehaveAreErrors(t *testing.T) {
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
				c := New(flightTimeout, func(ctx context.Context) (Secret, error) {
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
