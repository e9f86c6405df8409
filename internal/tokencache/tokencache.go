// Package tokencache keeps one secret that expires, for many callers at once.
package tokencache

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

const (
	// margin is how long before its end a secret is renewed; a short-lived one, after three quarters.
	margin = 10 * time.Minute
	// failurePause is for how long a failed fetch answers for the next callers, too: a storm of fetches
	// against a service in trouble helps nobody.
	failurePause = time.Second
	// longestPause is how long at most a fetch is put off because its failure asked for it: what asked may
	// be a page of somebody else's.
	longestPause = 10 * time.Second
	// renewalPause is the pause between attempts at renewing a secret that is still good.
	renewalPause = 30 * time.Second
	// refusedPause is for how long a secret that was fetched again after a refusal, and is the same as
	// before, stays in place whoever complains.
	refusedPause = time.Second
)

// Fetch obtains the secret anew.
type Fetch func(ctx context.Context) (Secret, error)

// Cache hands out the secret, and obtains it when there is none or its end is near.
type Cache struct {
	limit  time.Duration // of a fetch, which no caller's context bounds
	fetch  Fetch
	flight singleflight.Group
	now    atomic.Pointer[state]

	mu      sync.Mutex // held by whoever replaces the state, and for what follows
	waiters int        // callers who wait for the flight
	abandon func()     // ends the flight under way, once they have all gone
}

// state is replaced as a whole, so that reading it takes one atomic load.
type state struct {
	secret  Secret
	fetched time.Time
	renewAt time.Time // until then nobody thinks of renewing
	stuck   bool      // the fetch after a refusal brought the refused secret again

	refused string // the value whose refusal emptied the cache

	err     error // why the last fetch failed
	retryAt time.Time
}

// New returns an empty cache over fetch, which may take no longer than limit.
func New(limit time.Duration, fetch Fetch) *Cache {
	c := &Cache{limit: limit, fetch: fetch}
	c.now.Store(&state{})
	return c
}

// Get returns the secret. While it is being renewed early everybody is served the present one; where there
// is none, all wait for the same fetch, each no longer than its own context allows.
func (c *Cache) Get(ctx context.Context) (Secret, error) {
	s, now := c.now.Load(), time.Now()
	if c.serves(ctx, s, now) {
		return s.secret, nil
	}
	if s.paused(now) {
		return Secret{}, s.err
	}
	result := c.join(ctx, false)
	defer c.leave()
	select {
	case r := <-result:
		switch {
		case r.Err == nil:
			return r.Val.(Secret), nil
		case errors.Is(r.Err, errAbandoned): // by others, just before this caller came
			return c.Get(ctx)
		}
		return Secret{}, r.Err
	case <-ctx.Done():
		return Secret{}, context.Cause(ctx)
	}
}

// Present is Get for those who cannot wait: ok is false where Get would, or would fail.
func (c *Cache) Present(ctx context.Context) (secret Secret, ok bool) {
	s := c.now.Load()
	if !c.serves(ctx, s, time.Now()) {
		return Secret{}, false
	}
	return s.secret, true
}

// serves says whether s has a secret that is good, and has it renewed if it is time.
func (c *Cache) serves(ctx context.Context, s *state, now time.Time) bool {
	if now.Before(s.renewAt) {
		return true
	}
	if !s.secret.good(now) {
		return false
	}
	if !s.paused(now) {
		c.join(ctx, true)
	}
	return true
}

// paused says whether the last fetch failed too recently for another.
func (s *state) paused(now time.Time) bool { return s.err != nil && now.Before(s.retryAt) }

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
// not cost the new one.
func (c *Cache) Invalidate(refused string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.now.Load()
	if s.secret.Value != refused || (s.stuck && time.Since(s.fetched) < refusedPause) {
		return
	}
	c.now.Store(&state{refused: refused})
}

func (c *Cache) renew(ctx context.Context, background bool) (Secret, error) {
	// Whoever read the state before an earlier flight landed comes here after it: it has the answer.
	s, now := c.now.Load(), time.Now()
	if now.Before(s.renewAt) {
		return s.secret, nil
	}
	if s.paused(now) {
		return Secret{}, s.err
	}

	ctx, cancel := context.WithTimeout(ctx, c.limit)
	defer cancel()
	if !background && !c.takeOff(cancel) {
		return Secret{}, errAbandoned
	}
	before := s.refused
	secret, err := c.guarded(ctx)
	if s = c.now.Load(); err == nil && secret.Value == s.refused && s.refused != before {
		secret, err = c.guarded(ctx) // it was refused while it was on its way
	}

	c.mu.Lock()
	defer c.mu.Unlock()
	if errors.Is(ctx.Err(), context.Canceled) {
		return Secret{}, errAbandoned
	}
	c.abandon = nil
	s, now = c.now.Load(), time.Now()
	if err != nil {
		c.now.Store(s.failed(err, now))
		return Secret{}, err
	}
	next := fresh(secret, now)
	next.stuck = secret.Value == s.refused
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
func (c *Cache) guarded(ctx context.Context) (Secret, error) {
	ended := make(chan outcome, 1)
	go func() {
		o := outcome{err: errors.New("the token source ended its goroutine")}
		defer func() {
			if p := recover(); p != nil {
				o.err = fmt.Errorf("the token source panicked (%T)", p)
			}
			ended <- o
		}()
		o.secret, o.err = c.fetch(ctx)
	}()
	select {
	case o := <-ended:
		if o.err == nil && o.secret.Value == "" {
			o.err = errors.New("the token source returned an empty token")
		}
		return o.secret, o.err
	case <-ctx.Done():
		return Secret{}, timeoutError{c.limit} // or abandoned, and then nobody hears it
	}
}

// timeoutError is the end of a fetch that took too long.
type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return fmt.Sprintf("the token source did not answer within %v", e.after)
}
func (timeoutError) Timeout() bool { return true }

// Paused is an error that asks for patience.
type Paused interface {
	error
	Pause() time.Duration
}

// failed keeps what is still good and remembers why there is nothing newer.
func (s *state) failed(err error, now time.Time) *state {
	next := *s
	next.err = err
	next.retryAt = now.Add(failurePause)
	if p, ok := errors.AsType[Paused](err); ok {
		next.retryAt = now.Add(min(max(failurePause, p.Pause()), longestPause))
	}
	if s.secret.good(now) {
		next.retryAt = now.Add(renewalPause)
		if next.retryAt.After(s.secret.Expires) {
			next.retryAt = s.secret.Expires
		}
	}
	return &next
}

func fresh(secret Secret, now time.Time) *state {
	s := &state{secret: secret, fetched: now}
	if secret.Expires.IsZero() {
		s.renewAt = now.AddDate(100, 0, 0)
		return s
	}
	if !secret.Expires.After(now) {
		// A source that hands out dead secrets must not turn every call into a fetch.
		s.secret.Expires = now.Add(failurePause)
		s.renewAt = s.secret.Expires
		return s
	}
	// Jitter keeps the processes of a fleet that started together from renewing together.
	before := min(margin, secret.Expires.Sub(now)/4)
	s.renewAt = secret.Expires.Add(-before - rand.N(before/4+1))
	return s
}
