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

// twice is a client whose connection breaks before each response, so that it sends the command again.
type twice struct{ redis.Scripter }

func (c twice) EvalSha(ctx context.Context, sha string, keys []string, args ...any) *redis.Cmd {
	_ = c.Scripter.EvalSha(ctx, sha, keys, args...)
	return c.Scripter.EvalSha(ctx, sha, keys, args...)
}

func TestLimiter_CountsACallOnceThatIsAskedForTwice(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]LimiterOption{
		"the endpoint": nil,
		"the address":  {WithPerSecond(60), WithPerAddress(400)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.warm()
				l := NewLimiter(twice{f.client}, opts...)
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

func TestLimiter_KeepsAPartOfTheAddressForAProcessThatAloneHasLostRedis(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.trouble.slow(time.Millisecond)
		opts := []LimiterOption{WithAddressLabel("egress"), WithPerSecond(60), WithPerAddress(400)} // which is 20 a second
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		start := time.Now()
		lonely, own := f.processWithTrouble(opts...)
		time.AfterFunc(8*time.Second, func() { own.refuse(true) })
		var all sync.WaitGroup
		all.Go(func() { f.loadAll(ctx, 3, steady(30*time.Millisecond), opts...) })
		all.Go(func() { f.load(ctx, lonely, create, 10, steady(30*time.Millisecond)) })
		all.Wait()
		f.neverExceeded()
		assert.Greater(t, f.service.between(create, start.Add(12*time.Second), start.Add(20*time.Second)), 8*15)
		own.refuse(false)
	})
}

func TestLimiter_PausesAfterAnOutageInWhichOthersMayHaveBegun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.trouble.slow(time.Millisecond)
		ctx, cancel := context.WithTimeout(t.Context(), 25*time.Second)
		defer cancel()
		known, one := f.processWithTrouble()
		unknown, other := f.processWithTrouble()
		time.AfterFunc(8*time.Second, func() {
			one.refuse(true)
			other.refuse(true)
		})
		time.AfterFunc(16*time.Second, func() { one.refuse(false) })
		time.AfterFunc(17*time.Second, func() { other.refuse(false) }) // it did not look before
		var all sync.WaitGroup
		all.Go(func() { f.load(ctx, known, create, 20, steady(30*time.Millisecond)) })
		all.Go(func() {
			time.Sleep(10 * time.Second) // Redis has never heard of it
			f.load(ctx, unknown, create, 20, steady(30*time.Millisecond))
		})
		all.Wait()
		f.neverExceeded()
	})
}
