package ratelimit

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestLimiter_StopsForABlockAndResumesGradually(t *testing.T) {
	bubble(t, Limits{Endpoint: 10, Address: 100}, func(t *testing.T, l *Limiter) {
		for range 10 {
			take(t, l, "/a", false)
		}
		sent := make(chan time.Duration)
		for range 12 {
			go func() { sent <- take(t, l, "/a", false) }()
		}
		inFlight, err := l.Acquire(t.Context(), "/b", false)
		require.NoError(t, err)
		synctest.Wait()
		sleepUntil(l, 100*ms)

		blocked, err := l.Acquire(t.Context(), "/c", false)
		require.NoError(t, err)
		blocked.Release(Outcome{Blocked: 5 * time.Minute})
		inFlight.Release(Outcome{Blocked: 5*time.Minute - time.Second}) // of the same block
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		_, err = l.Acquire(ctx, "/new", false)
		require.Equal(t, &LimitError{Wait: 5 * time.Minute}, err)

		end := 5*time.Minute + 100*ms
		for i := range 12 { // the address permits one each 200 ms
			assert.Equal(t, end+time.Duration(i)*200*ms, <-sent, i)
		}
		sleepUntil(l, end+30*time.Second)
		for range 10 {
			assert.Equal(t, end+30*time.Second, take(t, l, "/new", false), "the block and its first window are over")
		}
	})
}

func TestLimiter_ResumesAnEndpointGraduallyAfterABlock(t *testing.T) {
	bubble(t, Limits{Endpoint: 10}, func(t *testing.T, l *Limiter) {
		blocked, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		blocked.Release(Outcome{Blocked: time.Minute})
		for _, path := range []string{"/a", "/b"} { // known before the block, and new
			done := make(chan time.Duration)
			for range 11 {
				go func() { done <- take(t, l, path, false) }()
			}
			defer func() {
				for i := range 10 {
					assert.Equal(t, time.Minute+time.Duration(i)*100*ms, <-done, "%s %d", path, i)
				}
				assert.Equal(t, time.Minute+time.Second, <-done, path)
			}()
		}
	})
}

func TestLimiter_ContinuesAfterAThrottle(t *testing.T) {
	bubble(t, Limits{Endpoint: 3}, func(t *testing.T, l *Limiter) {
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		p.Release(Outcome{Throttled: true})
		assert.Zero(t, take(t, l, "/a", false))
		assert.Zero(t, take(t, l, "/a", false))
		assert.Equal(t, time.Second, take(t, l, "/a", false))
	})
}

// learn makes calls with this round trip for the period, at the limit.
func learn(t *testing.T, l *Limiter, rtt, period time.Duration) {
	t.Helper()
	for end := l.now() + period; l.now() < end; {
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(rtt)
		p.Release(Outcome{})
	}
}

func TestCredit_RisesSlowlyAndFallsAtOnce(t *testing.T) {
	bubble(t, Limits{Endpoint: 20}, func(t *testing.T, l *Limiter) {
		credit := func() time.Duration { return l.endpoints["/a"].credit(l.now()) }
		learn(t, l, 100*ms, rttHalf-time.Second)
		assert.Zero(t, credit(), "too few round trips")
		learn(t, l, 100*ms, 2*time.Second)
		assert.Equal(t, 50*ms, credit())
		learn(t, l, 80*ms, 1)
		assert.Equal(t, 30*ms, credit(), "a faster response")
		learn(t, l, 150*ms, 1)
		assert.Equal(t, 5*ms, credit(), "and a slower one")
		learn(t, l, 100*ms, 2*rttHalf)
		assert.Equal(t, 50*ms, credit(), "both have expired")

		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(ms)
		p.Release(Outcome{NoResponse: true})
		p, err = l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(ms)
		p.Release(Outcome{Unsent: true})
		assert.Equal(t, 50*ms, credit(), "no response, no round trip")

		time.Sleep(2 * rttHalf)
		assert.Zero(t, credit(), "all round trips have expired")
	})
}

