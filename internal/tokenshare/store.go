package tokenshare

import (
	"context"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// Store is a store of one token.
type Store interface {
	// Load returns the token, or the zero Secret if there is none.
	Load(ctx context.Context) (tokencache.Secret, error)
	// Lock takes the lock that permits its holder to fetch a token. It does not wait for the lock.
	Lock(ctx context.Context, lease time.Duration) (fence string, ok bool, err error)
	// MarkReissued stores for the duration life that the service has issued a refused token again.
	MarkReissued(ctx context.Context, token string, life time.Duration) error
	// WasReissued reports whether the token is marked so.
	WasReissued(ctx context.Context, token string) (bool, error)
	// Publish stores the token and releases the lock.
	Publish(ctx context.Context, fence, token string, life time.Duration) error
	// Unlock releases the lock.
	Unlock(ctx context.Context, fence string) error
	// Drop removes the token if it is this one.
	Drop(ctx context.Context, token string) error
}

// Unreadable is an error about what is stored, rather than about the store: it counts as if there were no token.
type Unreadable string

func (e Unreadable) Error() string { return string(e) }
