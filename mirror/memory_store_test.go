package mirror_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/mirror/mirrortest"
)

func TestMemoryStore_KeepsTheRulesOfAStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		mirrortest.CheckStore(t, func(testing.TB) (mirror.Store, func() mirror.Store) { return mirror.NewMemoryStore(), nil })
	})
}

func TestMemoryStore_CloseWaitsForTransactions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := mirror.NewMemoryStore()
		closed := make(chan error, 1)
		require.NoError(t, s.Update(t.Context(), func(mirror.Writer) error {
			go func() { closed <- s.Close() }()
			synctest.Wait()
			assert.Empty(t, closed)
			return nil
		}))
		require.NoError(t, <-closed)
		require.NoError(t, s.Close())
	})
}

// The keys are those of 100,000 users with three memberships each.
func BenchmarkMemoryStore(b *testing.B) {
	const users = 100_000
	s := mirror.NewMemoryStore()
	key := func(i int) []byte { return fmt.Appendf(nil, "%d/%08d", i%4, i/4) }
	require.NoError(b, s.Update(b.Context(), func(w mirror.Writer) error {
		for i := range 4 * users {
			if err := w.Put(key(i), []byte("a value")); err != nil {
				return err
			}
		}
		return nil
	}))
	b.Run("Get", func(b *testing.B) {
		require.NoError(b, s.View(b.Context(), func(r mirror.Reader) error {
			for b.Loop() {
				if _, err := r.Get(key(rand.IntN(4 * users))); err != nil {
					return err
				}
			}
			return nil
		}))
	})
	b.Run("Update", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, s.Update(b.Context(), func(w mirror.Writer) error {
				return w.Put(key(rand.IntN(4*users)), []byte("another"))
			}))
		}
	})
	b.Run("Range of 100,000", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, s.View(b.Context(), func(r mirror.Reader) error {
				return r.Range([]byte("1"), []byte("2"), func(_, _ []byte) error { return nil })
			}))
		}
	})
}

func ExampleNewMemoryStore() {
	ctx := context.Background()
	store := mirror.NewMemoryStore()
	defer func() { _ = store.Close() }()
	err := store.Update(ctx, func(w mirror.Writer) error {
		return w.Put([]byte("u/zhang"), []byte("Zhang San"))
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	err = store.View(ctx, func(r mirror.Reader) error {
		return r.Range([]byte("u/"), []byte("u0"), func(key, value []byte) error {
			fmt.Printf("%s: %s\n", key, value)
			return nil
		})
	})
	if err != nil {
		fmt.Println(err)
	}
	// Output: u/zhang: Zhang San
}
