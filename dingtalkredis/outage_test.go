package dingtalkredis

import (
	"bytes"
	"context"
	"log/slog"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// outages holds the ways to lose Redis for a while.
var outages = []struct {
	name       string
	begin, end func(f *fleet)
}{
	{"refused", func(f *fleet) { f.faults.refuse(true) }, func(f *fleet) { f.faults.refuse(false) }},
	{"restarted empty", func(f *fleet) { f.faults.refuse(true) }, func(f *fleet) {
		f.redis.FlushAll()
		f.faults.refuse(false)
	}},
	{"hanging", func(f *fleet) { f.faults.hang() }, func(f *fleet) { f.faults.resume() }},
	{"replies lost", func(f *fleet) { f.faults.lose(true) }, func(f *fleet) { f.faults.lose(false) }},
	{"too slow", func(f *fleet) { f.faults.slow(210 * time.Millisecond) }, func(f *fleet) { f.faults.slow(time.Millisecond) }},
}

func TestFallback_UsesPartsOfTheLimitWithoutRedis(t *testing.T) {
	t.Parallel()
	for _, outage := range outages {
		t.Run(outage.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.faults.slow(time.Millisecond)
				ctx, cancel := context.WithTimeout(t.Context(), 29*time.Second)
				defer cancel()
				start := time.Now()
				at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
				time.AfterFunc(8*time.Second, func() { outage.begin(f) })
				time.AfterFunc(20*time.Second, func() { outage.end(f) })
				f.loadAll(ctx, 4, steady(30*time.Millisecond))

				f.assertNoExcess()
				assert.Greater(t, f.service.between(create, at(12), at(20)), 8*18, "in the outage, from 4 s after its start")
				assert.Greater(t, f.service.between(create, at(25), at(29)), 4*18, "from 5 s after its end")
			})
		})
	}
}

func TestAcquire_EndsWithItsContextInAnOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		f.faults.refuse(true)
		l := f.process()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		assert.ErrorIs(t, f.service.call(ctx, l, dingtalk.LimitRequest{Path: create}, 0, 0), context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0), "without a deadline it is sent")
	})
}

func TestFallback_DividesByTheProcessesSeenAtWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		time.AfterFunc(7*time.Second, func() { f.faults.refuse(true) })
		time.AfterFunc(15*time.Second, func() { f.faults.refuse(false) })
		f.loadAll(ctx, 10, steady(30*time.Millisecond)) // they expect 4
		f.assertNoExcess()
	})
}

func TestFallback_SlowsDownIfTheFleetIsLargerThanTheLimit(t *testing.T) {
	t.Parallel()
	l := limit{20, time.Second}
	assert.Equal(t, limit{5, time.Second}, l.part(4))
	assert.Equal(t, limit{1, time.Second}, l.part(20))
	assert.Equal(t, limit{1, 4 * time.Second}, l.part(40), "10 per second in all, because they cannot arrange their turns")
}

func TestFallback_WaitsThroughAShortOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		ctx, cancel := context.WithTimeout(t.Context(), 14*time.Second)
		defer cancel()
		start := time.Now()
		time.AfterFunc(7*time.Second, func() { f.faults.hang() })
		time.AfterFunc(7*time.Second+700*time.Millisecond, func() { f.faults.resume() })
		f.loadAll(ctx, 4, steady(30*time.Millisecond))
		f.assertNoExcess()
		assert.Greater(t, f.service.between(create, start.Add(9*time.Second), start.Add(14*time.Second)), 5*17)
	})
}

func TestLimiter_PausesAfterARollbackOfRedis(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		release(acquire(t, l, 20))
		state := keyBase + "limits"
		epoch := f.redis.HGet(state, "epoch")
		f.redis.HSet(state, "given", "15") // a replica that lacks the last of them has taken over
		key := keyBase + "endpoint:" + create
		f.redis.Del(key)
		_, err := f.redis.ZRem(keyBase+"holding", key)
		require.NoError(t, err)

		start := time.Now()
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
		assert.Greater(t, time.Since(start), 3*time.Second, "all pause until the lost permits are free")
		assert.NotEqual(t, epoch, f.redis.HGet(state, "epoch"))
	})
}

func TestLimiter_DoesNotWaitForAClockThatWasSetBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		release(acquire(t, l, 20))
		f.redis.SetTime(time.Now().Add(-time.Hour))
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { // the clock continues from there
			for ctx.Err() == nil {
				time.Sleep(time.Millisecond)
				f.redis.SetTime(time.Now().Add(-time.Hour))
			}
		}()
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
		assert.Less(t, time.Since(start), 5*time.Second)
		time.Sleep(time.Second)
	})
}

func TestLimiter_PausesOnlyAfterAProcessDiedAtWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		waitOf := func(l *Limiter) time.Duration {
			start := time.Now()
			require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 10*time.Millisecond, 10*time.Millisecond))
			return time.Since(start).Truncate(50 * time.Millisecond)
		}
		assert.Zero(t, waitOf(f.process()))
		time.Sleep(time.Hour)
		assert.Zero(t, waitOf(f.process()), "the first process reported its end by itself")

		flushed, own := f.processWithFaults()
		assert.Zero(t, waitOf(flushed))
		require.NoError(t, flushed.Flush(t.Context()))
		own.refuse(true) // the program has ended
		time.Sleep(5 * time.Second)
		assert.Zero(t, waitOf(f.process()), "it reported its end with Flush")

		killed, own := f.processWithFaults()
		assert.Zero(t, waitOf(killed))
		own.refuse(true)
		assert.Error(t, killed.Flush(t.Context()))
		time.Sleep(5 * time.Second)
		assert.Greater(t, waitOf(f.process()), 3*time.Second, "it might be alive, and none have reached Redis")
		time.Sleep(time.Minute)
		assert.Zero(t, waitOf(f.process()), "once is enough")
	})
}

func TestLimiter_LogsWhenRedisIsDownAndBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		var out bytes.Buffer
		l := f.process(WithLogger(slog.New(slog.NewTextHandler(&out, nil))))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		time.AfterFunc(time.Second, func() { f.faults.refuse(true) })
		time.AfterFunc(10*time.Second, func() { f.faults.refuse(false) })
		f.load(ctx, l, create, 5, steady(30*time.Millisecond))
		time.Sleep(5 * time.Second)
		assert.Equal(t, 2, bytes.Count(out.Bytes(), []byte("\n")), out.String())
		assert.Regexp(t, `level=WARN msg=.*Redis is down.*connection refused(?s:.*)level=INFO msg=.*Redis is back`, out.String())
	})
}

func TestFlush_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		f.faults.hang()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, f.process().Flush(ctx), context.DeadlineExceeded)
		f.faults.resume()
	})
}
