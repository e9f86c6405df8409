package ratelimit

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

// stoppingService is a service that stops for some time, and callers that do not wait for so long. A call that is sent
// while it stops lies in its sockets, closed or not, and arrives when it continues.
type stoppingService struct {
	*service
	from, to time.Duration // the stop
	share    float64       // of the calls that meet a machine that stops; the other machines continue
	lost     float64       // share of the responses
	timeout  time.Duration // of an attempt

	mu      sync.Mutex
	random  *rand.Rand
	givenUp int // calls
}

// draw returns true with the given probability.
func (s *stoppingService) draw(probability float64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.random.Float64() < probability
}

var errGivenUp = errors.New("given up")

// attempt makes a call that is given up after the timeout, or when its response would have come if that is lost.
func (s *stoppingService) attempt(ctx context.Context, path string) error {
	permit, err := s.limiter.Acquire(ctx, path, false)
	if err != nil {
		return err
	}
	sent := time.Since(s.start)
	there, back := s.nextTrip()
	arrival := sent + there
	if s.draw(s.share) && arrival >= s.from && arrival < s.to {
		arrival = s.to
	}
	s.arriveAfter(arrival-sent, path)
	rtt := arrival + back - sent
	time.Sleep(min(rtt, s.timeout))
	if rtt > s.timeout || s.draw(s.lost) {
		permit.Release(Outcome{NoResponse: true})
		s.mu.Lock()
		s.givenUp++
		s.mu.Unlock()
		return errGivenUp
	}
	s.respond()
	permit.Release(Outcome{})
	return nil
}

// retryingLoad runs callers until the end. Each repeats the calls that it gave up.
func (s *stoppingService) retryingLoad(t *testing.T, callers int, end time.Duration, path string) {
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
	time.Sleep(time.Minute) // until the calls that were given up have arrived
}

func TestLimiter_KeepsTheLimitWhenTheServiceStopsAndContinues(t *testing.T) {
	t.Parallel()
	for _, timeout := range []time.Duration{500 * ms, time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second} {
		for _, stop := range []time.Duration{500 * ms, 1500 * ms, 3 * time.Second, 7 * time.Second, 13 * time.Second, 15 * time.Second} {
			for i, share := range []float64{1, 1, .1} {
				t.Run(fmt.Sprintf("timeout %v, stop %v, %d", timeout, stop, i), func(t *testing.T) {
					t.Parallel()
					synctest.Test(t, func(t *testing.T) {
						path := []networkPath{steady(0, 100*ms), jittery(1, 10*ms, 190*ms), steady(15*ms, 15*ms)}[i]
						s := &stoppingService{
							service: newService(Limits{Endpoint: 20}, path), from: time.Minute, to: time.Minute + stop,
							share: share, timeout: timeout, random: rand.New(rand.NewPCG(1, 1)),
						}
						s.retryingLoad(t, 64, 100*time.Second, "/a")
						requireNoExcess(t, s.arrivals["/a"], 20, time.Second)
						if share == 1 && stop > timeout {
							assert.NotZero(t, s.givenUp)
						}
						assert.Greater(t, s.rate(85*time.Second, 100*time.Second), 17., "all is as before")
					})
				})
			}
		}
	}
}

func TestLimiter_LosesLittleOfTheLimitToFewLostResponses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ lost, share float64 }{{.001, .96}, {.01, .82}, {.05, .5}} {
		t.Run(fmt.Sprint(c.lost), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &stoppingService{
					service: newService(Limits{Endpoint: 20}, steady(15*ms, 15*ms)), lost: c.lost,
					timeout: 10 * time.Second, random: rand.New(rand.NewPCG(1, 1)),
				}
				s.retryingLoad(t, 64, 10*time.Minute, "/a")
				reached := s.rate(time.Minute, 10*time.Minute) / 20
				t.Logf("%.1f %% of the limit", 100*reached)
				assert.Greater(t, reached, c.share)
			})
		})
	}
}

func TestPermit_CoolsDownFromTheArrivalOfACallThatWasGivenUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ slowest, after, arrived time.Duration }{
		"given up at once":   {0, 0, maxTransit},
		"given up soon":      {300 * ms, 100 * ms, maxTransit},
		"given up late":      {0, maxTransit + 3*time.Second, maxTransit + 3*time.Second},
		"others were slower": {maxTransit + 5*time.Second, 100 * ms, maxTransit + 5*time.Second},
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
					p.Release(Outcome{NoResponse: true})
					assert.Equal(t, sent+c.arrived+span, take(t, l, "/a", false))
				})
			})
		}
	}
}

// lateContext is the context of a goroutine that is scheduled late, after the permit that it waits for was granted.
type lateContext struct {
	context.Context
	by time.Duration
}

func (c lateContext) Done() <-chan struct{} {
	time.Sleep(c.by)
	return c.Context.Done()
}

func TestAcquire_RecordsTheSendingWhenItReturns(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		take(t, l, "/a", false)
		p, err := l.Acquire(lateContext{t.Context(), 3 * time.Second}, "/a", false) // the permit is granted after 1 s
		require.NoError(t, err)
		sent := l.now()
		require.Equal(t, 3*time.Second, sent)
		time.Sleep(100 * ms)
		p.Release(Outcome{NoResponse: true})
		assert.Equal(t, sent+maxTransit+time.Second, take(t, l, "/a", false))
	})
}

func TestAcquire_ExcludesTheWaitFromTheRoundTrip(t *testing.T) {
	bubble(t, Limits{Endpoint: 1}, func(t *testing.T, l *Limiter) {
		take(t, l, "/a", false)
		p, err := l.Acquire(lateContext{t.Context(), 3 * time.Second}, "/a", false)
		require.NoError(t, err)
		time.Sleep(100 * ms)
		p.Release(Outcome{})
		assert.Equal(t, 100*ms, l.endpoints["/a"].rtt.total(l.now()).max)
	})
}
