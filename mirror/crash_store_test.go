package mirror

import (
	"context"
	"errors"
	"sync/atomic"
)

// crashStore is the store of a process that may crash: then it does nothing any more, and what was committed remains.
type crashStore struct {
	Store
	dead atomic.Bool
}

var errCrashed = errors.New("the process has crashed")

func (s *crashStore) View(ctx context.Context, f func(Reader) error) error {
	if s.dead.Load() {
		return errCrashed
	}
	return s.Store.View(ctx, f)
}

func (s *crashStore) Update(ctx context.Context, f func(Writer) error) error {
	if s.dead.Load() {
		return errCrashed
	}
	return s.Store.Update(ctx, f)
}

func (s *crashStore) Lead(ctx context.Context) (Lease, error) {
	lease, err := s.Store.Lead(ctx)
	if err != nil {
		return nil, err
	}
	return &crashLease{lease, s}, nil
}

type crashLease struct {
	Lease
	store *crashStore
}

func (l *crashLease) Update(ctx context.Context, f func(Writer) error) error {
	if l.store.dead.Load() {
		return errCrashed
	}
	return l.Lease.Update(ctx, f)
}
