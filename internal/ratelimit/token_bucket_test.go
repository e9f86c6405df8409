package ratelimit

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// tokenBucket returns a function that returns when the n-th of endless calls is sent by the rule of
// golang.org/x/time/rate: as soon as there is a token. There are burst tokens at first, and rate more each second.
func tokenBucket(burst int, rate float64) func(n int) time.Duration {
	return func(n int) time.Duration {
		return time.Duration(float64(max(0, n-burst+1)) / rate * float64(time.Second))
	}
}

// TestTokenBucket_ExceedsTheLimit sends calls by a token bucket that take 5 to 185 ms to arrive. Even at a rate far
// below the limit they exceed it. The rate that is low enough has to be known beforehand, and is lower than that of the
// rule.
func TestTokenBucket_ExceedsTheLimit(t *testing.T) {
	t.Parallel()
	const (
		limit  = 20
		jitter = 180 * ms
	)
	proven := (limit - 1) / (time.Second + jitter).Seconds()
	assert.InDelta(t, .805, proven/limit, .001, "of the limit")
	for _, c := range []struct {
		burst int
		rate  float64
		safe  bool
	}{
		{limit, limit, false},
		{1, limit, false},
		{1, .95 * limit, false},
		{1, .9 * limit, false},
		{1, proven, true},
	} {
		random := rand.New(rand.NewPCG(1, 2))
		send := tokenBucket(c.burst, c.rate)
		var arrivals []time.Duration
		for n := range 10_000 {
			arrivals = append(arrivals, send(n)+5*ms+upTo(random, jitter))
		}
		over := excess(arrivals, limit, time.Second)
		t.Logf("burst %2d, %.1f per second: %4d of %d arrivals over the limit", c.burst, c.rate, over, len(arrivals))
		assert.Equal(t, c.safe, over == 0, "burst %d, %.1f per second", c.burst, c.rate)
	}
}
