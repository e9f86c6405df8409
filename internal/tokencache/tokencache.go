// Package tokencache caches one secret that expires, for many concurrent callers.
package tokencache

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// Cache returns the secret, and fetches it if there is none or it is about to expire.
type Cache struct {
	fetchTimeout time.Duration // of a fetch, which outlives the callers' contexts
	source       Source
	flight       singleflight.Group
	state        atomic.Pointer[state]

	mu           sync.Mutex // guards the fields below and is held while the state is replaced
	waiters      int        // the callers who wait for the flight
	cancelFlight func()     // ends the flight when the last waiter has left
	replacing    bool       // a flight fetches another secret in place of a valid one
	replacedAt   time.Time  // when that was last begun
}

// New returns an empty cache that fetches with fetch, for at most fetchTimeout.
func New(fetchTimeout time.Duration, fetch Fetch) *Cache {
	return NewWithSource(fetchTimeout, func(ctx context.Context, _ Reason) (Secret, error) { return fetch(ctx) })
}

// NewWithSource returns an empty cache that fetches with source, which receives the reason of each fetch.
func NewWithSource(fetchTimeout time.Duration, source Source) *Cache {
	c := &Cache{fetchTimeout: fetchTimeout, source: source}
	c.state.Store(&state{})
	return c
}

// Get returns the secret. While a valid one is being renewed, Get returns that one. If there is none, all callers wait
// for the same fetch, each until its own context ends.
func (c *Cache) Get(ctx context.Context) (Secret, error) {
	s, now := c.state.Load(), time.Now()
	if now.Before(s.checkAt) {
		return s.secret, nil
	}
	valid := s.secret.valid(now)
	if s.err != nil && now.Before(s.retryAt) {
		if valid {
			return s.secret, nil
		}
		return Secret{}, s.err
	}
	if !valid && ctx.Err() != nil {
		return Secret{}, context.Cause(ctx) // and start nothing
	}
	flight := c.join(ctx, valid)
	if valid {
		return s.secret, nil
	}
	return c.wait(ctx, flight)
}

// wait waits for a flight that the caller has joined.
func (c *Cache) wait(ctx context.Context, flight <-chan singleflight.Result) (Secret, error) {
	defer c.leave()
	select {
	case r := <-flight:
		switch {
		case r.Err == nil:
			return r.Val.(Secret), nil
		case errors.Is(r.Err, errAbandoned), // by other callers, just before this one joined
			errors.Is(r.Err, ErrLater): // the current secret stays, or has expired since
			return c.Get(ctx)
		}
		return Secret{}, r.Err
	case <-ctx.Done():
		return Secret{}, context.Cause(ctx)
	}
}

// TryGet returns the secret as Get does, but without waiting: ok is false if there is no valid one.
func (c *Cache) TryGet(ctx context.Context) (secret Secret, ok bool) {
	if !c.state.Load().secret.valid(time.Now()) {
		return Secret{}, false
	}
	secret, err := c.Get(ctx) // starts a renewal if it is due
	return secret, err == nil
}

var errAbandoned = errors.New("all callers who waited for the token have left")

// flight describes a call of the source.
type flight struct {
	background bool   // it serves later callers, and is not abandoned
	forced     bool   // it is made even if another one has failed a moment ago
	replaces   string // the valid secret in place of which another one is wanted; empty if the secret is due
}

// join starts a flight, or joins the one that is running.
func (c *Cache) join(ctx context.Context, background bool) <-chan singleflight.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !background {
		c.waiters++
	}
	return c.startOrJoin(ctx, flight{background: background})
}

// startOrJoin starts a flight, or joins the one that is running. A flight serves all callers who wait, so that it must
// outlive the one who started it: it has the values of that caller's context, but is not canceled with it.
func (c *Cache) startOrJoin(ctx context.Context, f flight) <-chan singleflight.Result {
	shared := context.WithoutCancel(ctx)
	return c.flight.DoChan("", func() (any, error) {
		defer c.replaced()
		return c.renew(shared, f)
	})
}

// leave cancels the flight when its last waiter leaves, so that a canceled call leaves nothing running.
func (c *Cache) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiters--; c.waiters == 0 && c.cancelFlight != nil {
		c.cancelFlight()
		c.cancelFlight = nil
		c.flight.Forget("") // the next caller does not wait for the canceled flight
	}
}

// Invalidate removes the secret if it is still the refused one: the late refusal of an old secret must not cost the new
// one. The cache remembers the refused secret, and reports it to the source.
func (c *Cache) Invalidate(refused string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.state.Load()
	switch {
	case refused == "", s.secret.Value == "" && len(s.refused) == 0: // not a secret of this cache
	case s.secret.Value != refused:
		next := *s
		next.refused = addRefused(s.refused, refused)
		c.state.Store(&next)
	case !s.reissued || time.Since(s.fetchedAt) >= reissuePause:
		c.state.Store(&state{refused: addRefused(s.refused, refused)})
	}
}

// renew calls the source and stores the result. A flight runs it.
func (c *Cache) renew(ctx context.Context, f flight) (Secret, error) {
	// A caller that read the state before an earlier flight ended starts another one, which finds the result here.
	s, now := c.state.Load(), time.Now()
	replace := f.replaces != "" && f.replaces == s.secret.Value && s.secret.valid(now)
	if now.Before(s.checkAt) && !replace {
		return s.secret, nil
	}
	if s.err != nil && now.Before(s.retryAt) && !f.forced {
		return Secret{}, s.err
	}

	ctx, cancel := context.WithTimeout(ctx, c.fetchTimeout)
	defer cancel()
	if !f.background && !c.startFlight(cancel) {
		return Secret{}, errAbandoned
	}
	reason := Reason{Due: replace || !now.Before(s.renewAt), Replace: replace, Refused: s.refused}
	if s.secret.valid(now) {
		reason.Current = s.secret
	}
	secret, err := c.runSource(ctx, reason)
	if s = c.state.Load(); err == nil && slices.Contains(s.refused, secret.Value) && !slices.Contains(reason.Refused, secret.Value) {
		secret, err = c.runSource(ctx, Reason{Due: true, Refused: s.refused}) // it was refused during the fetch
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(ctx.Err(), context.Canceled) {
		return Secret{}, errAbandoned
	}
	c.cancelFlight = nil
	s, now = c.state.Load(), time.Now()
	if err != nil {
		if !errors.Is(err, ErrLater) || s.secret.valid(now) {
			c.state.Store(s.afterFailure(err, now))
		}
		return Secret{}, err
	}
	next := afterFetch(secret, now)
	if !reason.Due && secret.Value == s.secret.Value {
		next.renewAt = s.renewAt // it is the current one, and no newer
	}
	next.scheduleNext(now)
	next.reissued = slices.Contains(s.refused, secret.Value)
	next.refused = removeRefused(s.refused, secret.Value)
	c.state.Store(next)
	return next.secret, nil
}

// startFlight sets how to cancel the flight, and reports whether a caller still waits for it.
func (c *Cache) startFlight(cancel func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiters == 0 {
		return false
	}
	c.cancelFlight = cancel
	return true
}