func TestCredit_IsSuspendedForLongerAfterEachThrottle(t *testing.T) {
	bubble(t, Limits{Endpoint: 20}, func(t *testing.T, l *Limiter) {
		credit := func() bool { return l.endpoints["/a"].credit(l.now()) > 0 }
		throttle := func() {
			p, err := l.Acquire(t.Context(), "/a", false)
			require.NoError(t, err)
			time.Sleep(100 * ms)
			p.Release(Outcome{Throttled: true})
		}
		learn(t, l, 100*ms, time.Minute)
		require.True(t, credit())
		for penalty := time.Minute; penalty <= 32*time.Minute; penalty *= 2 {
			throttle()
			throttle() // because of the same credit
			learn(t, l, 100*ms, penalty-time.Second)
			assert.False(t, credit(), "%v", penalty)
			learn(t, l, 100*ms, 2*time.Second)
			assert.True(t, credit(), "%v", penalty)
		}
	})
}

func TestCredit_IsLearnedAnewAfterABlock(t *testing.T) {
	bubble(t, Limits{Endpoint: 20}, func(t *testing.T, l *Limiter) {
		learn(t, l, 100*ms, time.Minute)
		require.Equal(t, 50*ms, l.endpoints["/a"].credit(l.now()))
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(100 * ms)
		p.Release(Outcome{Blocked: time.Second}) // too short for the round trips to expire

		learn(t, l, 100*ms, rttHalf-time.Second)
		assert.Zero(t, l.endpoints["/a"].credit(l.now()), "too few round trips")
		learn(t, l, 100*ms, 4*time.Second)
		assert.Equal(t, 50*ms, l.endpoints["/a"].credit(l.now()))
	})
}

func TestLimiter_BoundsTheMemoryOfManyPaths(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		for i := range maxEndpoints {
			assert.Zero(t, take(t, l, fmt.Sprint("/", i), false))
		}
		assert.Zero(t, take(t, l, "/x", false))
		assert.Len(t, l.endpoints, maxEndpoints+1)
		assert.Equal(t, time.Second, take(t, l, "/y", false), "further paths share a limit")
		assert.Equal(t, 2*time.Second, take(t, l, "/x", false), "as long as the shared endpoint remembers calls")

		time.Sleep(time.Minute)
		for i := range 10 * maxEndpoints {
			take(t, l, fmt.Sprint("/another/", i), false)
			time.Sleep(10 * ms)
		}
		assert.LessOrEqual(t, len(l.endpoints), maxEndpoints+1)
	})
}

func TestLimiter_BoundsTheMemoryOfAnAddress(t *testing.T) {
	bubble(t, Limits{Address: 500}, func(t *testing.T, l *Limiter) {
		for range 5000 {
			take(t, l, "/a", false)
		}
		assert.LessOrEqual(t, len(l.address.cooling.slots), 1024)
		assert.Empty(t, l.endpoints[""].cooling.slots, "no limit, no memory")
		assert.Len(t, l.endpoints, 1)
	})
}

func TestLimiter_SharedRefusesTheCallsOfOtherClientsDuringABlock(t *testing.T) {
	bubble(t, Limits{Endpoint: 2, Shared: true}, func(t *testing.T, l *Limiter) {
		first, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		take(t, l, "/a", false)
		waiting := make(chan error)
		go func() {
			_, err := l.Acquire(t.Context(), "/a", false)
			waiting <- err
		}()
		synctest.Wait()

		first.Release(Outcome{Blocked: time.Minute})

		assert.Equal(t, &LimitError{Wait: time.Minute, Blocked: true}, <-waiting)
		sleepUntil(l, 20*time.Second)
		_, err = l.Acquire(t.Context(), "/b", true)
		assert.Equal(t, &LimitError{Wait: 40 * time.Second, Blocked: true}, err)
		assert.Nil(t, l.TryAcquire(t.Context(), "/b", false))
		sleepUntil(l, time.Minute)
		assert.Equal(t, time.Minute, take(t, l, "/b", false))
	})
}
