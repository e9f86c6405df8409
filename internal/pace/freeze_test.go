package pace

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestABlockStopsEverybodyAndEndsGently(t *testing.T) {
	bubble(t, Limits{Endpoint: 10, Address: 100}, func(t *testing.T, l *Limiter) {
		for range 10 {
			take(t, l, "/a", false)
		}
		refused := make(chan error)
		go func() {
			ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
			defer cancel()
			_, err := l.Acquire(ctx, "/a", false)
			refused <- err
		}()
		went := make(chan time.Duration)
		for range 12 {
			go func() { went <- take(t, l, "/a", false) }()
		}
		inFlight, err := l.Acquire(t.Context(), "/b", false)
		require.NoError(t, err)
		synctest.Wait()
		at(l, 100*ms)

		blocked, err := l.Acquire(t.Context(), "/c", false)
		require.NoError(t, err)
		blocked.Release(Outcome{Blocked: 5 * time.Minute})
		assert.Equal(t, &Exceeded{Wait: 5 * time.Minute}, <-refused, "whose deadline comes first")
		assert.Equal(t, 100*ms, l.now(), "at once")
		inFlight.Release(Outcome{Blocked: 5*time.Minute - time.Second}) // by the same block
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
		defer cancel()
		_, err = l.Acquire(ctx, "/new", false)
		require.Equal(t, &Exceeded{Wait: 5 * time.Minute}, err)

		end := 5*time.Minute + 100*ms
		for i := range 12 { // of an address that allows for one each 200 ms
			assert.Equal(t, end+time.Duration(i)*200*ms, <-went, i)
		}
		at(l, end+30*time.Second)
		for range 10 {
			assert.Equal(t, end+30*time.Second, take(t, l, "/new", false), "it is over")
		}
	})
}

func TestAfterABlockAnEndpointBeginsGentlyToo(t *testing.T) {
	bubble(t, Limits{Endpoint: 10}, func(t *testing.T, l *Limiter) {
		blocked, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		blocked.Release(Outcome{Blocked: time.Minute})
		for _, path := range []string{"/a", "/b"} { // known before, and new
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

func TestAThrottleStopsNobody(t *testing.T) {
	bubble(t, Limits{Endpoint: 3}, func(t *testing.T, l *Limiter) {
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		p.Release(Outcome{Throttled: true})
		assert.Zero(t, take(t, l, "/a", false))
		assert.Zero(t, take(t, l, "/a", false))
		assert.Equal(t, time.Second, take(t, l, "/a", false))
	})
}

// learn makes calls of this round trip for so long, twenty a second.
func learn(t *testing.T, l *Limiter, trip, period time.Duration) {
	t.Helper()
	for end := l.now() + period; l.now() < end; {
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(trip)
		p.Release(Outcome{})
	}
}

func TestTheCreditIsLearnedSlowlyAndLostAtOnce(t *testing.T) {
	bubble(t, Limits{Endpoint: 20}, func(t *testing.T, l *Limiter) {
		credit := func() time.Duration { return l.endpoints["/a"].credit(l.now()) }
		learn(t, l, 100*ms, half-time.Second)
		assert.Zero(t, credit(), "too early to tell")
		learn(t, l, 100*ms, 2*time.Second)
		assert.Equal(t, 50*ms, credit())
		learn(t, l, 80*ms, 1)
		assert.Equal(t, 30*ms, credit(), "a faster one")
		learn(t, l, 150*ms, 1)
		assert.Equal(t, 5*ms, credit(), "and a slower one")
		learn(t, l, 100*ms, 2*half)
		assert.Equal(t, 50*ms, credit(), "both are forgotten")

		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(ms)
		p.Release(Outcome{Unanswered: true})
		p, err = l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(ms)
		p.Release(Outcome{Unsent: true})
		assert.Equal(t, 50*ms, credit(), "no answer, no round trip")

		time.Sleep(2 * half)
		assert.Zero(t, credit(), "nothing is known any more")
	})
}

func TestAThrottleEndsTheCreditForLongerEachTime(t *testing.T) {
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
		for doubt := time.Minute; doubt <= 32*time.Minute; doubt *= 2 {
			throttle()
			throttle() // by the same credit
			learn(t, l, 100*ms, doubt-time.Second)
			assert.False(t, credit(), "%v", doubt)
			learn(t, l, 100*ms, 2*time.Second)
			assert.True(t, credit(), "%v", doubt)
		}
	})
}

func TestLimiter_LearnsTheCreditAnewAfterABlock(t *testing.T) {
	bubble(t, Limits{Endpoint: 20}, func(t *testing.T, l *Limiter) {
		learn(t, l, 100*ms, time.Minute)
		require.Equal(t, 50*ms, l.endpoints["/a"].credit(l.now()))
		p, err := l.Acquire(t.Context(), "/a", false)
		require.NoError(t, err)
		time.Sleep(100 * ms)
		p.Release(Outcome{Blocked: time.Second}) // too short for what was learned to be forgotten by itself

		learn(t, l, 100*ms, half-time.Second)
		assert.Zero(t, l.endpoints["/a"].credit(l.now()), "too early to tell")
		learn(t, l, 100*ms, 4*time.Second)
		assert.Equal(t, 50*ms, l.endpoints["/a"].credit(l.now()))
	})
}

func TestPathsWithoutEndTakeNoMemoryWithoutEnd(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		for i := range maxEndpoints {
			assert.Zero(t, take(t, l, fmt.Sprint("/", i), false))
		}
		assert.Zero(t, take(t, l, "/x", false))
		assert.Len(t, l.endpoints, maxEndpoints+1)
		assert.Equal(t, time.Second, take(t, l, "/y", false), "those beyond share a limit")
		assert.Equal(t, 2*time.Second, take(t, l, "/x", false), "for as long as it remembers calls")

		time.Sleep(time.Minute)
		for i := range 10 * maxEndpoints {
			take(t, l, fmt.Sprint("/another/", i), false)
			time.Sleep(10 * ms)
		}
		assert.LessOrEqual(t, len(l.endpoints), maxEndpoints+1)
	})
}

func TestAnAddressRemembersNoMoreThanItsWindow(t *testing.T) {
	bubble(t, Limits{Address: 500}, func(t *testing.T, l *Limiter) {
		for range 5000 {
			take(t, l, "/a", false)
		}
		assert.LessOrEqual(t, len(l.address.cool.slots), 1024)
		assert.Empty(t, l.endpoints[""].cool.slots, "no limit, no memory")
		assert.Len(t, l.endpoints, 1)
	})
}
