package main

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBlock_MakesItsCallsFromAllGoroutines(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	n, together := 0, make(chan struct{})
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := block{func(ctx context.Context) (any, error) {
		mu.Lock()
		if n++; n == 8 {
			close(together)
		}
		mu.Unlock()
		select {
		case <-together: // once eight are in flight
		case <-ctx.Done():
		}
		return nil, ctx.Err()
	}, 8, 20}.run(ctx)
	require.NoError(t, err)
	assert.Equal(t, 20, n)
}

func TestBlock_StopsAtAFailedCall(t *testing.T) {
	t.Parallel()
	lost := errors.New("lost")
	n := 0
	_, err := block{func(context.Context) (any, error) {
		if n++; n == 7 {
			return nil, lost
		}
		return nil, nil
	}, 1, 100}.run(t.Context())
	assert.ErrorIs(t, err, lost)
	assert.Equal(t, 7, n)
}

// Not parallel, because the whole process is measured.
func TestCost_IsThatOfOneCall(t *testing.T) {
	kept := make([][]byte, 0, 5000)
	spent, err := block{func(context.Context) (any, error) {
		kept = append(kept, make([]byte, 3000))
		for busy := time.Now(); time.Since(busy) < 20*time.Microsecond; {
			continue
		}
		return nil, nil
	}, 1, 5000}.run(t.Context())
	runtime.KeepAlive(kept)
	require.NoError(t, err)
	assert.InDelta(t, 1, spent.allocs, 0.1)
	assert.InDelta(t, 3072, spent.bytes, 200)
	assert.GreaterOrEqual(t, spent.time, 20e3)
	assert.Less(t, spent.time, 100e6)
	assert.Greater(t, spent.cpu, 5e3, "less than the time, because the call may wait for a core")
	assert.Less(t, spent.cpu, 10e6)
}
