// Package tokenshare lets the processes of a fleet share one token: each loads it from a store that all of them reach,
// and one of them fetches it. Failures of the store fail no call.
package tokenshare

import (
	"context"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

const (
	// minLife is the life below which a token is not shared.
	minLife = 10 * time.Second
	// defaultLife is how long a token that never expires is stored.
	defaultLife = 2 * time.Hour
	// pollBase and maxPoll are the first and the longest pause between two looks at the store while another process fetches,
	// without the random part. Each is twice the one before, because many tokens may be waited for.
	pollBase, maxPoll = 50 * time.Millisecond, 250 * time.Millisecond
	// reissuePause is how long a fleet does not fetch again after the service has issued a refused token once more.
	reissuePause = 5 * time.Second
	// maxFetchJitter is the longest delay of a fetch without the lock.
	maxFetchJitter = 2 * time.Second
	// renewWithoutStoreBefore is how long before it expires a token is renewed without the store.
	renewWithoutStoreBefore = 5 * time.Minute
	// republishPause is the pause between attempts to store a token that could not be stored.
	republishPause = 30 * time.Second
	// lockSlack is how much longer than a fetch a lock lasts: for the turn of the call that stores the token, and for that call.
	lockSlack = maxTurnWait + 2*time.Second
)

// Share obtains the token of a fleet for one of its processes.
type Share struct {
	store        storeCalls
	trust        storeTrust
	fetch        tokencache.Fetch
	fetchTimeout time.Duration // of a fetch with the lock
}

// New returns the Share of a process that fetches with fetch, for at most fetchTimeout while it holds the lock. report
// receives an error of the store once, until it has recovered, and at most once a minute. The breaker is that of the store.
func New(store Store, fetch tokencache.Fetch, fetchTimeout time.Duration, report Report, breaker *Breaker) *Share {
	return &Share{store: storeCalls{store, breaker, report}, fetch: fetch, fetchTimeout: fetchTimeout}
}

// Lease returns how long a process may hold the lock.
func (s *Share) Lease() time.Duration { return s.fetchTimeout + lockSlack }

// Obtain returns the token of the fleet: the stored one or, if no other process fetches, a new one that it stores. If
// the store fails, the token is one for this process only.
func (s *Share) Obtain(ctx context.Context, reason tokencache.Reason) (tokencache.Secret, error) {
	if !reason.Due {
		return s.publish(ctx, "", reason.Current), nil
	}
	if reason.Replace {
		return s.replace(ctx, reason)
	}
	trusted := s.trust.trusted(reason.Refused)
	failures := 0
	for pause := pollBase; ; pause = min(2*pause, maxPoll) {
		stored, err := s.store.load(ctx)
		if trusted && usable(stored, reason) {
			return s.trust.record(stored), nil
		}
		var lock lock
		if err == nil {
			lock, err = s.store.lock(ctx, s.Lease())
		}
		if err != nil {
			failures++
		}
		left := remaining(reason.Current)
		switch {
		case lock.held:
			return s.fetchLocked(ctx, reason, lock, trusted)
		case left > renewWithoutStoreBefore, left > 0 && err == nil:
			return tokencache.Secret{}, tokencache.ErrLater // no caller waits for it
		case left > 0, failures >= failureThreshold:
			return s.fetchUnlocked(ctx, reason)
		}
		if err := backoff.Sleep(ctx, pause+rand.N(pause)); err != nil {
			return tokencache.Secret{}, err
		}
	}
}

// usable reports whether to use a stored token. It must not have been refused, and in an early renewal it must be newer
// than the current one.
func usable(stored tokencache.Secret, reason tokencache.Reason) bool {
	return !slices.Contains(reason.Refused, stored.Value) && remaining(stored) > max(minLife, 2*remaining(reason.Current))
}

func remaining(secret tokencache.Secret) time.Duration { return max(0, time.Until(secret.Expires)) }

// fetchLocked fetches for the fleet. If the store is not trusted, it does not use a stored token.
func (s *Share) fetchLocked(ctx context.Context, reason tokencache.Reason, lock lock, trusted bool) (tokencache.Secret, error) {
	held := true
	defer func() {
		if held {
			s.store.unlock(ctx, lock.fence)
		}
	}()
	stored := s.loadLocked(ctx) // the previous holder of the lock may have stored one
	if trusted && usable(stored, reason) {
		return s.trust.record(stored), nil
	}
	if slices.Contains(reason.Refused, stored.Value) && remaining(stored) > minLife {
		if trusted && s.store.wasReissued(ctx, stored.Value) {
			return stored, nil // the service would issue it once more
		}
		s.store.drop(ctx, stored.Value)
	}
	held = false
	return s.fetchAndPublish(ctx, lock, func(secret string) {
		if slices.Contains(reason.Refused, secret) {
			s.store.markReissued(ctx, secret)
		}
	})
}

// loadLocked returns the stored token for the holder of the lock.
func (s *Share) loadLocked(ctx context.Context) (stored tokencache.Secret) {
	_ = persist(func() (err error) {
		stored, err = s.store.load(ctx)
		return err
	})
	return stored
}

// fetchAndPublish fetches a token, passes it to note, stores it, and releases the lock. The calls of the store before the fetch
// are part of the time of the fetch, so that the lock lasts until the token is stored.
func (s *Share) fetchAndPublish(ctx context.Context, lock lock, note func(token string)) (tokencache.Secret, error) {
	held := true
	defer func() { // also if the source panics
		if held {
			s.store.unlock(ctx, lock.fence)
		}
	}()
	limited, cancel := context.WithDeadline(ctx, lock.taken.Add(s.fetchTimeout))
	defer cancel()
	secret, err := s.fetch(limited)
	switch {
	case err == nil:
		note(secret.Value)
		secret = s.publish(ctx, lock.fence, secret)
		held = false
	case limited.Err() != nil && ctx.Err() == nil:
		err = tokencache.TimeoutError(s.fetchTimeout)
	}
	return secret, err
}

// fetchUnlocked fetches for this process. Other processes may do the same, hence the random delay.
func (s *Share) fetchUnlocked(ctx context.Context, reason tokencache.Reason) (tokencache.Secret, error) {
	if err := backoff.Sleep(ctx, rand.N(maxFetchJitter)); err != nil {
		return tokencache.Secret{}, err
	}
	secret, err := s.fetch(ctx)
	if err == nil {
		if n := len(reason.Refused); n > 0 {
			s.store.drop(ctx, reason.Refused[n-1]) // otherwise it would stay stored
		}
		secret = s.publish(ctx, "", secret)
	}
	return secret, err
}

// publish stores the token and releases the lock. If that fails, RecheckAfter of the result asks for another attempt.
func (s *Share) publish(ctx context.Context, fence string, secret tokencache.Secret) tokencache.Secret {
	secret.RecheckAfter = 0
	life := defaultLife
	if !secret.Expires.IsZero() {
		life = time.Until(secret.Expires)
	}
	if secret.Value == "" || life < minLife {
		s.store.unlock(ctx, fence)
		return secret
	}
	err := persist(func() error { return s.store.publish(ctx, fence, secret.Value, life) })
	if err != nil {
		s.store.unlock(ctx, fence)
		secret.RecheckAfter = republishPause
	}
	return secret
}
