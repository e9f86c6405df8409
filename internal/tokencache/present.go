package tokencache

import (
	"context"
	"time"
)

// Present is Get for those who cannot wait: ok is false where there is no good secret.
func (c *Cache) Present(ctx context.Context) (secret Secret, ok bool) {
	if !c.now.Load().secret.good(time.Now()) {
		return Secret{}, false
	}
	secret, err := c.Get(ctx) // which has it renewed if it is time
	return secret, err == nil
}
