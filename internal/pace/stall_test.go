package pace

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// stalling is a service that stops for some time, and callers that do not wait for so long. What is sent meanwhile lies
// in its sockets, closed or not, and arrives when it goes on.
type stalling struct {
	*service
	from, to time.Duration // it stops
	share    float64       // of the calls that meet a machine that stops; the others go on
	lost     float64       // of the responses
	timeout  time.Duration // of an attempt

	mu     sync.Mutex
	random *rand.Rand
	givens int // how many calls were given up
}

// draw reports true with a probability.
func (s *stalling) draw(probability float64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.random.Float64() < probability
}

var errGivenUp = errors.New("given up")

// attempt makes a call, which is given up after the timeout, or at once when the response would have come if it is lost.
func (s *stalling) attempt(ctx context.Context, path string) error {
	permit, err := s.limiter.Acquire(ctx, path, false)
	if err != nil {
		return err
	}
	sent := time.Since(s.start)
	there, back := s.trip()
	arrival := sent + there
	if s.draw(s.share) && arrival >= s.from && arrival < s.to {
		arrival = s.to
	}
	time.AfterFunc(arrival-sent, func() { s.arrive(path) })
	trip := arrival + back - sent
	time.Sleep(min(trip, s.timeout))
	if trip > s.timeout || s.draw(s.lost) {
		permit.Release(Outcome{Unanswered: true})
		s.mu.Lock()
		s.givens++
		s.mu.Unlock()
		return errGivenUp
	}
	s.answer()
	permit.Release(Outcome{})
	return nil
}

// press keeps callers busy until the end. Each repeats what it gave up.
func (s *stalling) press(t *testing.T, callers int, end time.Duration, path string) {
	t.Helper()
	ctx, cancel := context.WithDeadline(t.Context(), s.start.Add(end))
	defer cancel()
	var all sync.WaitGroup
	for range callers {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				if err := s.attempt(ctx, path); err != nil { // by the end or by the timeout
					time.Sleep(100 * ms << (n % 3))
				}
			}
		})
	}
	all.Wait()
	time.Sleep(time.Minute) // what was given up arrives, too
}

func TestLimiter_KeepsTheCeilingWhenTheServiceStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{500 * ms, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second} {
		for _, stop := range []time.Duration{500 * ms, 1500 * ms, 3 * time.Second, 7 * time.Second, 13 * time.Second, 15 * time.Second} {
			for i, share := range []float64{1, 1, .1} {
				t.Run(fmt.Sprintf("timeout %v, stop %v, %d", timeout, stop, i), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						w := []way{steady(0, 100*ms), jittery(1, 10*ms, 190*ms), steady(15*ms, 15*ms)}[i]
						s := &stalling{
							service: newService(Limits{Endpoint: 20}, w), from: time.Minute, to: time.Minute + stop,
							share: share, timeout: timeout, random: rand.New(rand.NewPCG(1, 1)),
						}
						s.press(t, 64, 100*time.Second, "/a")
						requireNoExcess(t, s.arrivals["/a"], 20, time.Second)
						if share == 1 && stop > timeout {
							assert.NotZero(t, s.givens)
						}
						assert.Greater(t, s.rate(85*time.Second, 100*time.Second), 17., "all is as before")
					})
				})
			}
		}
	}
}

func TestLimiter_LosesLittleOfTheCeilingToFewLostResponses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lost, share float64 }{{.001, .96}, {.01, .82}, {.05, .5}} {
		t.Run(fmt.Sprint(c.lost), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stalling{
					service: newService(Limits{Endpoint: 20}, steady(15*ms, 15*ms)), lost: c.lost,
					timeout: 10 * time.Second, random: rand.New(rand.NewPCG(1, 1)),
				}
				s.press(t, 64, 10*time.Minute, "/a")
				reached := s.rate(time.Minute, 10*time.Minute) / 20
				t.Logf("%.1f %% of the limit", 100*reached)
				assert.Greater(t, reached, c.share)
			})
		})
	}
}

func TestPermit_CoolsDownFromWhenACallThatWasGivenUpHasArrived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ slowest, after, arrived time.Duration }{
		"given up at once":   {0, 0, linger},
		"given up soon":      {300 * ms, 100 * ms, linger},
		"given up late":      {0, linger + 3*time.Second, linger + 3*time.Second},
		"others were slower": {linger + 5*time.Second, 100 * ms, linger + 5*time.Second},
	} {
		for span, limits := range map[time.Duration]Limits{endpointSpan: {Endpoint: 1}, addressSpan: {Address: 1}} {
			t.Run(fmt.Sprint(name, " ", span), func(t *testing.T) {
				bubble(t, limits, func(t *testing.T, l *Limiter) {
					p, err := l.Acquire(t.Context(), "/a", false)
					require.NoError(t, err)
					time.Sleep(c.slowest)
					p.Release(Outcome{})
					p, err = l.Acquire(t.Context(), "/a", false)
					require.NoError(t, err)
					sent := l.now()
					time.Sleep(c.after)
					p.Release(Outcome{Unanswered: true})
					assert.Equal(t, sent+c.arrived+span, take(t, l, "/a", false))
				})
			})
		}
	}
}

// tardy is a context of a goroutine that gets its turn late: what it waits for has happened meanwhile.
type tardy struct {
	context.Context
	by time.Duration
}

func (c tardy) Done() <-chan struct{} {
	time.Sleep(c.by)
	return c.Context.Done()
}

func TestAcquire_TakesTheTimeOfSendingWhenTheCallMayGoOut(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		take(t, l, "/a", false)
		p, err := l.Acquire(tardy{t.Context(), 3 * time.Second}, "/a", false) // the permit is there after 1 s
		require.NoError(t, err)
		sent := l.now()
		require.Equal(t, 3*time.Second, sent)
		time.Sleep(100 * ms)
		p.Release(Outcome{Unanswered: true})
		assert.Equal(t, sent+linger+time.Second, take(t, l, "/a", false))
	})
}

func TestAcquire_CountsNoWaitAsPartOfARoundTrip(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		take(t, l, "/a", false)
		p, err := l.Acquire(tardy{t.Context(), 3 * time.Second}, "/a", false)
		require.NoError(t, err)
		time.Sleep(100 * ms)
		p.Release(Outcome{})
		assert.Equal(t, 100*ms, l.endpoints["/a"].trips.all(l.now()).most)
	})
}
