package pace

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// bucket says when the n-th of calls without end goes out by the rule of golang.org/x/time/rate: as soon as there
// is a token, of which there are burst in the beginning and rate a second from then on.
func bucket(burst int, rate float64) func(n int) time.Duration {
	return func(n int) time.Duration {
		return time.Duration(float64(max(0, n-burst+1)) / rate * float64(time.Second))
	}
}

// TestATokenBucketExceedsTheLimit sends by a bucket what takes 5 to 185 ms to arrive. Far below the limit it still
// exceeds it; how far is far enough has to be known beforehand, and costs more than the rule does.
func TestATokenBucketExceedsTheLimit(t *testing.T) {
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
		send := bucket(c.burst, c.rate)
		var arrivals []time.Duration
		for n := range 10_000 {
			arrivals = append(arrivals, send(n)+5*ms+upTo(random, jitter))
		}
		over := excess(arrivals, limit, time.Second)
		t.Logf("burst %2d, %.1f a second: %4d of %d arrivals over the limit", c.burst, c.rate, over, len(arrivals))
		assert.Equal(t, c.safe, over == 0, "burst %d, %.1f a second", c.burst, c.rate)
	}
}
