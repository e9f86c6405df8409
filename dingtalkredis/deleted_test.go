package dingtalkredis

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

func TestLimiter_KeepsTheLimitWhenASingleKeyIsDeleted(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"limits", "processes", "holding", "address:egress", "endpoint:" + create} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.faults.slow(time.Millisecond)
				opts := []LimiterOption{WithAddressLabel("egress")}
				if key == "address:egress" {
					opts = append(opts, WithRateLimit(dingtalk.RateLimit{PerSecond: 60, PerAddress: 400})) // the address is the tighter limit
				}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				start := time.Now()
				var before string
				var deleted bool
				time.AfterFunc(10500*time.Millisecond, func() {
					before = f.redis.HGet(keyBase+"limits", "epoch")
					deleted = f.redis.Del(keyBase + key)
				})
				f.loadAll(ctx, 4, steady(30*time.Millisecond), opts...)
				assert.True(t, deleted)
				f.assertNoExcess()
				assert.NotEqual(t, before, f.redis.HGet(keyBase+"limits", "epoch"))
				from := start.Add(10600*time.Millisecond + horizon) // until permits granted before are used
				assert.Zero(t, f.service.between(create, from, from.Add(2*time.Second)), "all pause")
				assert.Greater(t, f.service.between(create, start.Add(15*time.Second), start.Add(20*time.Second)), 5*18)
			})
		})
	}
}

func TestLimiter_KeepsABlockWhoseKeyIsDeleted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		opt := WithAddressLabel("egress")
		p, err := f.process(opt).Acquire(t.Context(), dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		p.Release(dingtalk.LimitOutcome{Blocked: time.Minute})
		time.Sleep(10 * time.Second)
		require.True(t, f.redis.Del(keyBase+"freeze:egress"))
		for range 2 { // the second process learns of the block from what the first one wrote
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err = f.process(opt).Acquire(ctx, dingtalk.LimitRequest{Path: create})
			late, ok := err.(*dingtalk.LimitError) //nolint:errorlint // the documentation promises this type
			require.True(t, ok, "%v", err)
			assert.InDelta(t, 50*time.Second, late.Wait, float64(20*time.Millisecond))
			require.True(t, f.redis.Exists(keyBase+"freeze:egress"))
		}
	})
}

func TestLimiter_DoesNotPauseForDeletedKeysThatHeldNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		requireNoWait := func(l *Limiter) {
			start := time.Now()
			require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
			assert.Zero(t, time.Since(start).Truncate(10*time.Millisecond))
		}
		requireNoWait(l)
		time.Sleep(10 * time.Second)
		require.True(t, f.redis.Del(keyBase+"endpoint:"+create))
		requireNoWait(l)
		time.Sleep(time.Hour) // after which the key has expired
		require.False(t, f.redis.Exists(keyBase+"endpoint:"+create))
		requireNoWait(l)
		requireNoWait(f.process())
		holding, err := f.redis.ZMembers(keyBase + "holding")
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{keyBase + "endpoint:" + create, keyBase + "address:" + f.process().label}, holding,
			"not the keys that held something before")
	})
}
