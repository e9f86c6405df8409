package dingtalkredis

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// repeatingClient is a client whose connection breaks before each reply, so that it sends the command again.
type repeatingClient struct{ redis.Scripter }

func (c repeatingClient) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	_ = c.Scripter.EvalSha(ctx, sha, keys, args...)
	return c.Scripter.EvalSha(ctx, sha, keys, args...)
}

func TestLimiter_CountsACallOnceThatIsRequestedTwice(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]LimiterOption{
		"the endpoint": nil,
		"the address":  {WithRateLimit(dingtalk.RateLimit{PerSecond: 60, PerAddress: 400})},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.warmUp()
				l := newLimiter(t, repeatingClient{f.client}, opts...)
				ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer cancel()
				for range 20 {
					p, err := l.Acquire(ctx, dingtalk.LimitRequest{Path: create})
					require.NoError(t, err)
					defer p.Release(dingtalk.LimitOutcome{})
				}
			})
		})
	}
}

func TestLimiter_ReservesAPartOfTheAddressForAProcessThatAloneHasLostRedis(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.faults.slow(time.Millisecond)
		opts := []LimiterOption{WithAddressLabel("egress"), WithRateLimit(dingtalk.RateLimit{PerSecond: 60, PerAddress: 400})} // which is 20 per second
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		start := time.Now()
		cutOff, own := f.processWithFaults(opts...)
		time.AfterFunc(8*time.Second, func() { own.refuse(true) })
		var all sync.WaitGroup
		all.Go(func() { f.loadAll(ctx, 3, steady(30*time.Millisecond), opts...) })
		all.Go(func() { f.load(ctx, cutOff, create, 10, steady(30*time.Millisecond)) })
		all.Wait()
		f.assertNoExcess()
		assert.Greater(t, f.service.between(create, start.Add(12*time.Second), start.Add(20*time.Second)), 8*15)
		own.refuse(false)
	})
}

func TestLimiter_PausesAfterAnOutageInWhichOthersMayHaveStarted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.faults.slow(time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		known, one := f.processWithFaults()
		unknown, other := f.processWithFaults()
		time.AfterFunc(8*time.Second, func() {
			one.refuse(true)
			other.refuse(true)
		})
		time.AfterFunc(16*time.Second, func() { one.refuse(false) })
		time.AfterFunc(17*time.Second, func() { other.refuse(false) }) // it did not try Redis before
		var all sync.WaitGroup
		all.Go(func() { f.load(ctx, known, create, 20, steady(30*time.Millisecond)) })
		all.Go(func() {
			time.Sleep(10 * time.Second) // Redis does not know of it
			f.load(ctx, unknown, create, 20, steady(30*time.Millisecond))
		})
		all.Wait()
		f.assertNoExcess()
	})
}

// TestTokenStore_TakesALockWhoseCommandIsSentTwice has the connection break before the reply to the lock.
func TestTokenStore_TakesALockWhoseCommandIsSentTwice(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		store := NewTokenStore(repeatingClient{f.client})
		_, _, err := store.Lock(t.Context(), "loads the script", time.Second)
		require.NoError(t, err)
		_, ok, err := store.Lock(t.Context(), "key", time.Second)
		require.NoError(t, err)
		assert.True(t, ok)
		_, ok, err = store.Lock(t.Context(), "key", time.Second)
		require.NoError(t, err)
		assert.False(t, ok, "another fence")
	})
}
