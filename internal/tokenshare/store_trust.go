package tokenshare

import (
	"slices"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

const (
	// MaxStale is how many tokens of the store may be refused in a row, within staleWindow, before the store is not
	// trusted.
	MaxStale    = 4
	staleWindow = time.Minute
)

// storeTrust decides whether to trust the tokens of the store, from the last ones that it returned. If all of them were
// refused, the store returns stale tokens or makes them up, and taking more of them would fail calls.
type storeTrust struct {
	mu     sync.Mutex
	loaded []loadedToken
}

// loadedToken is a token of the store that this process used.
type loadedToken struct {
	token string
	at    time.Time
}

// record records that a token of the store is used, and returns it.
func (t *storeTrust) record(stored tokencache.Secret) tokencache.Secret {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.loaded = append(t.loaded[max(0, len(t.loaded)+1-MaxStale):], loadedToken{stored.Value, time.Now()})
	return stored
}

// trusted reports whether one of the last tokens of the store was not refused, or was loaded long ago. After it
// reported false it trusts the store again, because the token that is fetched next replaces the stored one.
func (t *storeTrust) trusted(refused []string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.loaded) < MaxStale {
		return true
	}
	for _, l := range t.loaded {
		if !slices.Contains(refused, l.token) || time.Since(l.at) > staleWindow {
			return true
		}
	}
	t.loaded = nil
	return false
}
