// Package backoff computes the pauses between the attempts of a call.
package backoff

import (
	"context"
	"math/rand/v2"
	"time"
)

// Delay returns the pause after failure number attempt (1, 2, …): a random part of a ceiling that starts at base,
// doubles, and stops at limit. This full jitter keeps clients that failed together from retrying together.
func Delay(attempt int, base, limit time.Duration) time.Duration {
	ceiling := base
	for range attempt - 1 {
		if ceiling >= limit/2 {
			ceiling = limit
			break
		}
		ceiling *= 2
	}
	ceiling = min(ceiling, limit)
	if ceiling <= 0 {
		return 0
	}
	return 1 + rand.N(ceiling)
}

// Fits reports whether a pause of d ends before the deadline of ctx.
func Fits(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return !ok || time.Until(deadline) > d
}

// Sleep pauses for d, or until ctx ends, in which case it returns the error of ctx.
func Sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
