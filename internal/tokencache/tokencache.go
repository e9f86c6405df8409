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
	// flightTimeout bounds a fetch, which no caller's context does.
	flightTimeout = 30 * time.Second
	// failurePause is for how long a failed fetch answers for the next callers, too: a storm of fetches
	// against a service in trouble helps nobody.
	failurePause = time.Second
	// renewalPause is the pause between attempts at renewing a secret that is still good.
	renewalPause = 30 * time.Second
	// refusedPause is for how long a secret that was fetched again after a refusal, and is the same as
	// before, stays in place whoever complains.
	refusedPause = 5 * time.Second
)

// Fetch obtains the secret anew.
type Fetch func(ctx context.Context) (Secret, error)

// Cache hands out the secret, and obtains it when there is none or its end is near.
type Cache struct {
	fetch  Fetch
	flight singleflight.Group
	now    atomic.Pointer[state]
	mu     sync.Mutex // held by whoever replaces the state
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

// New returns an empty cache over fetch.
func New(fetch Fetch) *Cache {
	c := &Cache{fetch: fetch}
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
	// The fetch serves everybody who waits for it, so it must outlive the caller who happened to start
	// it: his values go along, his cancellation does not.
	shared := context.WithoutCancel(ctx)
	result := c.flight.DoChan("", func() (any, error) { return c.renew(shared) })
	if good {
		return s.secret, nil
	}
	select {
	case r := <-result:
		if r.Err != nil {
			return Secret{}, r.Err
		}
		return r.Val.(Secret), nil
	case <-ctx.Done():
		return Secret{}, context.Cause(ctx)
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

func (c *Cache) renew(ctx context.Context) (Secret, error) {
	// Whoever read the state before an earlier flight landed comes here after it: it has the answer.
	s, now := c.now.Load(), time.Now()
	if now.Before(s.renewAt) {
		return s.secret, nil
	}
	if s.err != nil && now.Before(s.retryAt) {
		return Secret{}, s.err
	}

	ctx, cancel := context.WithTimeout(ctx, flightTimeout)
	defer cancel()
	secret, err := c.protected(ctx)

	c.mu.Lock()
	defer c.mu.Unlock()
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

// protected keeps a panicking source from taking the process down: the flight runs in a goroutine that no
// caller could recover in. The panic's value may quote what the source was doing, so it is not passed on.
func (c *Cache) protected(ctx context.Context) (secret Secret, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the token source panicked (%T)", p)
		}
	}()
	secret, err = c.fetch(ctx)
	if err == nil && secret.Value == "" {
		err = errors.New("the token source returned an empty token")
	}
	return secret, err
}

// failed keeps what is still good and remembers why there is nothing newer.
func (s *state) failed(err error, now time.Time) *state {
	next := *s
	next.err = err
	next.retryAt = now.Add(failurePause)
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
