package ratelimit

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

// networkPath returns how long the n-th call takes to arrive, and its response to return.
type networkPath func(n int) (there, back time.Duration)

func steady(there, back time.Duration) networkPath {
	return func(int) (time.Duration, time.Duration) { return there, back }
}

// jittery returns a path with round trips from minRTT to maxRTT, divided at random: the call may arrive at any time
// between its sending and its response.
func jittery(seed uint64, minRTT, maxRTT time.Duration) networkPath {
	random := rand.New(rand.NewPCG(seed, 0))
	return func(int) (time.Duration, time.Duration) {
		rtt := minRTT + upTo(random, maxRTT-minRTT)
		there := upTo(random, rtt)
		return there, rtt - there
	}
}

// independent returns a path whose directions have independent jitter: each is slower by up to jitter.
func independent(seed uint64, there, back, jitter time.Duration) networkPath {
	random := rand.New(rand.NewPCG(seed, 0))
	return func(int) (time.Duration, time.Duration) {
		return there + upTo(random, jitter), back + upTo(random, jitter)
	}
}

func upTo(r *rand.Rand, d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d) + 1)) }

// service records when calls arrive, and when their responses do.
type service struct {
	limiter *Limiter
	start   time.Time

	mu        sync.Mutex
	path      networkPath
	sent      int
	arrivals  map[string][]time.Duration // by the call's path
	responses []time.Duration
}

func newService(limits Limits, p networkPath) *service {
	return &service{limiter: New(limits), start: time.Now(), path: p, arrivals: map[string][]time.Duration{}}
}

func (s *service) nextTrip() (there, back time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent++
	return s.path(s.sent)
}

func (s *service) arrive(path string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.arrivals[path] = append(s.arrivals[path], time.Since(s.start))
}

// arriveAfter lets a call arrive after some time, whatever becomes of its caller. In a bubble, a timer that is due at
// once runs in the runtime's call that sets it, where the race detector of Go 1.26 may crash.
func (s *service) arriveAfter(d time.Duration, path string) {
	if d <= 0 {
		s.arrive(path)
		return
	}
	time.AfterFunc(d, func() { s.arrive(path) })
}

func (s *service) respond() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.responses = append(s.responses, time.Since(s.start))
}

// call makes a call that gets a response.
func (s *service) call(ctx context.Context, path string, bulk bool) error {
	permit, err := s.limiter.Acquire(ctx, path, bulk)
	if err != nil {
		return err
	}
	there, back := s.nextTrip()
	time.Sleep(there)
	s.arrive(path)
	time.Sleep(back)
	s.respond()
	permit.Release(Outcome{})
	return nil
}

// load runs callers without a pause until the end.
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

// rate returns how many responses per second arrived between the instants.
func (s *service) rate(from, to time.Duration) float64 {
	n := 0
	for _, at := range s.responses {
		if at > from && at <= to {
			n++
		}
	}
	return float64(n) / (to - from).Seconds()
}

// all returns the arrivals at all paths.
func (s *service) all() (all []time.Duration) {
	for _, at := range s.arrivals {
		all = append(all, at...)
	}
	return all
}

// excess returns how many arrivals come within a span of the limit-th one before, and so exceed the limit of a window.
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
