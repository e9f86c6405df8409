package ratelimit

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestLimiter_NeverExceedsTheLimit makes random calls over random paths that the rule allows for, and checks every
// window.
func TestLimiter_NeverExceedsTheLimit(t *testing.T) {
	t.Parallel()
	for seed := range uint64(40) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				random := rand.New(rand.NewPCG(seed, 1))
				limits := Limits{Endpoint: 1 + random.IntN(25)}
				if random.IntN(2) == 0 {
					limits.Address = 5 + random.IntN(400)
				}
				minRTT := time.Duration(random.IntN(200)) * ms
				s := newService(limits, randomPath(random, minRTT))
				randomCalls(t, s, random, minRTT)
				for path, arrivals := range s.arrivals {
					assert.Zero(t, excess(arrivals, limits.Endpoint, endpointSpan), "%s of %+v", path, limits)
				}
				if limits.Address > 0 {
					assert.Zero(t, excess(s.all(), limits.Address, addressSpan), "%+v", limits)
				}
				require.Greater(t, len(s.all()), limits.Endpoint, "the limit was reached")
			})
		})
	}
}

// randomPath returns a path whose round trips take minRTT at least, and that stays within what the credit assumes.
func randomPath(random *rand.Rand, minRTT time.Duration) networkPath {
	seed := random.Uint64()
	switch random.IntN(5) {
	case 0: // all forward, all return, or in between
		there := upTo(random, minRTT)
		return steady(there, minRTT-there)
	case 1: // longer at random: the call may arrive at any time
		return jittery(seed, minRTT, 2*minRTT+upTo(random, time.Second))
	case 2: // independent jitter of the directions
		there := upTo(random, minRTT)
		return independent(seed, there, minRTT-there, upTo(random, 500*ms))
	case 3: // one direction loses what the other gains, which no round trip shows
		own := rand.New(rand.NewPCG(seed, 0))
		return func(int) (time.Duration, time.Duration) {
			there := minRTT/2 - minRTT/8 + upTo(own, minRTT/4)
			return there, minRTT - there
		}
	default: // a change of path now and then
		return func(n int) (time.Duration, time.Duration) {
			rtt := minRTT + minRTT*time.Duration(n*7919%13*(n/500%2))
			return rtt / 2, rtt - rtt/2
		}
	}
}

// randomCalls runs many callers. Some of their calls are never sent, are given up before they arrive or while they
// wait, or are bulk calls; the others get a response.
func randomCalls(t *testing.T, s *service, random *rand.Rand, minRTT time.Duration) {
	t.Helper()
	var callers sync.WaitGroup
	for range 40 {
		seed := random.Uint64()
		callers.Go(func() {
			random := rand.New(rand.NewPCG(seed, 2))
			for time.Since(s.start) < 100*time.Second {
				path := []string{"/a", "/b", "/c"}[random.IntN(3)]
				bulk := random.IntN(2) == 0
				switch random.IntN(12) {
				case 0: // a deadline
					ctx, cancel := context.WithTimeout(t.Context(), upTo(random, 3*time.Second))
					_ = s.call(ctx, path, bulk)
					cancel()
				case 1: // given up while it waits
					ctx, cancel := context.WithCancel(t.Context())
					time.AfterFunc(upTo(random, 3*time.Second), cancel)
					_ = s.call(ctx, path, bulk)
					cancel()
				case 2:
					permit, err := s.limiter.Acquire(t.Context(), path, bulk)
					require.NoError(t, err)
					time.Sleep(upTo(random, 100*ms))
					permit.Release(Outcome{Unsent: true})
				case 3:
					s.giveUp(t, path, minRTT, upTo(random, 200*ms))
				default:
					_ = s.call(t.Context(), path, bulk)
				}
				if random.IntN(20) == 0 {
					time.Sleep(upTo(random, 2*time.Second))
				}
			}
		})
	}
	callers.Wait()
	time.Sleep(time.Minute) // until the calls that were given up have arrived
}

// giveUp makes a call that is given up after some time, perhaps before it arrives. It arrives no later than the
// slowest round trip: minRTT.
func (s *service) giveUp(t *testing.T, path string, minRTT, after time.Duration) {
	t.Helper()
	if time.Since(s.start) < 10*time.Second { // nothing is promised before the round trips are known
		_ = s.call(t.Context(), path, false)
		return
	}
	permit, err := s.limiter.Acquire(t.Context(), path, false)
	require.NoError(t, err)
	there, _ := s.nextTrip()
	s.arriveAfter(min(there, minRTT), path)
	time.Sleep(after)
	permit.Release(Outcome{NoResponse: true})
}

func TestLimiter_ReachesTheProvenRate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		path  networkPath
		bulk  bool
		share float64 // of the limit
	}{
		{"30 ms", steady(0, 30*ms), false, 1 / 1.015},
		{"30 ms, all forward", steady(30*ms, 0), false, 1 / 1.015},
		{"100 ms", steady(50*ms, 50*ms), false, 1 / 1.05},
		{"100 ms, bulk", steady(50*ms, 50*ms), true, 1 / 1.05},
		{"90 to 110 ms", independent(1, 45*ms, 45*ms, 10*ms), false, 1 / (1 + .1 - .035)},
		{"10 to 190 ms", jittery(1, 10*ms, 190*ms), false, 1 / 1.1},
		{"10 to 190 ms, bulk", jittery(1, 10*ms, 190*ms), true, .995 / 1.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(Limits{Endpoint: 20}, c.path)
				s.load(t, 64, 5*time.Minute, c.bulk, "/a")
				requireNoExcess(t, s.arrivals["/a"], 20, time.Second)
				assert.InDelta(t, c.share, s.rate(time.Minute, 5*time.Minute)/20, .006)
			})
		})
	}
}

func TestLimiter_ReachesTheLimitOfTheAddress(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(Limits{Endpoint: 20, Address: 1000}, jittery(1, 10*ms, 190*ms)) // 50 a second, of 200
		s.load(t, 256, 3*time.Minute, false, "/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i", "/j")
		requireNoExcess(t, s.all(), 1000, 20*time.Second)
		assert.Greater(t, s.rate(time.Minute, 3*time.Minute)/50, .99)
		for path, arrivals := range s.arrivals {
			assert.Zero(t, excess(arrivals, 20, time.Second), path)
			assert.InDelta(t, 1000, len(arrivals), 100, "%s has its part", path)
		}
	})
}
