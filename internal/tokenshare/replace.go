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
	// replaceWait is how long a process waits for another one that may be fetching the replacement.
	replaceWait = 2 * time.Second
	// replacePause is how long no process of a fleet replaces a token that the service returned in place of another one,
	// whether it is another one or the same again.
	replacePause = 5 * time.Minute
)

// replace returns a token in place of a valid one: the stored one if that is another, or one that this process fetches
// with the lock. It gives up if the store fails: the present token is good for most calls.
func (s *Share) replace(ctx context.Context, reason tokencache.Reason) (tokencache.Secret, error) {
	end := time.Now().Add(replaceWait)
	for pause := pollBase; ; pause = min(2*pause, maxPoll) {
		stored, err := s.store.load(ctx)
		if err != nil {
			return tokencache.Secret{}, tokencache.ErrLater
		}
		if replaces(stored, reason) {
			return s.trust.record(stored), nil
		}
		if s.store.isFresh(ctx, reason.Current.Value) {
			return reason.Current, nil
		}
		lock, err := s.store.lock(ctx, s.Lease())
		switch {
		case err == nil && lock.held:
			return s.replaceLocked(ctx, reason, lock)
		case err != nil, !time.Now().Before(end):
			return tokencache.Secret{}, tokencache.ErrLater
		}
		if err := backoff.Sleep(ctx, pause+rand.N(pause)); err != nil {
			return tokencache.Secret{}, err
		}
	}
}

// replaceLocked fetches a token in place of a valid one, unless the previous holder of the lock has.
func (s *Share) replaceLocked(ctx context.Context, reason tokencache.Reason, lock lock) (tokencache.Secret, error) {
	if stored := s.loadLocked(ctx); replaces(stored, reason) {
		s.store.unlock(ctx, lock.fence)
		return s.trust.record(stored), nil
	}
	if s.store.isFresh(ctx, reason.Current.Value) {
		s.store.unlock(ctx, lock.fence)
		return reason.Current, nil
	}
	return s.fetchAndPublish(ctx, lock, func(token string) { s.store.markFresh(ctx, token) })
}

// replaces reports whether a stored token can be used in place of the current one.
func replaces(stored tokencache.Secret, reason tokencache.Reason) bool {
	return stored.Value != reason.Current.Value && !slices.Contains(reason.Refused, stored.Value) && remaining(stored) > minLife
}
