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

const (
	create = "/topapi/v2/user/create"
	read   = "/topapi/v2/user/get"
)

func acquire(t *testing.T, l *Limiter, n int) (held []dingtalk.Permit) {
	t.Helper()
	for range n {
		p, err := l.Acquire(t.Context(), dingtalk.Admission{Path: create})
		require.NoError(t, err)
		held = append(held, p)
	}
	return held
}

func release(held []dingtalk.Permit) {
	for _, p := range held {
		p.Release(dingtalk.Outcome{})
	}
}

// warm has the pause of a new server behind it.
func (f *fleet) warm() {
	f.t.Helper()
	require.NoError(f.t, f.service.call(f.t.Context(), f.process(), dingtalk.Admission{Path: "/warm"}, 0, 0))
	time.Sleep(5 * time.Second)
}

func TestAFleetReachesTheLimitAndNeverExceedsIt(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 4, 8} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t)
			f.trouble.slow(time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), 16*time.Second)
			defer cancel()
			start := time.Now()
			f.loadAll(ctx, n, steady(30*time.Millisecond))
			f.neverExceeded()
			calls := f.service.between(create, start.Add(6*time.Second), start.Add(16*time.Second))
			assert.GreaterOrEqual(t, calls, 192, "of 200, or 194.2 with permits that come back a second after 30 ms")
			if n <= 4 {
				assert.LessOrEqual(t, f.trouble.attempts(), f.service.count(create)*14/10, "contacts with Redis")
			}
		})
	}
}

// loadAll keeps n processes busy.
func (f *fleet) loadAll(ctx context.Context, n int, latency func() (there, back time.Duration)) {
	var all sync.WaitGroup
	for range n {
		l := f.process()
		all.Go(func() { f.load(ctx, l, create, 10, latency) })
	}
	all.Wait()
}

func TestJitterNeverMakesAFleetExceedTheLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.trouble.slow(-5 * time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		f.loadAll(ctx, 4, jittery(180*time.Millisecond))
		f.neverExceeded()
		assert.Greater(t, f.service.count(create), 200)
	})
}

func TestEveryEndpointHasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for _, path := range []string{create, read} {
			all.Go(func() { f.load(ctx, l, path, 10, steady(30*time.Millisecond)) })
		}
		all.Wait()
		f.neverExceeded()
		assert.Greater(t, f.service.count(create), 90)
		assert.Greater(t, f.service.count(read), 90)
	})
}

func TestTheLimitOfTheAddressIsForAllEndpoints(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		opts := []LimiterOption{WithPerAddress(200), WithAddressLabel("egress")}
		elsewhere := f.process(WithPerAddress(200), WithAddressLabel("another"))
		var all sync.WaitGroup
		for _, path := range []string{"/a", "/b", "/c"} {
			l := f.process(opts...)
			all.Go(func() { f.load(ctx, l, path, 4, steady(30*time.Millisecond)) })
		}
		all.Go(func() { f.load(ctx, elsewhere, "/d", 4, steady(30*time.Millisecond)) })
		all.Wait()
		sum := f.service.count("/a") + f.service.count("/b") + f.service.count("/c")
		assert.LessOrEqual(t, sum, 100)
		assert.Greater(t, sum, 90)
		assert.Greater(t, f.service.count("/d"), 90)
	})
}

func TestAppsAreCountedApart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for _, app := range []string{"ding1", "ding2"} {
			l := f.process(WithApp(app))
			all.Go(func() { f.load(ctx, l, "/"+app, 10, steady(30*time.Millisecond)) })
		}
		all.Wait()
		assert.Greater(t, f.service.count("/ding1"), 90)
		assert.Greater(t, f.service.count("/ding2"), 90)
		for _, key := range f.redis.Keys() {
			assert.Regexp(t, `^dingtalk:v1:\{[0-9a-f]{16}\}:`, key)
		}
	})
}

func TestACallThatIsCertainToBeLateFailsAtOnceAndTakesNoPermit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l, other := f.process(), f.process()
		ctx := t.Context()
		for range 20 {
			require.NoError(t, f.service.call(ctx, other, dingtalk.Admission{Path: create}, 0, 0))
		}
		start := time.Now() // the permits come back after a second
		hurried, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		for range 5 {
			_, err := l.Acquire(hurried, dingtalk.Admission{Path: create})
			late, ok := err.(*dingtalk.LimitError) //nolint:errorlint // it is promised
			require.True(t, ok, "%v", err)
			assert.InDelta(t, time.Second, late.Wait, float64(10*time.Millisecond))
		}
		assert.Zero(t, time.Since(start).Truncate(10*time.Millisecond))

		require.NoError(t, f.service.call(ctx, l, dingtalk.Admission{Path: create}, 0, 0))
		assert.Equal(t, time.Second, time.Since(start).Truncate(10*time.Millisecond))
		f.neverExceeded()
	})
}

func TestTheContextEndsWaiting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		held := acquire(t, l, 20)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := l.Acquire(ctx, dingtalk.Admission{Path: create})
		assert.Equal(t, context.Canceled, err)
		assert.Equal(t, time.Second, time.Since(start))
		_, err = l.Acquire(ctx, dingtalk.Admission{Path: create})
		assert.Equal(t, context.Canceled, err, "ended before")
		release(held)
	})
}

func TestAPermitGivenBackUnusedIsFreeAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l, other := f.process(), f.process()
		start := time.Now()
		for range 40 {
			p, err := l.Acquire(t.Context(), dingtalk.Admission{Path: create})
			require.NoError(t, err)
			p.Release(dingtalk.Outcome{Unsent: true})
			p.Release(dingtalk.Outcome{}) // only the first one counts
		}
		time.Sleep(300 * time.Millisecond)
		for range 20 {
			require.NoError(t, f.service.call(t.Context(), other, dingtalk.Admission{Path: create}, 0, 0))
		}
		assert.Less(t, time.Since(start), time.Second)
		f.neverExceeded()
	})
}

func TestACallWithoutAnAnswerMayStillArrive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		for _, p := range acquire(t, l, 20) {
			p.Release(dingtalk.Outcome{Unanswered: true})
		}
		start := time.Now()
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.Admission{Path: create}, 0, 0))
		assert.Equal(t, 1500*time.Millisecond, time.Since(start).Truncate(10*time.Millisecond))
	})
}

func TestInteractiveCallsGoAheadOfBulkOnesWhichAreNotForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		f.trouble.slow(time.Millisecond)
		l := f.process()
		var mu sync.Mutex
		var order []byte
		var all sync.WaitGroup
		enter := func(name byte, bulk bool, n int) {
			for range n {
				all.Go(func() {
					p, err := l.Acquire(t.Context(), dingtalk.Admission{Path: create, Bulk: bulk})
					if !assert.NoError(t, err) {
						return
					}
					mu.Lock()
					order = append(order, name)
					mu.Unlock()
					p.Release(dingtalk.Outcome{})
				})
				synctest.Wait()
			}
		}
		enter('x', false, 20) // the permits there are
		time.Sleep(100 * time.Millisecond)
		enter('b', true, 3)
		enter('i', false, 45)
		all.Wait()
		twenty := "iiiiiiiiiiiiiiiiiiii"
		assert.Equal(t, "xxxxxxxxxxxxxxxxxxxx"+twenty+"b"+twenty+"b"+"iiiii"+"b", string(order))
	})
}

func TestABlockStopsTheFleetAndThePermitsComeBackOneByOne(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		same := []LimiterOption{WithAddressLabel("egress")}
		victim, other, elsewhere := f.process(same...), f.process(same...), f.process(WithAddressLabel("elsewhere"))
		ctx := t.Context()
		p, err := victim.Acquire(ctx, dingtalk.Admission{Path: create})
		require.NoError(t, err)
		start := time.Now()
		p.Release(dingtalk.Outcome{Blocked: time.Minute})
		time.Sleep(100 * time.Millisecond)

		impatient, cancel := context.WithTimeout(ctx, 30*time.Second)
		defer cancel()
		for _, l := range []*Limiter{victim, other} {
			_, err = l.Acquire(impatient, dingtalk.Admission{Path: read})
			late, ok := err.(*dingtalk.LimitError) //nolint:errorlint // it is promised
			require.True(t, ok, "%v", err)
			assert.InDelta(t, time.Minute-100*time.Millisecond, late.Wait, float64(20*time.Millisecond))
		}
		assert.Less(t, time.Since(start), 200*time.Millisecond, "at once")
		require.NoError(t, f.service.call(ctx, elsewhere, dingtalk.Admission{Path: "/elsewhere"}, 0, 0))

		f.redis.FlushAll() // those who know of it remember it
		patient, cancel := context.WithTimeout(ctx, 70*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for _, l := range []*Limiter{victim, other} {
			all.Go(func() { f.load(patient, l, create, 10, steady(30*time.Millisecond)) })
		}
		all.Wait()
		end := start.Add(time.Minute)
		assert.Zero(t, f.service.between(create, start, end))
		assert.InDelta(t, 2, f.service.between(create, end, end.Add(100*time.Millisecond)), 1)
		assert.InDelta(t, 10, f.service.between(create, end, end.Add(500*time.Millisecond)), 1)
		assert.Greater(t, f.service.between(create, end, end.Add(8*time.Second)), 145)
		f.neverExceeded()
	})
}

func TestABlockThatIsLearnedOfWhileWaitingEndsTheWaitOfTheHurried(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		held := acquire(t, l, 20)
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		time.AfterFunc(time.Second, func() { held[0].Release(dingtalk.Outcome{Blocked: time.Minute}) })
		start := time.Now()
		_, err := l.Acquire(ctx, dingtalk.Admission{Path: create})
		late, ok := err.(*dingtalk.LimitError) //nolint:errorlint // it is promised
		require.True(t, ok, "%v", err)
		assert.Equal(t, time.Minute, late.Wait)
		assert.Equal(t, time.Second, time.Since(start))
		release(held)
	})
}

func TestADeadProcessHoldsItsPermitsForAnAttemptOnly(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		dead, cut := f.processWithTrouble(WithAttemptTimeout(3 * time.Second))
		l := f.process()
		start := time.Now()
		held := acquire(t, dead, 20)
		cut.refuse(true) // as good as dead, but for its calls, which nobody sees
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.Admission{Path: create}, 0, 0))
		took := time.Since(start)
		assert.Greater(t, took, 4*time.Second)
		assert.Less(t, took, 5*time.Second, "3 s, half a second until it may arrive, and the second in which it counts")
		release(held)
	})
}

func TestACallThatTakesLongerThanPromisedKeepsItsPermit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		slow, l := f.process(WithAttemptTimeout(time.Second)), f.process(WithAttemptTimeout(time.Second))
		held := acquire(t, slow, 20)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		start := time.Now()
		_, err := l.Acquire(ctx, dingtalk.Admission{Path: create})
		assert.Error(t, err)
		assert.Greater(t, time.Since(start), 19*time.Second)
		release(held)
	})
}
