package dingtalkredis

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// stop is a time in which the service reads nothing: a call that is sent to it lies in its sockets, whether or not the
// connection was closed, and arrives when it continues.
type stop struct{ from, to time.Time }

// attempt makes a call that is given up after the timeout, and reports whether the response came in time.
func (s *service) attempt(ctx context.Context, l *Limiter, stop stop, timeout time.Duration) bool {
	p, err := l.Acquire(ctx, dingtalk.LimitRequest{Path: create})
	if err != nil {
		return false
	}
	const oneWay = 15 * time.Millisecond
	arrival := time.Now().Add(oneWay)
	if arrival.After(stop.from) && arrival.Before(stop.to) {
		arrival = stop.to
	}
	time.AfterFunc(time.Until(arrival), func() { s.arrive(create) })
	rtt := time.Until(arrival) + oneWay
	time.Sleep(min(rtt, timeout))
	p.Release(dingtalk.LimitOutcome{NoResponse: rtt > timeout})
	return rtt <= timeout
}

func TestFleet_KeepsTheLimitWhenTheServiceStopsAndContinues(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		size            int
		timeout, length time.Duration
		flushed         bool // Redis, during the stop
	}{
		{1, time.Second, 15 * time.Second, false},
		{4, time.Second, 1500 * time.Millisecond, false},
		{4, time.Second, 7 * time.Second, true},
		{4, time.Second, 15 * time.Second, false},
		{4, 3 * time.Second, 13 * time.Second, true},
		{4, 10 * time.Second, 13 * time.Second, false},
		{4, 10 * time.Second, 15 * time.Second, true},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			t.Parallel()
			if testing.Short() && (c.size != 4 || c.length != 15*time.Second) {
				t.Skip("skipped with -short: simulates 40 seconds of a fleet; two stops of seven are tested")
			}
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.faults.slow(time.Millisecond)
				f.warmUp()
				start := time.Now()
				from := start.Add(5 * time.Second)
				stop := stop{from, from.Add(c.length)}
				if c.flushed { // the processes remember their own calls
					time.AfterFunc(5*time.Second+c.length/2, f.redis.FlushAll)
				}
				ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
				defer cancel()
				var all sync.WaitGroup
				for range c.size {
					l := f.process(WithAttemptTimeout(c.timeout))
					for range 20 {
						all.Go(func() {
							for ctx.Err() == nil {
								if !f.service.attempt(ctx, l, stop, c.timeout) {
									time.Sleep(100 * time.Millisecond)
								}
							}
						})
					}
				}
				all.Wait()
				f.assertNoExcess()
				assert.NotZero(t, f.service.between(create, stop.to, stop.to.Add(time.Millisecond)), "the calls that were given up arrived")
				assert.Greater(t, f.service.between(create, start.Add(33*time.Second), start.Add(40*time.Second)), 7*17, "all is as before")
			})
		})
	}
}

func TestPermit_IsHeldUntilTheCallHasArrived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ after, arrived time.Duration }{
		"given up at once": {0, maxTransit},
		"given up soon":    {3 * time.Second, maxTransit},
		"given up late":    {maxTransit + 3*time.Second, maxTransit + 3*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.warmUp()
				l := f.process()
				start := time.Now()
				held := acquire(t, l, 20)
				time.Sleep(c.after)
				for _, p := range held {
					p.Release(dingtalk.LimitOutcome{NoResponse: true})
				}
				require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
				assert.Equal(t, c.arrived+time.Second, time.Since(start).Truncate(250*time.Millisecond))
			})
		})
	}
}
