package dingtalkredis

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFleet_ReservesThePartOfAProcessThatAloneHasLostRedis(t *testing.T) {
	t.Parallel()
	for _, outage := range []struct {
		name       string
		begin, end func(own *faults)
	}{
		{"refused", func(own *faults) { own.refuse(true) }, func(own *faults) { own.refuse(false) }},
		{"hanging", func(own *faults) { own.hang() }, func(own *faults) { own.resume() }},
		{"replies lost", func(own *faults) { own.lose(true) }, func(own *faults) { own.lose(false) }},
		{"too slow", func(own *faults) { own.slow(250 * time.Millisecond) }, func(own *faults) { own.slow(0) }},
	} {
		t.Run(outage.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && outage.name != "answers lost" {
				t.Skip("skipped with -short: simulates 24 seconds of a fleet; one outage of four is tested")
			}
			synctest.Test(t, func(t *testing.T) {
				f := newFleet(t)
				f.faults.slow(time.Millisecond)
				ctx, cancel := context.WithTimeout(t.Context(), 24*time.Second)
				defer cancel()
				start := time.Now()
				at := func(s int) time.Time { return start.Add(time.Duration(s) * time.Second) }
				cutOff, own := f.processWithFaults()
				time.AfterFunc(8*time.Second, func() { outage.begin(own) })
				time.AfterFunc(18*time.Second, func() { outage.end(own) })
				var all sync.WaitGroup
				all.Go(func() { f.loadAll(ctx, 3, steady(30*time.Millisecond)) })
				all.Go(func() { f.load(ctx, cutOff, create, 10, steady(30*time.Millisecond)) })
				all.Wait()
				f.assertNoExcess()
				// Redis does not learn how the last calls of that process ended, and holds their permits for a while.
				assert.Greater(t, f.service.between(create, at(12), at(18)), 6*16)
				assert.Greater(t, f.service.between(create, at(19), at(24)), 5*16, "the others do not pause when it is back")
			})
		})
	}
}

func TestFleet_ReservesThePartUntilTheCallsAreReported(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(t)
		f.faults.slow(time.Millisecond)
		f.warmUp()
		own := &faults{}
		var mu sync.Mutex
		var states, reported []string // of each sync since the return: its state, and the calls in flight that it reports
		back := false
		watch := func(args []any) {
			mu.Lock()
			defer mu.Unlock()
			if !back {
				return
			}
			inFlight := 0
			for i := 16; i < len(args); i += 3 {
				if args[i+2].(int64) < 0 {
					inFlight++
				}
			}
			states, reported = append(states, fmt.Sprint(args[2])), append(reported, fmt.Sprint(inFlight))
		}
		l := newLimiter(t, &faultyClient{f.client, []*faults{f.faults, own}, watch})
		held := acquire(t, l, 1)
		own.refuse(true)
		time.Sleep(4 * time.Second)
		held = append(held, acquire(t, l, 4)...)
		mu.Lock()
		back = true
		mu.Unlock()
		own.refuse(false)
		time.Sleep(2 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		require.GreaterOrEqual(t, len(states), 3)
		assert.Equal(t, []string{"2", "1", "0"}, states[:3])
		assert.Equal(t, []string{"0", "4", "0"}, reported[:3])
		release(held)
	})
}
