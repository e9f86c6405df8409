package dingtalkredis

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

func TestFleet_StopsForABlockAndResumesGradually(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		same := []LimiterOption{WithAddressLabel("egress")}
		blocked, other, elsewhere := f.process(same...), f.process(same...), f.process(WithAddressLabel("elsewhere"))
		ctx := t.Context()
		p, err := blocked.Acquire(ctx, dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		start := time.Now()
		p.Release(dingtalk.LimitOutcome{Blocked: time.Minute})
		time.Sleep(100 * time.Millisecond)

		short, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		for _, l := range []*Limiter{blocked, other} {
			_, err = l.Acquire(short, dingtalk.LimitRequest{Path: read})
			late, ok := err.(*dingtalk.LimitError) //nolint:errorlint // the documentation promises this type
			require.True(t, ok, "%v", err)
			assert.InDelta(t, time.Minute-100*time.Millisecond, late.Wait, float64(20*time.Millisecond))
			assert.True(t, late.Blocked)
		}
		assert.Less(t, time.Since(start), 200*time.Millisecond, "at once")
		require.NoError(t, f.service.call(ctx, elsewhere, dingtalk.LimitRequest{Path: "/elsewhere"}, 0, 0))

		f.redis.FlushAll() // the processes that know of the block remember it
		long, cancel := context.WithTimeout(ctx, 70*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for _, l := range []*Limiter{blocked, other} {
			all.Go(func() { f.load(long, l, create, 10, steady(30*time.Millisecond)) })
		}
		all.Wait()
		end := start.Add(time.Minute)
		assert.Zero(t, f.service.between(create, start, end))
		assert.InDelta(t, 2, f.service.between(create, end, end.Add(100*time.Millisecond)), 1)
		assert.InDelta(t, 10, f.service.between(create, end, end.Add(500*time.Millisecond)), 1)
		assert.Greater(t, f.service.between(create, end, end.Add(8*time.Second)), 145)
		f.assertNoExcess()
	})
}

func TestAcquire_FailsAtOnceWhenABlockBegins(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		blocked, other := f.process(), f.process()
		held := acquire(t, blocked, 20)
		time.AfterFunc(time.Second, func() { held[0].Release(dingtalk.LimitOutcome{Blocked: time.Minute}) })
		start := time.Now()
		var all sync.WaitGroup
		for _, l := range []*Limiter{blocked, other} {
			for i := range 6 {
				all.Go(func() {
					_, err := l.Acquire(t.Context(), dingtalk.LimitRequest{Path: create, Bulk: i%2 == 0})
					refused, ok := err.(*dingtalk.LimitError) //nolint:errorlint // the documentation promises this type
					if assert.True(t, ok, "%v", err) {
						assert.True(t, refused.Blocked)
						assert.InDelta(t, time.Minute, refused.Wait, float64(500*time.Millisecond))
					}
					took := time.Since(start)
					assert.GreaterOrEqual(t, took, time.Second)
					if l == blocked {
						assert.Equal(t, time.Second, took)
					}
					assert.Less(t, took, 1500*time.Millisecond, "when it learns of it from Redis")
				})
			}
		}
		all.Wait()
		release(held)
	})
}

func TestLimiter_HoldsThePermitsOfADeadProcessUntilItsCallsHaveArrived(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ attempt, arrived time.Duration }{
		{3 * time.Second, maxTransit}, {maxTransit + 4*time.Second, maxTransit + 4*time.Second},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t)
			f.warmUp()
			dead, cut := f.processWithFaults(WithAttemptTimeout(c.attempt))
			l := f.process()
			start := time.Now()
			held := acquire(t, dead, 20)
			cut.refuse(true) // which simulates its death
			require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
			took := time.Since(start)
			assert.Greater(t, took, c.arrived+time.Second)
			assert.Less(t, took, c.arrived+2*time.Second, "half a second until it is sent, and the second in which it counts")
			release(held)
		})
	}
}

func TestPermit_IsHeldForACallThatTakesLongerThanTheAttemptTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		slow, l := f.process(WithAttemptTimeout(time.Second)), f.process(WithAttemptTimeout(time.Second))
		held := acquire(t, slow, 20)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		start := time.Now()
		_, err := l.Acquire(ctx, dingtalk.LimitRequest{Path: create})
		assert.Error(t, err)
		assert.Greater(t, time.Since(start), 19*time.Second)
		release(held)
	})
}
