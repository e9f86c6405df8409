package tokencache

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"
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
	// mostRefused is how many refused secrets are remembered.
	mostRefused = 16
)

// state is replaced as a whole, so that reading it takes one atomic load.
type state struct {
	secret  Secret
	fetched time.Time
	renewAt time.Time // until then nobody thinks of renewing
	dueAt   time.Time // the same, unless the source wants to be asked sooner
	stuck   bool      // the fetch after a refusal brought the refused secret again

	refused []string // the last values that the service refused, newest last; never changed in place

	err     error // why the last fetch failed
	retryAt time.Time
}

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
		if end := s.secret.Expires; !end.IsZero() && next.retryAt.After(end) {
			next.retryAt = s.secret.Expires
		}
	}
	return &next
}

// fresh is the state after a fetch.
func fresh(secret Secret, now time.Time) *state {
	s := &state{secret: secret, fetched: now}
	if secret.Expires.IsZero() {
		s.dueAt = now.AddDate(100, 0, 0)
		return s
	}
	if !secret.Expires.After(now) {
		// A source that hands out dead secrets must not turn every call into a fetch.
		s.secret.Expires = now.Add(failurePause)
		s.dueAt = s.secret.Expires
		return s
	}
	// Jitter keeps the processes of a fleet that started together from renewing together.
	before := min(margin, secret.Expires.Sub(now)/4)
	s.dueAt = secret.Expires.Add(-before - rand.N(before/4+1))
	return s
}

// remember returns the refused values with one more.
func remember(refused []string, value string) []string {
	others := without(refused, value)
	return append(others[max(0, len(others)+1-mostRefused):], value)
}

// without returns the refused values but for one, which the service has handed out again.
func without(refused []string, value string) []string {
	return slices.DeleteFunc(slices.Clone(refused), func(other string) bool { return other == value })
}

// visit sets the time of the next fetch: when it is due, or when the source wants to be asked.
func (s *state) visit(now time.Time) {
	s.renewAt = s.dueAt
	if soon := now.Add(s.secret.Again); s.secret.Again > 0 && soon.Before(s.dueAt) {
		s.renewAt = soon
	}
}
