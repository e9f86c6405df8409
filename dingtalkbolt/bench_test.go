package dingtalkbolt

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/storebench"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// The file is that of 100,000 users with three memberships each.
func BenchmarkStore(b *testing.B) {
	path := filepath.Join(b.TempDir(), "directory.db")
	s, err := Open(path)
	require.NoError(b, err)
	const users = 100_000
	row := make([]byte, 500)
	for first := 0; first < users; first += 2000 {
		require.NoError(b, s.Update(b.Context(), func(w mirror.Writer) error {
			for i := first; i < first+2000; i++ {
				if err := w.Put(fmt.Appendf(nil, "u/user%06d", i), row); err != nil {
					return err
				}
				for j := range 3 {
					if err := w.Put(fmt.Appendf(nil, "m/%06d/user%06d", (i*7+j*1001)%5000, i), row[:16]); err != nil {
						return err
					}
				}
			}
			return nil
		}))
	}
	require.NoError(b, s.Close())

	b.Run("Open", func(b *testing.B) {
		for b.Loop() {
			s, err := Open(path)
			require.NoError(b, err)
			require.NoError(b, s.Close())
		}
	})
	s, err = Open(path)
	require.NoError(b, err)
	defer func() { require.NoError(b, s.Close()) }()
	for _, callers := range []int{1, 8, 64} {
		b.Run(fmt.Sprintf("Update/%d callers", callers), func(b *testing.B) { storebench.Updates(b, callers, s) })
	}
	b.Run("Get", func(b *testing.B) {
		n := 0
		for b.Loop() {
			require.NoError(b, s.View(b.Context(), func(r mirror.Reader) error {
				n += 7919
				_, err := r.Get(fmt.Appendf(nil, "u/user%06d", n%users))
				return err
			}))
		}
	})
	b.Run("Range of 100,000", func(b *testing.B) {
		for b.Loop() {
			require.NoError(b, s.View(b.Context(), func(r mirror.Reader) error {
				return r.Range([]byte("u/"), []byte("u0"), func(_, _ []byte) error { return nil })
			}))
		}
	})
}

func BenchmarkMirror_Members(b *testing.B) {
	s, err := Open(filepath.Join(b.TempDir(), "directory.db"))
	require.NoError(b, err)
	b.Cleanup(func() { assert.NoError(b, s.Close()) })
	storebench.Members(b, s)
}
