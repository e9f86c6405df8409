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

// stop is a time in which the service takes nothing: what is sent to it lies in its sockets, whether or not the
// connection was closed, and arrives when it goes on.
type stop struct{ from, to time.Time }

// attempt makes a call that is given up after the timeout, and reports whether the response came before.
func (s *service) attempt(ctx context.Context, l *Limiter, stop stop, timeout time.Duration) bool {
	p, err := l.Acquire(ctx, dingtalk.LimitRequest{Path: create})
	if err != nil {
		return false
	}
	const way = 15 * time.Millisecond
	arrival := time.Now().Add(way)
	if arrival.After(stop.from) && arrival.Before(stop.to) {
		arrival = stop.to
	}
	time.AfterFunc(time.Until(arrival), func() { s.arrive(create) })
	trip := time.Until(arrival) + way
	time.Sleep(min(trip, timeout))
	p.Release(dingtalk.LimitOutcome{Unanswered: trip > timeout})
	return trip <= timeout
}

func TestLimiter_KeepsTheCeilingOfAFleetWhenTheServiceStopsAndGoesOn(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		size            int
		timeout, length time.Duration
		flushed         bool // Redis, meanwhile
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
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.trouble.slow(time.Millisecond)
				f.warm()
				start := time.Now()
				from := start.Add(5 * time.Second)
				stop := stop{from, from.Add(c.length)}
				if c.flushed { // those who made the calls remember them
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
				f.neverExceeded()
				assert.NotZero(t, f.service.between(create, stop.to, stop.to.Add(time.Millisecond)), "what was given up arrived")
				assert.Greater(t, f.service.between(create, start.Add(33*time.Second), start.Add(40*time.Second)), 7*17, "all is as before")
			})
		})
	}
}

func TestCall_KeepsItsPermitUntilItHasArrived(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ after, arrived time.Duration }{
		"given up at once": {0, linger},
		"given up soon":    {3 * time.Second, linger},
		"given up late":    {linger + 3*time.Second, linger + 3*time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.warm()
				l := f.process()
				start := time.Now()
				held := acquire(t, l, 20)
				time.Sleep(c.after)
				for _, p := range held {
					p.Release(dingtalk.LimitOutcome{Unanswered: true})
				}
				require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
				assert.Equal(t, c.arrived+time.Second, time.Since(start).Truncate(250*time.Millisecond))
			})
		})
	}
}
