package dingtalkbolt

import (
	"context"
	"errors"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

func (s *store) Lead(ctx context.Context) (mirror.Lease, error) {
	select {
	case s.leading <- struct{}{}:
	case <-s.closed:
		return nil, errClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil, errClosed
	}
	s.lease = &lease{store: s, lost: make(chan struct{})}
	return s.lease, nil
}

// lease is a mirror.Lease. No other process can open the file, so that the lease is never lost before Release or Close.
type lease struct {
	store    *store
	lose     sync.Once
	lost     chan struct{}
	makeRoom sync.Once
}

func (l *lease) Update(ctx context.Context, f func(mirror.Writer) error) error {
	return l.store.update(ctx, func(w *writer) error {
		if l.ended() {
			return mirror.ErrLeaseLost
		}
		return f(w)
	})
}

func (l *lease) Lost() <-chan struct{} { return l.lost }

// Release waits for Updates that run.
func (l *lease) Release(ctx context.Context) error {
	l.lose.Do(func() { close(l.lost) })
	err := l.store.update(context.WithoutCancel(ctx), func(*writer) error { return nil })
	l.end()
	if errors.Is(err, errClosed) {
		return nil // Close has waited, too
	}
	return err
}

// end ends the lease when none of its Updates runs.
func (l *lease) end() {
	l.lose.Do(func() { close(l.lost) })
	l.makeRoom.Do(func() { <-l.store.leading })
}

func (l *lease) ended() bool {
	select {
	case <-l.lost:
		return true
	default:
		return false
	}
}
