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

func TestAcquire_FailsAtOnceIfTheDeadlineIsTooEarlyAndTakesNoPermit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l, other := f.process(), f.process()
		ctx := t.Context()
		for range 20 {
			require.NoError(t, f.service.call(ctx, other, dingtalk.LimitRequest{Path: create}, 0, 0))
		}
		start := time.Now() // the permits come back after a second
		short, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
		defer cancel()
		for range 5 {
			_, err := l.Acquire(short, dingtalk.LimitRequest{Path: create})
			late, ok := err.(*dingtalk.LimitError) //nolint:errorlint // the documentation promises this type
			require.True(t, ok, "%v", err)
			assert.InDelta(t, time.Second, late.Wait, float64(10*time.Millisecond))
		}
		assert.Zero(t, time.Since(start).Truncate(10*time.Millisecond))

		require.NoError(t, f.service.call(ctx, l, dingtalk.LimitRequest{Path: create}, 0, 0))
		assert.Equal(t, time.Second, time.Since(start).Truncate(10*time.Millisecond))
		f.assertNoExcess()
	})
}

func TestAcquire_EndsWithItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		held := acquire(t, l, 20)
		ctx, cancel := context.WithCancel(t.Context())
		time.AfterFunc(time.Second, cancel)
		start := time.Now()
		_, err := l.Acquire(ctx, dingtalk.LimitRequest{Path: create})
		assert.Equal(t, context.Canceled, err)
		assert.Equal(t, time.Second, time.Since(start))
		_, err = l.Acquire(ctx, dingtalk.LimitRequest{Path: create})
		assert.Equal(t, context.Canceled, err, "it has ended before")
		release(held)
	})
}

func TestPermit_IsFreeAtOnceIfTheCallWasNotSent(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l, other := f.process(), f.process()
		start := time.Now()
		for range 40 {
			p, err := l.Acquire(t.Context(), dingtalk.LimitRequest{Path: create})
			require.NoError(t, err)
			p.Release(dingtalk.LimitOutcome{Unsent: true})
			p.Release(dingtalk.LimitOutcome{}) // has no effect
		}
		time.Sleep(300 * time.Millisecond)
		for range 20 {
			require.NoError(t, f.service.call(t.Context(), other, dingtalk.LimitRequest{Path: create}, 0, 0))
		}
		assert.Less(t, time.Since(start), time.Second)
		f.assertNoExcess()
	})
}

func TestQueue_PrefersInteractiveCallsWithoutStarvingBulkCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		f.faults.slow(time.Millisecond)
		l := f.process()
		var mu sync.Mutex
		var order []byte
		var all sync.WaitGroup
		enqueue := func(name byte, bulk bool, n int) {
			for range n {
				all.Go(func() {
					p, err := l.Acquire(t.Context(), dingtalk.LimitRequest{Path: create, Bulk: bulk})
					if !assert.NoError(t, err) {
						return
					}
					mu.Lock()
					order = append(order, name)
					mu.Unlock()
					p.Release(dingtalk.LimitOutcome{})
				})
				synctest.Wait()
			}
		}
		enqueue('x', false, 20) // all permits
		time.Sleep(100 * time.Millisecond)
		enqueue('b', true, 3)
		enqueue('i', false, 45)
		all.Wait()
		twenty := "iiiiiiiiiiiiiiiiiiii"
		assert.Equal(t, "xxxxxxxxxxxxxxxxxxxx"+twenty+"b"+twenty+"b"+"iiiii"+"b", string(order))
	})
}
