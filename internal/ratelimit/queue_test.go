package ratelimit

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bubble runs f in simulated time with a new limiter.
func bubble(t *testing.T, limits Limits, f func(t *testing.T, l *Limiter)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { f(t, New(limits)) })
}

// sleepUntil sleeps until the instant.
func sleepUntil(l *Limiter, i time.Duration) { time.Sleep(i - l.now()) }

// take makes a call with an immediate response, and returns when it was sent.
func take(t *testing.T, l *Limiter, path string, bulk bool) time.Duration {
	t.Helper()
	p, err := l.Acquire(t.Context(), path, bulk)
	if assert.NoError(t, err) {
		p.Release(Outcome{})
	}
	return l.now()
}

func TestAcquire_ReturnsAtOnceWhileAPermitIsFree(t *testing.T) {
	bubble(t, Limits{Endpoint: 3}, func(t *testing.T, l *Limiter) {
		for range 3 {
			assert.Zero(t, take(t, l, "/a", false))
		}
		assert.Zero(t, take(t, l, "/b", false), "each endpoint has a limit of its own")
		assert.Equal(t, time.Second, take(t, l, "/a", false), "a whole window after the first response")
		assert.Nil(t, l.timer, "no call waits")
	})
}

func TestPermit_CoolsDownFromTheResponseOn(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		go func() {
			time.Sleep(700 * ms)
			p.Release(Outcome{})
			p.Release(Outcome{Unsent: true}) // has no effect
		}()
		assert.Equal(t, 1700*ms, take(t, l, "/a", false))
	})
}

func TestPermit_IsFreeAtOnceIfTheCallWasNotSent(t *testing.T) {
	bubble(t, Limits{Endpoint: 1, Address: 1}, func(t *testing.T, l *Limiter) {
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		go func() {
			time.Sleep(100 * ms)
			p.Release(Outcome{Unsent: true})
		}()
		assert.Equal(t, 100*ms, take(t, l, "/a", false))
	})
}

func TestAcquire_TakesBothPermitsOrNone(t *testing.T) {
	bubble(t, Limits{Endpoint: 1, Address: 2}, func(t *testing.T, l *Limiter) {
		take(t, l, "/a", false)
		second := make(chan time.Duration)
		go func() { second <- take(t, l, "/a", false) }() // waits for its endpoint, and holds no permit while it waits
		synctest.Wait()
		assert.Zero(t, take(t, l, "/b", false), "it overtakes the call that waits for another endpoint")
		assert.Equal(t, 20*time.Second, <-second, "when the address has a permit, too")
	})
}

func TestQueue_IsFirstInFirstOut(t *testing.T) {
	bubble(t, Limits{Endpoint: 2, Address: 1000}, func(t *testing.T, l *Limiter) {
		var mu sync.Mutex
		var order []int
		for i := range 12 {
			go func() {
				time.Sleep(time.Duration(i) * ms)
				take(t, l, "/a", false)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, i)
			}()
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.True(t, slices.IsSorted(order), order)
		assert.Len(t, order, 12)
	})
}

func TestQueue_PrefersInteractiveCallsWithoutStarvingBulkCalls(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		take(t, l, "/a", false)
		var mu sync.Mutex
		var order []string
		queue := func(bulk bool) {
			go func() {
				take(t, l, "/a", bulk)
				mu.Lock()
				defer mu.Unlock()
				order = append(order, fmt.Sprint(bulk))
			}()
			synctest.Wait()
		}
		for range 3 {
			queue(true)
		}
		for range 2*maxBypass + 1 {
			queue(false)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		many := slices.Repeat([]string{"false"}, maxBypass)
		assert.Equal(t, slices.Concat(many, []string{"true"}, many, []string{"true", "false", "true"}), order)
	})
}

func TestQueue_SpacesBulkCallsEvenly(t *testing.T) {
	bubble(t, Limits{Endpoint: 10}, func(t *testing.T, l *Limiter) {
		time.Sleep(time.Hour)
		start := l.now()
		var sentAt []time.Duration
		for range 14 {
			sentAt = append(sentAt, take(t, l, "/a", true)-start)
		}
		assert.Equal(t, []time.Duration{
			0, 0, 0, 100 * ms, 200 * ms, 300 * ms, 400 * ms, 500 * ms, 600 * ms, 700 * ms,
			1000 * ms, 1000 * ms, 1000 * ms, 1100 * ms,
		}, sentAt)
		assert.Equal(t, 1200*ms, take(t, l, "/a", false)-start)
	})
}

func TestAcquire_FailsAtOnceIfTheDeadlineIsTooEarly(t *testing.T) {
	bubble(t, Limits{Endpoint: 2}, func(t *testing.T, l *Limiter) {
		for range 2 {
			take(t, l, "/a", false)
		}
		for range 4 { // two of them are sent at 1 s, two at 2 s
			go take(t, l, "/a", false)
		}
		synctest.Wait()
		sleepUntil(l, 100*ms)
		for _, c := range []struct{ timeout, wait time.Duration }{
			{2900 * ms, 2900 * ms}, {1, 2900 * ms}, {2901 * ms, 0},
		} {
			ctx, cancel := context.WithTimeout(t.Context(), c.timeout)
			start := l.now()
			p, err := l.Acquire(ctx, "/a", false)
			if cancel(); c.wait == 0 {
				require.NoError(t, err)
				p.Release(Outcome{})
				continue
			}
			require.Equal(t, &LimitError{Wait: c.wait}, err)
			assert.Zero(t, l.now()-start, "at once")
		}
	})
}

func TestAcquire_LosesNoPermitWhenTheContextEndsAtTheSameTime(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		for range 100 {
			held, err := l.Acquire(t.Context(), "/a", false)
			require.NoError(t, err)
			ctx, cancel := context.WithCancel(t.Context())
			go func() {
				if p, err := l.Acquire(ctx, "/a", false); err == nil {
					p.Release(Outcome{Unsent: true})
				}
			}()
			synctest.Wait()
			cancel()
			held.Release(Outcome{Unsent: true})
			synctest.Wait()
			require.Zero(t, l.endpoints["/a"].inFlight)
		}
	})
}

func TestAcquire_EndsWithItsContext(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		held, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(100*ms, cancel)
		_, err = l.Acquire(ctx, "/a", false)
		require.Equal(t, context.Canceled, err)
		_, err = l.Acquire(ctx, "/a", false)
		require.Equal(t, context.Canceled, err, "at once")

		// The call in flight might have ended at once, and its permit have been free in a second.
		ctx, cancel = context.WithTimeout(t.Context(), 1500*ms)
		defer cancel()
		_, err = l.Acquire(ctx, "/a", false)
		require.Equal(t, &LimitError{Wait: time.Second, Err: context.DeadlineExceeded}, err)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 1600*ms, l.now())
		assert.Empty(t, l.waiting)
		assert.Nil(t, l.timer)
		held.Release(Outcome{})
		assert.Equal(t, 2600*ms, take(t, l, "/a", false))
	})
}
