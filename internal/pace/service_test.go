package pace

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const ms = time.Millisecond

// way is how long the n-th call takes to arrive, and its answer to come back.
type way func(n int) (there, back time.Duration)

func steady(there, back time.Duration) way {
	return func(int) (time.Duration, time.Duration) { return there, back }
}

// jittery takes from least to most for both ways, divided at random: the call may arrive at any time between its
// sending and its answer.
func jittery(seed uint64, least, most time.Duration) way {
	random := rand.New(rand.NewPCG(seed, 0))
	return func(int) (time.Duration, time.Duration) {
		trip := least + upTo(random, most-least)
		there := upTo(random, trip)
		return there, trip - there
	}
}

// wandering is each way by itself up to so much slower than there and back.
func wandering(seed uint64, there, back, more time.Duration) way {
	random := rand.New(rand.NewPCG(seed, 0))
	return func(int) (time.Duration, time.Duration) {
		return there + upTo(random, more), back + upTo(random, more)
	}
}

func upTo(r *rand.Rand, d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }

// service notes when calls arrive, and when their answers do.
type service struct {
	limiter *Limiter
	start   time.Time

	mu       sync.Mutex
	way      way
	sent     int
	arrivals map[string][]time.Duration // by path
	answers  []time.Duration
}

func newService(limits Limits, w way) *service {
	return &service{limiter: New(limits), start: time.Now(), way: w, arrivals: map[string][]time.Duration{}}
}

func (s *service) trip() (there, back time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent++
	return s.way(s.sent)
}

func (s *service) arrive(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals[path] = append(s.arrivals[path], time.Since(s.start))
}

func (s *service) answer() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answers = append(s.answers, time.Since(s.start))
}

// call makes one call, which is answered.
func (s *service) call(ctx context.Context, path string, bulk bool) error {
	permit, err := s.limiter.Acquire(ctx, path, bulk)
	if err != nil {
		return err
	}
	there, back := s.trip()
	time.Sleep(there)
	s.arrive(path)
	time.Sleep(back)
	s.answer()
	permit.Release(Outcome{})
	return nil
}

// load keeps callers busy without a pause until the end.
func (s *service) load(t *testing.T, callers int, end time.Duration, bulk bool, paths ...string) {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), s.start.Add(end))
	defer cancel()
	var all sync.WaitGroup
	for i := range callers {
		all.Go(func() {
			for s.call(ctx, paths[i%len(paths)], bulk) == nil {
			}
		})
	}
	all.Wait()
}

// rate is how many calls a second were answered between the instants.
func (s *service) rate(from, to time.Duration) float64 {
	n := 0
	for _, at := range s.answers {
		if at > from && at <= to {
			n++
		}
	}
	return float64(n) / (to - from).Seconds()
}

// all is the arrivals at all paths.
func (s *service) all() (all []time.Duration) {
	for _, at := range s.arrivals {
		all = append(all, at...)
	}
	return all
}

// excess is how many arrivals come too early, whatever the window begins with: as the limit-th one before.
func excess(arrivals []time.Duration, limit int, span time.Duration) (n int) {
	arrivals = slices.Sorted(slices.Values(arrivals))
	for i := limit; i < len(arrivals); i++ {
		if arrivals[i]-arrivals[i-limit] < span {
			n++
		}
	}
	return n
}

func requireNoExcess(t *testing.T, arrivals []time.Duration, limit int, span time.Duration) {
	t.Helper()
	require.Greater(t, len(arrivals), limit, "the limit was reached")
	require.Zero(t, excess(arrivals, limit, span), "arrivals over the limit of %d in %v", limit, span)
}
