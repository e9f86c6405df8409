package dingtalk

import (
	"context"
	"errors"
	"time"
)

// ErrNoToken is what a TokenStore returns that keeps no token under the key.
var ErrNoToken = errors.New("dingtalk: no token is stored")

// TokenStore keeps an app's access token where the processes of a fleet find it, and lets one of them at a
// time fetch another. Its methods may be called from any goroutine of any process. There is no point in time
// in it: a token's life is a duration, which the store counts down by its own clock, so that the clocks of
// hosts need not agree.
//
// A client uses more than one key. A key holds nothing secret. The value may be sealed, and then is different each time; what tells tokens
// apart is the fingerprint, from which the token cannot be found.
//
// A client is never failed by a store: with a token in hand it goes on, and without one it fetches by itself.
//
// In the tests of an implementation, dingtalktest.CheckTokenStore says whether it does what is said here.
type TokenStore interface {
	// Load returns the token and what is left of its life, or ErrNoToken.
	Load(ctx context.Context, key string) (StoredToken, error)

	// Lock takes the right to fetch, which ends by itself after lease. It does not wait: ok is false while
	// somebody else has it. The fence is unique to this lock.
	Lock(ctx context.Context, key string, lease time.Duration) (fence string, ok bool, err error)

	// Publish stores a token for its Life and gives the lock back. If the lock is no longer the one of this
	// fence, then a token that is stored stays; it is stored only where there is none. Stored says whether
	// it was.
	Publish(ctx context.Context, key, fence string, token StoredToken) (stored bool, err error)

	// Unlock gives the lock back if it still is the one of this fence.
	Unlock(ctx context.Context, key, fence string) error

	// Drop removes the token if it still is the one of this fingerprint: a late refusal of an old token does
	// not cost the new one.
	Drop(ctx context.Context, key, fingerprint string) error
}

// StoredToken is a token in a TokenStore. A store keeps Value.Reveal() and loads it with NewSecret: Value itself encodes
// as REDACTED.
type StoredToken struct {
	Value       Secret // perhaps encrypted with a TokenKey
	Fingerprint string
	Life        time.Duration // from now on
}
