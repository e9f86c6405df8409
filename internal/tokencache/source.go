package tokencache

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"
)

// Fetch fetches a new secret.
type Fetch func(ctx context.Context) (Secret, error)

// Source obtains the secret, and receives the reason why.
type Source func(ctx context.Context, reason Reason) (Secret, error)

// Reason describes why the secret is to be obtained.
type Reason struct {
	Current Secret   // still valid, so that no caller waits for another one; zero if there is none
	Due     bool     // the secret must be renewed; false if the source only asked to be called again, with RecheckAfter
	Replace bool     // Current is not to be renewed, but replaced by another secret
	Refused []string // the last secrets that the service refused, newest last
}

// ErrLater is returned by a source that has no new secret yet, and is to be called again after a while. A source may
// return it only while the current secret is valid.
var ErrLater = errors.New("the token is being renewed elsewhere")

// Format prints REDACTED for every verb.
func (r Reason) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, redacted) }

// result is the result of a fetch.
type result struct {
	secret Secret
	err    error
}

// runSource calls the source in a goroutine of its own, so that the callers who wait do not depend on whether it
// returns in time, panics, or ends its goroutine as FailNow of a test does. The value of a panic is not passed on,
// because it may quote what the source was doing.
func (c *Cache) runSource(ctx context.Context, reason Reason) (Secret, error) {
	done := make(chan result, 1)
	go func() {
		r := result{err: errors.New("the token source ended its goroutine")}
		defer func() {
			if p := recover(); p != nil {
				r.err = fmt.Errorf("the token source panicked (%T)", p)
			}
			done <- r
		}()
		r.secret, r.err = c.source(ctx, reason)
	}()
	select {
	case r := <-done:
		if r.err == nil && r.secret.Value == "" {
			r.err = errors.New("the token source returned an empty token")
		}
		return r.secret, r.err
	case <-ctx.Done():
		return Secret{}, TimeoutError(c.fetchTimeout) // if the flight was abandoned, no caller receives it
	}
}

// TimeoutError returns the error of a fetch that took too long.
func TimeoutError(after time.Duration) error { return timeoutError{after} }

type timeoutError struct{ after time.Duration }

func (e timeoutError) Error() string {
	return fmt.Sprintf("the token source did not return within %v", e.after)
}
func (timeoutError) Timeout() bool { return true }
