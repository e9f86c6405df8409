package tokenshare

import (
	"slices"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

const (
	// MostStale is how many tokens of the store may be refused within staleWindow before the store is not trusted.
	MostStale   = 4
	staleWindow = time.Minute
)

// trust holds what the store gave lately. A store whose tokens are all refused has stale ones, or makes them up;
// to go on asking it would fail calls.
type trust struct {
	mu    sync.Mutex
	given []gift
}

// gift is a token of the store that was put to use.
type gift struct {
	token string
	at    time.Time
}

// taken notes a token of the store, and returns it.
func (t *trust) taken(found tokencache.Secret) tokencache.Secret {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.given = append(t.given[max(0, len(t.given)+1-MostStale):], gift{found.Value, time.Now()})
	return found
}

// holds reports whether one of the last tokens of the store was not refused, or is long ago. If it does not, the store
// is trusted again afterward: the next token replaces what is stored.
func (t *trust) holds(refused []string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.given) < MostStale {
		return true
	}
	for _, g := range t.given {
		if !slices.Contains(refused, g.token) || time.Since(g.at) > staleWindow {
			return true
		}
	}
	t.given = nil
	return false
}
