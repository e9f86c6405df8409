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

// outages are the ways to lose Redis for a while, each with how it ends.
var outages = []struct {
	name       string
	begin, end func(f *fleet)
}{
	{"refused", func(f *fleet) { f.trouble.refuse(true) }, func(f *fleet) { f.trouble.refuse(false) }},
	{"restarted empty", func(f *fleet) { f.trouble.refuse(true) }, func(f *fleet) {
		f.redis.FlushAll()
		f.trouble.refuse(false)
	}},
	{"hanging", func(f *fleet) { f.trouble.hang() }, func(f *fleet) { f.trouble.resume() }},
	{"answers lost", func(f *fleet) { f.trouble.lose(true) }, func(f *fleet) { f.trouble.lose(false) }},
	{"too slow", func(f *fleet) { f.trouble.slow(210 * time.Millisecond) }, func(f *fleet) { f.trouble.slow(time.Millisecond) }},
}

func TestWithoutRedisAFleetMakesDoWithPartsOfTheLimit(t *testing.T) {
	t.Parallel()
	for _, outage := range outages {
		t.Run(outage.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.trouble.slow(time.Millisecond)
				ctx, cancel := context.WithTimeout(t.Context(), 29*time.Second)
				defer cancel()
				start := time.Now()
				at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
				time.AfterFunc(8*time.Second, func() { outage.begin(f) })
				time.AfterFunc(20*time.Second, func() { outage.end(f) })
				f.loadAll(ctx, 4, steady(30*time.Millisecond))

				f.neverExceeded()
				assert.Greater(t, f.service.between(create, at(12), at(20)), 8*18, "in the outage, from 4 s after its beginning")
				assert.Greater(t, f.service.between(create, at(25), at(29)), 4*18, "from 5 s after its end")
			})
		})
	}
}

func TestACallInAnOutageIsBoundByItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		f.trouble.refuse(true)
		l := f.process()
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		assert.ErrorIs(t, f.service.call(ctx, l, dingtalk.LimitRequest{Path: create}, 0, 0), context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0), "with patience it goes out")
	})
}

func TestPartsAreByTheProcessesThatWereSeenAtWork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		time.AfterFunc(7*time.Second, func() { f.trouble.refuse(true) })
		time.AfterFunc(15*time.Second, func() { f.trouble.refuse(false) })
		f.loadAll(ctx, 10, steady(30*time.Millisecond)) // 4 is what they expect
		f.neverExceeded()
	})
}

func TestAFleetLargerThanTheLimitGoesSlowWithoutRedis(t *testing.T) {
	t.Parallel()
	l := limit{20, time.Second}
	assert.Equal(t, limit{5, time.Second}, l.part(4))
	assert.Equal(t, limit{1, time.Second}, l.part(20))
	assert.Equal(t, limit{1, 4 * time.Second}, l.part(40), "10 a second in all, for they go by chance")
}

func TestAShortStumbleOfRedisIsWaitedOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		ctx, cancel := context.WithTimeout(t.Context(), 14*time.Second)
		defer cancel()
		start := time.Now()
		time.AfterFunc(7*time.Second, func() { f.trouble.hang() })
		time.AfterFunc(7*time.Second+700*time.Millisecond, func() { f.trouble.resume() })
		f.loadAll(ctx, 4, steady(30*time.Millisecond))
		f.neverExceeded()
		assert.Greater(t, f.service.between(create, start.Add(9*time.Second), start.Add(14*time.Second)), 5*17)
	})
}

func TestARollbackOfRedisIsNoticedByWhoeverRemembersMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		release(acquire(t, l, 20))
		state := "dingtalk:v1:{app}:limits"
		epoch := f.redis.HGet(state, "epoch")
		f.redis.HSet(state, "given", "15") // a replica has taken over that lacks the last of them
		key := "dingtalk:v1:{app}:endpoint:" + create
		f.redis.Del(key)
		_, err := f.redis.ZRem("dingtalk:v1:{app}:holding", key)
		require.NoError(t, err)

		start := time.Now()
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
		assert.Greater(t, time.Since(start), 3*time.Second, "all pause until what was forgotten counts no more")
		assert.NotEqual(t, epoch, f.redis.HGet(state, "epoch"))
	})
}

func TestAClockThatIsSetBackIsNoReasonToWaitForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		release(acquire(t, l, 20))
		f.redis.SetTime(time.Now().Add(-time.Hour))
		start := time.Now()
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go func() { // it goes on from there
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

func TestOnlyProcessesThatDiedAtWorkMakeLaterOnesPause(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		quick := func(l *Limiter) time.Duration {
			start := time.Now()
			require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 10*time.Millisecond, 10*time.Millisecond))
			return time.Since(start).Truncate(50 * time.Millisecond)
		}
		assert.Zero(t, quick(f.process()))
		time.Sleep(time.Hour)
		assert.Zero(t, quick(f.process()), "the first took its leave by itself")

		flushed, own := f.processWithTrouble()
		assert.Zero(t, quick(flushed))
		require.NoError(t, flushed.Flush(t.Context()))
		own.refuse(true) // the program has ended
		time.Sleep(5 * time.Second)
		assert.Zero(t, quick(f.process()), "it took its leave with Flush")

		killed, own := f.processWithTrouble()
		assert.Zero(t, quick(killed))
		own.refuse(true)
		assert.Error(t, killed.Flush(t.Context()))
		time.Sleep(5 * time.Second)
		assert.Greater(t, quick(f.process()), 3*time.Second, "it might be alive, and nobody have got through")
		time.Sleep(time.Minute)
		assert.Zero(t, quick(f.process()), "once is enough")
	})
}

func TestALimiterSaysWhenRedisIsLostAndBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		var out bytes.Buffer
		l := f.process(WithLogger(slog.New(slog.NewTextHandler(&out, nil))))
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		time.AfterFunc(time.Second, func() { f.trouble.refuse(true) })
		time.AfterFunc(10*time.Second, func() { f.trouble.refuse(false) })
		f.load(ctx, l, create, 5, steady(30*time.Millisecond))
		time.Sleep(5 * time.Second)
		assert.Equal(t, 2, bytes.Count(out.Bytes(), []byte("\n")), out.String())
		assert.Regexp(t, `level=WARN msg=.*Redis is lost.*connection refused(?s:.*)level=INFO msg=.*Redis is back`, out.String())
	})
}

func TestFlushObeysTheContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		f.trouble.hang()
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		assert.ErrorIs(t, f.process().Flush(ctx), context.DeadlineExceeded)
		f.trouble.resume()
	})
}
