// Package tokencache keeps one secret that expires, for many callers at once.
package tokencache

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// Fetch obtains the secret anew.
type Fetch func(ctx context.Context) (Secret, error)

// Cache hands out the secret, and obtains it when there is none or its end is near.
type Cache struct {
	limit  time.Duration // of a fetch, which no caller's context bounds
	source Source
	flight singleflight.Group
	now    atomic.Pointer[state]

	mu      sync.Mutex // held by whoever replaces the state, and for what follows
	waiters int        // callers who wait for the flight
	abandon func()     // ends the flight under way, once they have all gone
}

// New returns an empty cache over fetch, which may take no longer than limit.
func New(limit time.Duration, fetch Fetch) *Cache {
	return Over(limit, func(ctx context.Context, _ Need) (Secret, error) { return fetch(ctx) })
}

// Over is New for a source that wants to know why it is asked.
func Over(limit time.Duration, source Source) *Cache {
	c := &Cache{limit: limit, source: source}
	c.now.Store(&state{})
	return c
}

// Get returns the secret. While it is being renewed early everybody is served the present one; where there
// is none, all wait for the same fetch, each no longer than its own context allows.
func (c *Cache) Get(ctx context.Context) (Secret, error) {
	s, now := c.now.Load(), time.Now()
	if now.Before(s.renewAt) {
		return s.secret, nil
	}
	good := s.secret.good(now)
	if s.err != nil && now.Before(s.retryAt) {
		if good {
			return s.secret, nil
		}
		return Secret{}, s.err
	}
	result := c.join(ctx, good)
	if good {
		return s.secret, nil
	}
	defer c.leave()
	select {
	case r := <-result:
		switch {
		case r.Err == nil:
			return r.Val.(Secret), nil
		case errors.Is(r.Err, errAbandoned), // by others, just before this caller came
			errors.Is(r.Err, ErrLater): // and meanwhile the present one has ended
			return c.Get(ctx)
		}
		return Secret{}, r.Err
	case <-ctx.Done():
		return Secret{}, context.Cause(ctx)
	}
}

var errAbandoned = errors.New("everybody who waited for the token has gone")

// join has the secret fetched, or takes part in a fetch under way. It serves everybody who waits for it, so
// it must outlive the caller who happened to start it: his values go along, his cancellation does not. In
// the background it serves those to come, and is not abandoned.
func (c *Cache) join(ctx context.Context, background bool) <-chan singleflight.Result {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !background {
		c.waiters++
	}
	shared := context.WithoutCancel(ctx)
	return c.flight.DoChan("", func() (any, error) { return c.renew(shared, background) })
}

// leave ends the flight when the last who waited for it goes: a call that was given up leaves nothing behind.
func (c *Cache) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiters--; c.waiters == 0 && c.abandon != nil {
		c.abandon()
		c.abandon = nil
		c.flight.Forget("") // whoever comes next does not wait for what is ending
	}
}

// Invalidate drops the secret if it is still the one that was refused: a late refusal of the old one must
// not cost the new one. The refused secret is remembered, for the source.
func (c *Cache) Invalidate(refused string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.now.Load()
	switch {
	case refused == "", s.secret.Value == "" && len(s.refused) == 0: // it was none of this cache's
	case s.secret.Value != refused:
		next := *s
		next.refused = remember(s.refused, refused)
		c.now.Store(&next)
	case !s.stuck || time.Since(s.fetched) >= refusedPause:
		c.now.Store(&state{refused: remember(s.refused, refused)})
	}
}

func (c *Cache) renew(ctx context.Context, background bool) (Secret, error) {
	// Whoever read the state before an earlier flight landed comes here after it: it has the answer.
	s, now := c.now.Load(), time.Now()
	if now.Before(s.renewAt) {
		return s.secret, nil
	}
	if s.err != nil && now.Before(s.retryAt) {
		return Secret{}, s.err
	}

	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	if !background && !c.takeOff(cancel) {
		return Secret{}, errAbandoned
	}
	need := Need{Due: !now.Before(s.dueAt), Refused: s.refused}
	if s.secret.good(now) {
		need.Present = s.secret
	}
	secret, err := c.guarded(ctx, need)
	if s = c.now.Load(); err == nil && slices.Contains(s.refused, secret.Value) && !slices.Contains(need.Refused, secret.Value) {
		secret, err = c.guarded(ctx, Need{Due: true, Refused: s.refused}) // it was refused while it was on its way
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(ctx.Err(), context.Canceled) {
		return Secret{}, errAbandoned
	}
	c.abandon = nil
	s, now = c.now.Load(), time.Now()
	if err != nil {
		if !errors.Is(err, ErrLater) || s.secret.good(now) {
			c.now.Store(s.failed(err, now))
		}
		return Secret{}, err
	}
	next := fresh(secret, now)
	if !need.Due && secret.Value == s.secret.Value {
		next.dueAt = s.dueAt // it is the present one, and no younger
	}
	next.visit(now)
	next.stuck = slices.Contains(s.refused, secret.Value)
	next.refused = without(s.refused, secret.Value)
	c.now.Store(next)
	return next.secret, nil
}

// takeOff says whether anybody still waits, and how to end the flight when nobody does any more.
func (c *Cache) takeOff(abandon func()) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.waiters == 0 {
		return false
	}
	c.abandon = abandon
	return true
}

// outcome is what a fetch came to.
type outcome struct {
	secret Secret
	err    error
}

// guarded keeps what a source may do to its goroutine from everybody who waits: not to return in time, to
// panic, or to end it, as a test's FailNow does. The panic's value may quote what the source was doing, so
// it is not passed on.
func (c *Cache) guarded(ctx context.Context, need Need) (Secret, error) {
	ended := make(chan outcome, 1)
	go func() {
		o := outcome{err: errors.New("the token source ended its goroutine")}
		defer func() {
			if p := recover(); p != nil {
				o.err = fmt.Errorf("the token source panicked (%T)", p)
			}
			ended <- o
		}()
		o.secret, o.err = c.source(ctx, need)
	}()
	select {
	case o := <-ended:
		if o.err == nil && o.secret.Value == "" {
			o.err = errors.New("the token source returned an empty token")
		}
		return o.secret, o.err
	case <-ctx.Done():
		return Secret{}, Late(c.limit) // or abandoned, and then nobody hears it
	}
}

// Late is the end of a fetch that took too long.
func Late(after time.Duration) error { return timeoutError{after} }

type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return fmt.Sprintf("the token source did not answer within %v", e.after)
}
func (timeoutError) Timeout() bool { return true }
