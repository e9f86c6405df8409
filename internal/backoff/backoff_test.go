package backoff

import (
	"context"
	"errors"
	"math"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestDelay_IsRandomBelowACeilingThatDoublesUpToTheLimit(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for attempt, ceiling := range map[int]time.Duration{
		-1: 200 * ms, 0: 200 * ms, 1: 200 * ms, 2: 400 * ms, 3: 800 * ms, 4: 1600 * ms, 5: 3200 * ms,
		6: 5000 * ms, 7: 5000 * ms, 64: 5000 * ms, 1000: 5000 * ms, math.MaxInt: 5000 * ms,
	} {
		var longest time.Duration
		shortest := time.Duration(math.MaxInt64)
		for range 2000 {
			d := Delay(attempt, 200*ms, 5000*ms)
			longest, shortest = max(longest, d), min(shortest, d)
		}
		assert.Positive(t, shortest, attempt)
		assert.LessOrEqual(t, longest, ceiling, attempt)
		assert.Greater(t, longest, ceiling*9/10, "attempt %d uses its whole range", attempt)
		assert.Less(t, shortest, ceiling/10, "attempt %d uses its whole range", attempt)
	}
}

func TestDelay_StaysWithinUnusualBounds(t *testing.T) {
	t.Parallel()
	const most = time.Duration(math.MaxInt64)
	for name, tt := range map[string]struct{ base, limit, ceiling time.Duration }{
		"zero":                  {0, 0, 0},
		"no base":               {0, time.Second, 0},
		"no limit":              {time.Second, 0, 0},
		"negative base":         {-time.Second, time.Second, time.Second},
		"negative limit":        {time.Second, -time.Second, 0},
		"a base over the limit": {time.Minute, time.Second, time.Second},
		"the smallest":          {1, 1, 1},
		"an odd limit":          {1, 3, 3},
		"the largest":           {most, most, most},
		"beyond half":           {most/2 + 1, most, most},
		"from small to large":   {1, most, most},
	} {
		for _, attempt := range []int{1, 2, 3, 62, 63, 64, 65, 200} {
			for range 50 {
				d := Delay(attempt, tt.base, tt.limit)
				assert.GreaterOrEqual(t, d, time.Duration(0), name)
				assert.LessOrEqual(t, d, tt.ceiling, name)
			}
		}
	}
}

func TestFits_ReportsWhetherAPauseEndsBeforeTheDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		assert.True(t, Fits(t.Context(), math.MaxInt64), "there is no deadline")
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		assert.True(t, Fits(ctx, 0))
		assert.True(t, Fits(ctx, time.Second-1))
		assert.False(t, Fits(ctx, time.Second), "no time would be left for the attempt")
		time.Sleep(2 * time.Second)
		assert.False(t, Fits(ctx, 0))
	})
}

func TestSleep_LastsForItsDurationOrUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		require.NoError(t, Sleep(t.Context(), time.Minute))
		assert.Equal(t, time.Minute, time.Since(start))

		ctx, cancel := context.WithCancelCause(t.Context())
		time.AfterFunc(time.Second, func() { cancel(errors.New("custom cause")) })
		start = time.Now()
		require.ErrorIs(t, Sleep(ctx, time.Hour), context.Canceled)
		assert.Equal(t, time.Second, time.Since(start))
		require.ErrorIs(t, Sleep(ctx, 0), context.Canceled)
		require.ErrorIs(t, Sleep(ctx, time.Hour), context.Canceled)
		assert.Equal(t, time.Second, time.Since(start), "an ended context does not wait")

		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		assert.ErrorIs(t, Sleep(ctx, time.Hour), context.DeadlineExceeded)
		for _, d := range []time.Duration{0, -time.Hour} {
			start = time.Now()
			require.NoError(t, Sleep(t.Context(), d))
			assert.Zero(t, time.Since(start))
		}
	})
}
