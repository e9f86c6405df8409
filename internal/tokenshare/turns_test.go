package tokenshare

import (
	"context"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTurns_BoundTheCallsOfManyTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		turns, start := NewTurns(), time.Now()
		var wg sync.WaitGroup
		call := func(lasts time.Duration, want error) {
			wg.Go(func() {
				b := breaker{turns: turns, report: func(context.Context, string, error) {}}
				err := b.do(t.Context(), "Load", func(context.Context) error { time.Sleep(lasts); return nil })
				assert.Equal(t, want, err)
			})
		}
		for range 10 * maxCalls {
			call(100*time.Millisecond, nil)
		}
		wg.Wait()
		assert.Equal(t, time.Second, time.Since(start), "none has failed, although the last one waited for longer than a call may take")

		for range 20 * maxCalls { // of a store that hangs
			call(time.Hour, errTimeout)
		}
		wg.Wait()
		assert.LessOrEqual(t, time.Since(start), time.Second+maxTurnWait+2*callTimeout)
		time.Sleep(time.Hour)
	})
}
