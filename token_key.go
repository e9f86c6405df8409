package dingtalk

import "github.com/dingtalk-contacts/dingtalk-go/internal/tokenshare"

// TokenKey seals tokens in a TokenStore, so that whoever reads the store has none: with AES-256-GCM, bound to
// the app.
type TokenKey struct {
	ID  string // goes with what was sealed: letters, digits, - and _, at most 64
	Key Secret // 32 random bytes
}

// WithTokenStore shares the access token with every process whose client has the same store, base URL, client
// ID and client secret: one of them fetches it, and renews it early; the others take what it stored. A token
// that the service refused is dropped and fetched once for all.
//
// Nothing that happens to the store fails a call. It is given 300 ms a call, is left alone for five seconds
// after three failures, and a process that needs a token meanwhile fetches its own after a random delay of up
// to two seconds. What goes wrong is logged at level Warn, at most once a minute.
//
// With keys the token is sealed. The first key seals, all of them open, and what none opens counts as absent.
// To change the key, first add the new one behind the old one in all processes, then put it first, and take
// the old one away a token's life later.
//
// Along with WithTokenSource the client ID has to be given to New: it tells apps apart in the store. If the
// tokens of a source belong to more than an app, to one of several organisations for instance, give each
// its own store. Of a token without an end the others have two hours. A StaticToken cannot be shared.
func WithTokenStore(store TokenStore, keys ...TokenKey) Option {
	return func(c *config) {
		c.store = store
		c.require(store != nil, "WithTokenStore: the store is nil")
		c.keys = &tokenshare.Keyring{}
		for _, key := range keys {
			if err := c.keys.Add(key.ID, []byte(key.Key.Reveal())); err != nil {
				c.require(false, "WithTokenStore: "+err.Error())
			}
		}
	}
}
