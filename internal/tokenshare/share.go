// Package tokenshare is how the processes of a fleet come to one token: each looks in a store that all of
// them reach, one of them fetches, and the store's troubles are nobody's.
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
	// shortest is the life below which a token is not worth sharing.
	shortest = 10 * time.Second
	// endless is for how long a token without an end is stored.
	endless = 2 * time.Hour
	// pollBase and pollJitter make the pause between looks of those who wait for another's fetch.
	pollBase, pollJitter = 50 * time.Millisecond, 100 * time.Millisecond
	// reissuePause is the time in which a fleet does not fetch again after the service has handed out a refused
	// token once more.
	reissuePause = 5 * time.Second
	// spread is the longest delay of a fetch that nobody else knows of.
	spread = 2 * time.Second
	// alone is how near its end a token comes before it is renewed without the store.
	alone = 5 * time.Minute
	// republishPause is the pause between attempts at storing what could not be stored.
	republishPause = 30 * time.Second
	// allowance is how much longer than the fetch a lock lasts, for the calls of the store around it.
	allowance = 2 * time.Second
)

// Share fetches the token for a fleet.
type Share struct {
	store door
	trust trust
	fetch tokencache.Fetch
	limit time.Duration // of a fetch under the lock
}

// New returns the share in store of a process that has fetch, which under the lock may take no longer than
// limit. What goes wrong with the store is told to report, at most once a minute.
func New(store Store, fetch tokencache.Fetch, limit time.Duration, report Report) *Share {
	return &Share{store: door{store: store, report: report}, fetch: fetch, limit: limit}
}

// Lease is how long a process may keep the lock.
func (s *Share) Lease() time.Duration { return s.limit + allowance }

// Obtain returns the fleet's token: the stored one, or another that this process fetches if no other does.
// Without a store it is one of its own.
func (s *Share) Obtain(ctx context.Context, need tokencache.Need) (tokencache.Secret, error) {
	if !need.Due {
		return s.publish(ctx, "", need.Present), nil
	}
	trusted := s.trust.holds(need.Refused)
	for failures := 0; ; {
		found, err := s.store.load(ctx)
		if trusted && worthwhile(found, need) {
			return s.trust.taken(found), nil
		}
		var lock lock
		if err == nil {
			lock, err = s.store.lock(ctx, s.Lease())
		}
		if err != nil {
			failures++
		}
		left := remaining(need.Present)
		switch {
		case lock.held:
			return s.locked(ctx, need, lock.fence, trusted)
		case left > alone, left > 0 && err == nil:
			return tokencache.Secret{}, tokencache.ErrLater // nobody waits for it
		case left > 0, failures >= patience:
			return s.unlocked(ctx, need)
		}
		if err := backoff.Sleep(ctx, pollBase+rand.N(pollJitter)); err != nil {
			return tokencache.Secret{}, err
		}
	}
}

// worthwhile says whether a stored token is to be used: one that was refused never, and in place of one
// that is being renewed early only one that was renewed.
func worthwhile(found tokencache.Secret, need tokencache.Need) bool {
	return !slices.Contains(need.Refused, found.Value) && remaining(found) > max(shortest, 2*remaining(need.Present))
}

func remaining(secret tokencache.Secret) time.Duration { return max(0, time.Until(secret.Expires)) }

// locked fetches for the fleet. Without trust it takes nothing that is stored.
func (s *Share) locked(ctx context.Context, need tokencache.Need, fence string, trusted bool) (tokencache.Secret, error) {
	held := true
	defer func() { // also when the source panics
		if held {
			s.store.unlock(ctx, fence)
		}
	}()
	found, _ := s.store.load(ctx) // whoever had the lock before may have stored one
	if trusted && worthwhile(found, need) {
		return s.trust.taken(found), nil
	}
	if slices.Contains(need.Refused, found.Value) && remaining(found) > shortest {
		if trusted && s.store.reissued(ctx, found.Value) {
			return found, nil // the service would hand it out once more
		}
		s.store.drop(ctx, found.Value)
	}
	limited, cancel := context.WithTimeout(ctx, s.limit)
	defer cancel()
	secret, err := s.fetch(limited)
	switch {
	case err == nil:
		if slices.Contains(need.Refused, secret.Value) {
			s.store.reissue(ctx, secret.Value)
		}
		secret = s.publish(ctx, fence, secret)
		held = false
	case limited.Err() != nil && ctx.Err() == nil:
		err = tokencache.Late(s.limit)
	}
	return secret, err
}

// unlocked fetches for this process, as others may be doing: not all at the same time.
func (s *Share) unlocked(ctx context.Context, need tokencache.Need) (tokencache.Secret, error) {
	if err := backoff.Sleep(ctx, rand.N(spread)); err != nil {
		return tokencache.Secret{}, err
	}
	secret, err := s.fetch(ctx)
	if err == nil {
		if n := len(need.Refused); n > 0 {
			s.store.drop(ctx, need.Refused[n-1]) // or it would stay
		}
		secret = s.publish(ctx, "", secret)
	}
	return secret, err
}

// publish stores the token and gives the lock back. Where that fails, it is to be tried Again.
func (s *Share) publish(ctx context.Context, fence string, secret tokencache.Secret) tokencache.Secret {
	secret.Again = 0
	life := endless
	if !secret.Expires.IsZero() {
		life = time.Until(secret.Expires)
	}
	if secret.Value == "" || life < shortest {
		s.store.unlock(ctx, fence)
		return secret
	}
	if err := s.store.publish(ctx, fence, secret.Value, life); err != nil {
		s.store.unlock(ctx, fence)
		secret.Again = republishPause
	}
	return secret
}
