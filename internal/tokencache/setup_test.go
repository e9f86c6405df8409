package tokencache

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// source returns "t1", "t2", … and counts its calls.
type source struct {
	mu    sync.Mutex
	calls int
	life  time.Duration // 0: forever
	slow  time.Duration
	err   error
	same  bool // always "t1"
}

func (s *source) fetch(ctx context.Context) (Secret, error) {
	s.mu.Lock()
	s.calls++
	n, life, slow, err := s.calls, s.life, s.slow, s.err
	if s.same {
		n = 1
	}
	s.mu.Unlock()
	select {
	case <-time.After(slow):
	case <-ctx.Done():
		return Secret{}, ctx.Err()
	}
	if err != nil {
		return Secret{}, err
	}
	secret := Secret{Value: fmt.Sprintf("t%d", n)}
	if life != 0 {
		secret.Expires = time.Now().Add(life)
	}
	return secret, nil
}

func (s *source) set(change func(*source)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	change(s)
}

func (s *source) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls
}

// withCache runs f in a bubble with a cache of s.
func withCache(t *testing.T, s *source, f func(t *testing.T, c *Cache)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f(t, New(testTimeout, s.fetch))
		synctest.Wait()
	})
}

// testTimeout is the timeout of a fetch in these tests.
const testTimeout = 30 * time.Second

func value(t *testing.T, c *Cache) string {
	t.Helper()
	secret, err := c.Get(t.Context())
	require.NoError(t, err)
	return secret.Value
}

// getConcurrently lets n callers get the secret concurrently, and counts the values and errors that they get.
func getConcurrently(t *testing.T, c *Cache, n int) map[string]int {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[string]int{}
	for range n {
		wg.Go(func() {
			secret, err := c.Get(t.Context())
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				got[err.Error()]++
				return
			}
			got[secret.Value]++
		})
	}
	wg.Wait()
	return got
}
