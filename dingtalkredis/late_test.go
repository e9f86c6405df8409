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

// lateContext is the context of a goroutine, or process, that runs late, after the permit that it waits for was granted.
type lateContext struct {
	context.Context
	by *time.Duration // only the first time
}

func (c lateContext) Done() <-chan struct{} {
	time.Sleep(*c.by)
	*c.by = 0
	return c.Context.Done()
}

func TestAcquire_RecordsTheSendingWhenItReturns(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		held := acquire(t, l, 19)
		late := maxSendDelay
		start := time.Now()
		p, err := l.Acquire(lateContext{t.Context(), &late}, dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		require.Equal(t, maxSendDelay, time.Since(start), "just in time for the permit, which was granted at once")
		p.Release(dingtalk.LimitOutcome{NoResponse: true})
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
		took := time.Since(start)
		assert.GreaterOrEqual(t, took, maxSendDelay+maxTransit+time.Second)
		assert.Less(t, took, maxSendDelay+maxTransit+1500*time.Millisecond)
		release(held)
	})
}

func TestAcquire_UsesAPermitThatIsSlightlyOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		release(acquire(t, l, 20))
		time.Sleep(600 * time.Millisecond)
		late := 700 * time.Millisecond // 300 ms after the start of the next permit, which is granted ahead
		p, err := l.Acquire(lateContext{t.Context(), &late}, dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		assert.InDelta(t, 300*time.Millisecond, time.Since(p.(*call).validFrom), float64(20*time.Millisecond), "the first one")
		p.Release(dingtalk.LimitOutcome{})
	})
}

func TestAcquire_DropsAPermitThatExpiredWhileTheProcessWasStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warmUp()
		l := f.process()
		release(acquire(t, l, 20)) // the next permit starts after a second
		start := time.Now()
		order := make(chan string, 2)
		go func() {
			late := time.Second + maxSendDelay + 10*time.Millisecond
			p, err := l.Acquire(lateContext{t.Context(), &late}, dingtalk.LimitRequest{Path: create})
			if assert.NoError(t, err) {
				order <- "the late call"
				assert.WithinRange(t, p.(*call).validFrom, start.Add(time.Second+maxSendDelay), time.Now(), "another permit")
				p.Release(dingtalk.LimitOutcome{})
			}
		}()
		time.Sleep(100 * time.Millisecond)
		held := acquire(t, l, 19)
		time.Sleep(500 * time.Millisecond) // until shortly before the late call gives its permit back
		go func() {
			if assert.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0)) {
				order <- "the next call"
			}
		}()
		time.Sleep(5 * time.Second)
		release(held)
		time.Sleep(5 * time.Second)
		require.Len(t, order, 2)
		assert.Equal(t, "the late call", <-order, "it keeps its place in the queue")
	})
}
