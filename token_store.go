package dingtalk

import (
	"context"
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"
)

// ErrNoToken is returned by TokenStore.Load if the store has no token for the key.
var ErrNoToken = errors.New("dingtalk: no token is stored")

// TokenStore stores an app's access token for the processes of a fleet, and lets one process at a time fetch another.
// Its methods may be called concurrently, from all processes. It handles no points in time: the life of a token is
// a duration that the store counts down by its own clock, so that the clocks of the hosts need not agree.
//
// A client uses more than one key. A key reveals nothing secret. The value may be sealed, and then differs each time;
// tokens are compared by their fingerprints, which do not reveal them. A fingerprint belongs to its key as well: a token that
// a store returns for another key than its own counts as absent.
//
// An error of a store never fails a call: a client that has a token continues to use it, and one without fetches its
// own.
//
// dingtalktest.CheckTokenStore tests whether an implementation conforms to this description.
type TokenStore interface {
	// Load returns the token and its remaining life, or ErrNoToken.
	Load(ctx context.Context, key string) (StoredToken, error)

	// Lock takes the lock that permits its holder to fetch a token. The lock expires after lease. Lock does not wait:
	// ok is false if another process holds the lock. The fence is unique to this lock.
	Lock(ctx context.Context, key string, lease time.Duration) (fence string, ok bool, err error)

	// Publish stores a token for its Life and releases the lock. If the lock no longer has this fence, a token that is
	// stored stays, and the new one is stored only if there is none. stored reports whether the new one was stored.
	Publish(ctx context.Context, key, fence string, token StoredToken) (stored bool, err error)

	// Unlock releases the lock if it still has this fence.
	Unlock(ctx context.Context, key, fence string) error

	// Drop removes the token if it still has this fingerprint, so that the late refusal of an old token does not remove
	// the new one.
	Drop(ctx context.Context, key, fingerprint string) error
}

// StoredToken is a token in a TokenStore. A store saves Value.Reveal() and loads it with NewSecret: Value itself
// encodes as REDACTED.
type StoredToken struct {
	Value       Secret // encrypted if there is a TokenKey
	Fingerprint string
	Life        time.Duration // from now on
}

// WithTokenStore shares the access token among all processes whose client has the same store, base URL, client ID, client
// secret and organization (see WithCorpToken). One of them fetches the token and renews it before it expires; the others load
// it from the store. A token that the service refused is dropped and fetched once for all of them.
//
// No failure of the store fails a call. A call of the store may take 300 ms, longer only in a process that is itself too busy
// to receive the result. Clients that were made with the same option make four calls at once, and after three failures in a row
// none for five seconds: a process that needs a token in that time fetches its own after a random delay of at most two seconds.
// An error is logged at level Warn, and no further one until the store has recovered.
//
// With keys the token is encrypted. The first key encrypts, all of them decrypt, and a token that none of them decrypts
// counts as absent. To change the key, first add the new one behind the old one in all processes, then put it first,
// and remove the old one after a token's life.
//
// With WithTokenSource, New still needs the client ID, which identifies the app in the store. If the tokens of a source
// belong to more than the app, for example to one of several organizations, give each organization a store of its own. With
// WithCorpToken each organization has keys of its own in one store.
// A token that never expires is shared for two hours. A StaticToken cannot be shared.
func WithTokenStore(store TokenStore, keys ...TokenKey) Option {
	breaker := tokenshare.NewBreaker() // of all clients that are made with this option
	return func(c *config) {
		c.store, c.breaker = store, breaker
		c.require(store != nil, "WithTokenStore: the store is nil")
		c.keys = c.keyring("WithTokenStore", keys)
	}
}

// keyring returns the ring of the keys of an option.
func (c *config) keyring(option string, keys []TokenKey) *tokenshare.Keyring {
	ring := &tokenshare.Keyring{}
	for _, key := range keys {
		if err := ring.Add(key.ID, []byte(key.Key.Reveal())); err != nil {
			c.require(false, option+": "+err.Error())
		}
	}
	return ring
}

// TokenKey encrypts tokens in a TokenStore, so that reading the store does not reveal them. It uses AES-256-GCM and
// binds each token to its app.
type TokenKey struct {
	ID  string // stored with the encrypted token: letters, digits, - and _, at most 64
	Key Secret // 32 random bytes
}
