package mirror

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

// fullStore is a store that can be read only while its disk is full.
type fullStore struct {
	Store
	full atomic.Bool
}

func (s *fullStore) Update(ctx context.Context, f func(Writer) error) error {
	if s.full.Load() {
		return errFull
	}
	return s.Store.Update(ctx, f)
}

func (s *fullStore) Lead(ctx context.Context) (Lease, error) {
	lease, err := s.Store.Lead(ctx)
	if err != nil {
		return nil, err
	}
	return &fullLease{lease, s}, nil
}

type fullLease struct {
	Lease
	store *fullStore
}

func (l *fullLease) Update(ctx context.Context, f func(Writer) error) error {
	if l.store.full.Load() {
		return errFull
	}
	return l.Lease.Update(ctx, f)
}

// dump returns all keys and values of a store.
func dump(t *testing.T, s Store) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, s.View(t.Context(), func(r Reader) error {
		return r.Range(nil, nil, func(key, value []byte) error {
			b.Write(key)
			b.Write(value)
			b.WriteByte('\n')
			return nil
		})
	}))
	return b.String()
}
