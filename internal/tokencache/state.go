package tokencache

import (
	"errors"
	"math/rand/v2"
	"slices"
	"time"
)

const (
	// renewalMargin is how long before it expires a secret is renewed. A short-lived one is renewed after three
	// quarters of its life.
	renewalMargin = 10 * time.Minute
	// failurePause is how long the error of a failed fetch is returned to further callers as well, so that a service in
	// trouble does not receive a storm of fetches.
	failurePause = time.Second
	// maxFailurePause is the longest pause that the error of a fetch can ask for: the response that asked for it may be
	// a page of another site.
	maxFailurePause = 10 * time.Second
	// renewalRetryPause is the pause between attempts to renew a secret that is still valid.
	renewalRetryPause = 30 * time.Second
	// reissuePause is how long a secret stays that was fetched after a refusal and is the refused one again, even if
	// it is refused again.
	reissuePause = time.Second
	// maxRefused is how many refused secrets are remembered.
	maxRefused = 16
)

// state is the state of a cache. It is replaced as a whole, so that reading it takes one atomic load.
type state struct {
	secret    Secret
	fetchedAt time.Time
	checkAt   time.Time // when the source is called next: at renewAt, or earlier if it asked for that
	renewAt   time.Time // when the secret is renewed
	reissued  bool      // the fetch after a refusal returned the refused secret again

	refused []string // the last values that the service refused, newest last; never changed in place

	err     error // why the last fetch failed
	retryAt time.Time
}

// RetryAfterError is an error with the time to wait before the next fetch.
type RetryAfterError interface {
	error
	RetryAfter() time.Duration
}

// afterFailure returns the state after a failed fetch. It keeps the secret while it is valid.
func (s *state) afterFailure(err error, now time.Time) *state {
	next := *s
	next.err = err
	next.retryAt = now.Add(failurePause)
	if e, ok := errors.AsType[RetryAfterError](err); ok {
		next.retryAt = now.Add(min(max(failurePause, e.RetryAfter()), maxFailurePause))
	}
	if s.secret.valid(now) {
		next.retryAt = now.Add(renewalRetryPause)
		if end := s.secret.Expires; !end.IsZero() && next.retryAt.After(end) {
			next.retryAt = s.secret.Expires
		}
	}
	return &next
}

// afterFetch returns the state after a successful fetch.
func afterFetch(secret Secret, now time.Time) *state {
	s := &state{secret: secret, fetchedAt: now}
	if secret.Expires.IsZero() {
		s.renewAt = now.AddDate(100, 0, 0)
		return s
	}
	if !secret.Expires.After(now) {
		// A source that returns expired secrets must not turn every call into a fetch.
		s.secret.Expires = now.Add(failurePause)
		s.renewAt = s.secret.Expires
		return s
	}
	// Jitter keeps the processes of a fleet that started together from renewing together.
	before := min(renewalMargin, secret.Expires.Sub(now)/4)
	s.renewAt = secret.Expires.Add(-before - rand.N(before/4+1))
	return s
}

// scheduleNext sets when the source is called next: for the renewal, or earlier if it asked for that.
func (s *state) scheduleNext(now time.Time) {
	s.checkAt = s.renewAt
	if recheck := now.Add(s.secret.RecheckAfter); s.secret.RecheckAfter > 0 && recheck.Before(s.renewAt) {
		s.checkAt = recheck
	}
}

// addRefused returns the refused values with one more.
func addRefused(refused []string, value string) []string {
	others := removeRefused(refused, value)
	return append(others[max(0, len(others)+1-maxRefused):], value)
}

// removeRefused returns the refused values without one that the service has issued again.
func removeRefused(refused []string, value string) []string {
	return slices.DeleteFunc(slices.Clone(refused), func(other string) bool { return other == value })
}
