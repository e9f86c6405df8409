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

const keyOf = "dingtalk:v1:{app}:"

func TestLimiter_KeepsTheCeilingWhenOneKeyIsDeletedAlone(t *testing.T) {
	t.Parallel()
	for _, key := range []string{"limits", "processes", "holding", "address:egress", "endpoint:" + create} {
		t.Run(key, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.trouble.slow(time.Millisecond)
				opts := []LimiterOption{WithAddressLabel("egress")}
				if key == "address:egress" {
					opts = append(opts, WithPerSecond(60), WithPerAddress(400)) // the address is the tighter limit
				}
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				start := time.Now()
				var before string
				var deleted bool
				time.AfterFunc(10500*time.Millisecond, func() {
					before = f.redis.HGet(keyOf+"limits", "epoch")
					deleted = f.redis.Del(keyOf + key)
				})
				f.loadAll(ctx, 4, steady(30*time.Millisecond), opts...)
				assert.True(t, deleted)
				f.neverExceeded()
				assert.NotEqual(t, before, f.redis.HGet(keyOf+"limits", "epoch"))
				from := start.Add(10600*time.Millisecond + horizon) // for permits given before
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
		f.warm()
		opt := WithAddressLabel("egress")
		p, err := f.process(opt).Acquire(t.Context(), dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		p.Release(dingtalk.LimitOutcome{Blocked: time.Minute})
		time.Sleep(10 * time.Second)
		require.True(t, f.redis.Del(keyOf+"freeze:egress"))
		for range 2 { // the second one learns of it from what the first one wrote
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			_, err = f.process(opt).Acquire(ctx, dingtalk.LimitRequest{Path: create})
			late, ok := err.(*dingtalk.LimitError) //nolint:errorlint // it is promised
			require.True(t, ok, "%v", err)
			assert.InDelta(t, 50*time.Second, late.Wait, float64(20*time.Millisecond))
			require.True(t, f.redis.Exists(keyOf+"freeze:egress"))
		}
	})
}

func TestLimiter_DoesNotPauseForKeysThatHoldNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		quick := func(l *Limiter) {
			start := time.Now()
			require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
			assert.Zero(t, time.Since(start).Truncate(10*time.Millisecond))
		}
		quick(l)
		time.Sleep(10 * time.Second)
		require.True(t, f.redis.Del(keyOf+"endpoint:"+create))
		quick(l)
		time.Sleep(time.Hour) // by which Redis has dropped it
		require.False(t, f.redis.Exists(keyOf+"endpoint:"+create))
		quick(l)
		quick(f.process())
		holding, err := f.redis.ZMembers(keyOf + "holding")
		require.NoError(t, err)
		assert.ElementsMatch(t, []string{keyOf + "endpoint:" + create, keyOf + "address:" + f.process().label}, holding,
			"not what held something before")
	})
}
