package tokencache

import (
	"context"
	"time"
)

const (
	// staleAge is the age from which a secret may lack what its owner was permitted since.
	staleAge = 5 * time.Minute
	// replaceInterval is the shortest time between two fetches that replace a stale secret.
	replaceInterval = 5 * time.Minute
)

// ReplaceStale fetches another secret if current is the cache's and old, at most once in replaceInterval, and reports
// whether the cache has another one than current afterward. The current one stays valid: other callers do not wait.
func (c *Cache) ReplaceStale(ctx context.Context, current string) bool {
	secret, err := c.replace(ctx, func(s *state) (flight, bool) {
		now := time.Now()
		stale := now.Sub(s.secret.FetchedAt) >= staleAge && now.Sub(c.replacedAt) >= replaceInterval
		return flight{replaces: current}, s.secret.Value == current && (stale || c.replacing)
	})
	return err == nil && secret.Value != current
}

// Renew fetches another secret, whether the cache has one or has failed to get one a moment ago, and returns the one that
// the cache has afterward.
func (c *Cache) Renew(ctx context.Context) (Secret, error) {
	return c.replace(ctx, func(s *state) (flight, bool) { return flight{forced: true, replaces: s.secret.Value}, true })
}

// replace fetches another secret if wanted, which runs with the mutex held, agrees, and else returns the cache's. Callers
// who arrive during the fetch share it.
func (c *Cache) replace(ctx context.Context, wanted func(*state) (flight, bool)) (Secret, error) {
	if ctx.Err() != nil {
		return Secret{}, context.Cause(ctx)
	}
	c.mu.Lock()
	f, ok := wanted(c.state.Load())
	if !ok {
		c.mu.Unlock()
		return c.Get(ctx)
	}
	if !c.replacing {
		c.replacing, c.replacedAt = true, time.Now()
	}
	c.waiters++
	flight := c.startOrJoin(ctx, f)
	c.mu.Unlock()
	return c.wait(ctx, flight)
}

// replaced records that a flight has ended. Until then callers with the mutex held join it.
func (c *Cache) replaced() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replacing = false
}
