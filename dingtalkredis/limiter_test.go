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

func acquire(t *testing.T, l *Limiter, n int) (held []dingtalk.LimitPermit) {
	t.Helper()
	for range n {
		p, err := l.Acquire(t.Context(), dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		held = append(held, p)
	}
	return held
}

func release(held []dingtalk.LimitPermit) {
	for _, p := range held {
		p.Release(dingtalk.LimitOutcome{})
	}
}

// warmUp returns when the pause of a new server is over.
func (f *fleet) warmUp() {
	f.t.Helper()
	require.NoError(f.t, f.service.call(f.t.Context(), f.process(), dingtalk.LimitRequest{Path: "/warm"}, 0, 0))
	time.Sleep(5 * time.Second)
}

func TestFleet_ReachesTheLimitAndNeverExceedsIt(t *testing.T) {
	t.Parallel()
	for _, n := range []int{1, 4, 8} {
		if testing.Short() && n != 4 {
			continue // skipped with -short: simulates 16 seconds of a fleet
		}
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(t)
			f.faults.slow(time.Millisecond)
			ctx, cancel := context.WithTimeout(t.Context(), 16*time.Second)
			defer cancel()
			start := time.Now()
			f.loadAll(ctx, n, steady(30*time.Millisecond))
			f.assertNoExcess()
			calls := f.service.between(create, start.Add(6*time.Second), start.Add(16*time.Second))
			assert.GreaterOrEqual(t, calls, 192, "of 200, or 194.2 with permits that come back a second after 30 ms")
			if n <= 4 {
				assert.LessOrEqual(t, f.faults.attempts(), f.service.count(create)*14/10, "syncs")
			}
		})
	}
}

// loadAll runs n processes until the end of ctx.
func (f *fleet) loadAll(ctx context.Context, n int, latency func() (there, back time.Duration), opts ...LimiterOption) {
	var all sync.WaitGroup
	for range n {
		l := f.process(opts...)
		all.Go(func() { f.load(ctx, l, create, 10, latency) })
	}
	all.Wait()
}

func TestFleet_NeverExceedsTheLimitUnderJitter(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.faults.slow(-5 * time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		f.loadAll(ctx, 4, jittery(180*time.Millisecond))
		f.assertNoExcess()
		assert.Greater(t, f.service.count(create), 200)
	})
}

func TestLimiter_CountsEachEndpointSeparately(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for _, path := range []string{create, read} {
			all.Go(func() { f.load(ctx, l, path, 10, steady(30*time.Millisecond)) })
		}
		all.Wait()
		f.assertNoExcess()
		assert.Greater(t, f.service.count(create), 90)
		assert.Greater(t, f.service.count(read), 90)
	})
}

func TestLimiter_CountsAllEndpointsOfAnAddressTogether(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		opts := []LimiterOption{WithRateLimit(dingtalk.RateLimit{PerAddress: 200}), WithAddressLabel("egress")}
		elsewhere := f.process(WithRateLimit(dingtalk.RateLimit{PerAddress: 200}), WithAddressLabel("other"))
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

func TestLimiter_CountsAppsSeparately(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		ctx, cancel := context.WithTimeout(t.Context(), 9*time.Second)
		defer cancel()
		var all sync.WaitGroup
		for _, app := range []string{"ding1", "ding2"} {
			l, err := NewLimiter(f.client, app)
			require.NoError(t, err)
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
