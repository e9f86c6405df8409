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

// tardy is a context of a goroutine, or of a process, that gets its turn late: what it waits for has happened meanwhile.
type tardy struct {
	context.Context
	by *time.Duration // the first time
}

func (c tardy) Done() <-chan struct{} {
	time.Sleep(*c.by)
	*c.by = 0
	return c.Context.Done()
}

func TestAcquire_TakesTheTimeOfSendingWhenTheCallMayGoOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		held := acquire(t, l, 19)
		late := settle
		start := time.Now()
		p, err := l.Acquire(tardy{t.Context(), &late}, dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		require.Equal(t, settle, time.Since(start), "just in time for the permit that was there at once")
		p.Release(dingtalk.LimitOutcome{Unanswered: true})
		require.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0))
		took := time.Since(start)
		assert.GreaterOrEqual(t, took, settle+linger+time.Second)
		assert.Less(t, took, settle+linger+1500*time.Millisecond)
		release(held)
	})
}

func TestAcquire_UsesAPermitThatIsALittleOld(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		release(acquire(t, l, 20))
		time.Sleep(600 * time.Millisecond)
		late := 700 * time.Millisecond // 300 ms after the next permit, which is given ahead
		p, err := l.Acquire(tardy{t.Context(), &late}, dingtalk.LimitRequest{Path: create})
		require.NoError(t, err)
		assert.InDelta(t, 300*time.Millisecond, time.Since(p.(*call).begin), float64(20*time.Millisecond), "the first one")
		p.Release(dingtalk.LimitOutcome{})
	})
}

func TestAcquire_DropsAPermitThatPassedWhileTheProcessWasStopped(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.warm()
		l := f.process()
		release(acquire(t, l, 20)) // the next permit is there after a second
		start := time.Now()
		order := make(chan string, 2)
		go func() {
			late := time.Second + settle + 10*time.Millisecond
			p, err := l.Acquire(tardy{t.Context(), &late}, dingtalk.LimitRequest{Path: create})
			if assert.NoError(t, err) {
				order <- "the tardy one"
				assert.WithinRange(t, p.(*call).begin, start.Add(time.Second+settle), time.Now(), "another permit")
				p.Release(dingtalk.LimitOutcome{})
			}
		}()
		time.Sleep(100 * time.Millisecond)
		held := acquire(t, l, 19)
		time.Sleep(500 * time.Millisecond) // until shortly before the tardy one gives its permit back
		go func() {
			if assert.NoError(t, f.service.call(t.Context(), l, dingtalk.LimitRequest{Path: create}, 0, 0)) {
				order <- "the later one"
			}
		}()
		time.Sleep(5 * time.Second)
		release(held)
		time.Sleep(5 * time.Second)
		require.Len(t, order, 2)
		assert.Equal(t, "the tardy one", <-order, "it keeps its place in line")
	})
}
