package mirror

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// writeWaiting is a store with a write that waits for the end of each View, as one of bbolt does when the file has to grow.
type writeWaiting struct {
	Store
	t *testing.T
	l *leader
}

func (s *writeWaiting) View(ctx context.Context, f func(Reader) error) error {
	s.l.mu.Lock()
	defer s.l.mu.Unlock()
	ended := make(chan error, 1)
	go func() { ended <- s.Store.View(ctx, f) }()
	select {
	case err := <-ended:
		return err
	case <-time.After(30 * time.Second):
		s.t.Error("a View waits for the lock of the leader, and the write that holds it for the View")
		return context.DeadlineExceeded
	}
}

func TestScan_TakesNoLockOfAWriteInAView(t *testing.T) {
	t.Parallel()
	l := newLeader(t)
	l.mustWrite(t, reading{begin: 1, end: 2}, func(p *put) error {
		return p.row(RoleGroupKey(7), encode(roleGroupRow{"Staff"}), "")
	})
	l.beginScan()
	l.m.store = &writeWaiting{Store: l.m.store, t: t, l: l}
	require.NoError(t, (&scan{l: l}).candidates(t.Context()))
	require.Contains(t, l.scanning.again, RoleGroupKey(7))
}
