package pace

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

// TestNeverMoreThanTheLimitArrives makes calls of every sort, over ways that may do whatever the rule allows for,
// and looks at every window.
func TestNeverMoreThanTheLimitArrives(t *testing.T) {
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
				least := time.Duration(random.IntN(200)) * ms
				s := newService(limits, anyWay(random, least))
				mayhem(t, s, random, least)
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

// anyWay is one that takes the least for both ways at the least, and stays within what the credit assumes.
func anyWay(random *rand.Rand, least time.Duration) way {
	seed := random.Uint64()
	switch random.IntN(5) {
	case 0: // all there, all back, or in between
		there := upTo(random, least)
		return steady(there, least-there)
	case 1: // more than the least at random: the call may arrive whenever
		return jittery(seed, least, 2*least+upTo(random, time.Second))
	case 2: // each way by itself
		there := upTo(random, least)
		return wandering(seed, there, least-there, upTo(random, 500*ms))
	case 3: // what one way loses the other gains: invisible
		own := rand.New(rand.NewPCG(seed, 0))
		return func(int) (time.Duration, time.Duration) {
			there := least/2 - least/8 + upTo(own, least/4)
			return there, least - there
		}
	default: // another path now and then
		return func(n int) (time.Duration, time.Duration) {
			trip := least + least*time.Duration(n*7919%13*(n/500%2))
			return trip / 2, trip - trip/2
		}
	}
}

// mayhem is callers in great numbers. Some of their calls are never sent, are given up before they arrive or while
// they wait, or are bulk ones; the others are answered.
func mayhem(t *testing.T, s *service, random *rand.Rand, least time.Duration) {
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
				case 0: // no patience
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
					s.giveUp(t, path, least, upTo(random, 200*ms))
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
	time.Sleep(time.Minute) // what was given up arrives, too
}

// giveUp makes a call that is given up after some time, perhaps before it arrives. It arrives no later than the
// slowest round trip: least.
func (s *service) giveUp(t *testing.T, path string, least, after time.Duration) {
	t.Helper()
	if time.Since(s.start) < 10*time.Second { // as long as nothing is known of the way, nothing is promised
		_ = s.call(t.Context(), path, false)
		return
	}
	permit, err := s.limiter.Acquire(t.Context(), path, false)
	require.NoError(t, err)
	there, _ := s.trip()
	time.AfterFunc(min(there, least), func() { s.arrive(path) })
	time.Sleep(after)
	permit.Release(Outcome{Unanswered: true})
}

func TestAsMuchAsCanBeProvenIsMade(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		way   way
		bulk  bool
		share float64 // of the limit
	}{
		{"30 ms", steady(0, 30*ms), false, 1 / 1.015},
		{"30 ms, all there", steady(30*ms, 0), false, 1 / 1.015},
		{"100 ms", steady(50*ms, 50*ms), false, 1 / 1.05},
		{"100 ms, bulk", steady(50*ms, 50*ms), true, 1 / 1.05},
		{"90 to 110 ms", wandering(1, 45*ms, 45*ms, 10*ms), false, 1 / (1 + .1 - .035)},
		{"10 to 190 ms", jittery(1, 10*ms, 190*ms), false, 1 / 1.1},
		{"10 to 190 ms, bulk", jittery(1, 10*ms, 190*ms), true, .995 / 1.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := newService(Limits{Endpoint: 20}, c.way)
				s.load(t, 64, 5*time.Minute, c.bulk, "/a")
				requireNoExcess(t, s.arrivals["/a"], 20, time.Second)
				assert.InDelta(t, c.share, s.rate(time.Minute, 5*time.Minute)/20, .006)
			})
		})
	}
}

func TestAnAddressIsUsedUpAsWell(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := newService(Limits{Endpoint: 20, Address: 1000}, jittery(1, 10*ms, 190*ms)) // 50 a second, of 200
		s.load(t, 256, 3*time.Minute, false, "/a", "/b", "/c", "/d", "/e", "/f", "/g", "/h", "/i", "/j")
		requireNoExcess(t, s.all(), 1000, 20*time.Second)
		assert.Greater(t, s.rate(time.Minute, 3*time.Minute)/50, .99)
		for path, arrivals := range s.arrivals {
			assert.Zero(t, excess(arrivals, 20, time.Second), path)
			assert.InDelta(t, 1000, len(arrivals), 100, "%s has its share", path)
		}
	})
}
