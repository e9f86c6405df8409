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
	secret, err := c.replace(ctx, current, func(s *state) bool {
		now := time.Now()
		return now.Sub(s.secret.FetchedAt) >= staleAge && now.Sub(c.replacedAt) >= replaceInterval
	})
	return err == nil && secret.Value != current
}

// Replace fetches another secret if the cache still has current, and returns the one that the cache has afterward.
func (c *Cache) Replace(ctx context.Context, current string) (Secret, error) {
	return c.replace(ctx, current, func(*state) bool { return true })
}

// replace fetches another secret if the cache still has current and wanted, which runs with the mutex held, agrees.
// Callers who arrive during the fetch wait for it.
func (c *Cache) replace(ctx context.Context, current string, wanted func(*state) bool) (Secret, error) {
	c.mu.Lock()
	s := c.state.Load()
	if s.secret.Value != current {
		c.mu.Unlock()
		return c.Get(ctx)
	}
	if !c.replacing {
		if !wanted(s) {
			c.mu.Unlock()
			return s.secret, nil
		}
		c.replacing, c.replacedAt = true, time.Now()
		defer c.replaced()
	}
	c.waiters++
	flight := c.startOrJoin(ctx, flight{replaces: current})
	c.mu.Unlock()
	return c.wait(ctx, flight)
}

// replaced records that the replacement is no longer waited for.
func (c *Cache) replaced() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.replacing = false
}
