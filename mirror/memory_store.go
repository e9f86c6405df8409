package mirror

import (
	"context"
	"errors"
	"sync"
)

// errClosed is the error of a transaction after Close.
var errClosed = errors.New("mirror: the store is closed")

// NewMemoryStore returns an empty Store in memory, for tests and for small programs that may read everything anew after a
// restart. Its data ends with the process.
func NewMemoryStore() Store {
	return &memoryStore{
		updating: make(chan struct{}, 1),
		leading:  make(chan struct{}, 1),
		changed:  make(chan struct{}),
		closed:   make(chan struct{}),
	}
}

// memoryStore holds the latest state as an immutable tree, so that a View reads it without a lock.
type memoryStore struct {
	updating chan struct{} // full while an Update runs
	leading  chan struct{} // full while there is a lease
	closed   chan struct{}
	running  sync.WaitGroup // the transactions

	mu      sync.Mutex
	ended   bool
	root    *treeNode
	lease   *memoryLease // the latest
	changed chan struct{}
}

// begin registers a transaction, which ends with s.running.Done.
func (s *memoryStore) begin(ctx context.Context) (root *treeNode, err error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return nil, errClosed
	}
	s.running.Add(1)
	return s.root, nil
}

func (s *memoryStore) View(ctx context.Context, f func(Reader) error) error {
	root, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer s.running.Done()
	return f(&memoryTx{root: root})
}

func (s *memoryStore) Update(ctx context.Context, f func(Writer) error) error {
	return s.update(ctx, nil, f)
}

// update runs an Update, with a lease unless it is nil.
func (s *memoryStore) update(ctx context.Context, lease *memoryLease, f func(Writer) error) error {
	select {
	case s.updating <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-s.updating }()
	if lease != nil && lease.ended() {
		return ErrLeaseLost
	}
	root, err := s.begin(ctx)
	if err != nil {
		return err
	}
	defer s.running.Done()
	tx := &memoryTx{root: root}
	if err := f(tx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.root = tx.root
	close(s.changed)
	s.changed = make(chan struct{})
	return nil
}

func (s *memoryStore) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

func (s *memoryStore) Lead(ctx context.Context) (Lease, error) {
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
	s.lease = &memoryLease{store: s, lost: make(chan struct{})}
	return s.lease, nil
}

func (s *memoryStore) Close() error {
	s.mu.Lock()
	first, lease := !s.ended, s.lease
	s.ended = true
	s.mu.Unlock()
	s.running.Wait()
	if first {
		close(s.closed)
		if lease != nil {
			lease.end()
		}
	}
	return nil
}

// memoryLease is a lease of a memoryStore.
type memoryLease struct {
	store *memoryStore
	once  sync.Once
	lost  chan struct{}
}

func (l *memoryLease) Update(ctx context.Context, f func(Writer) error) error {
	return l.store.update(ctx, l, f)
}

func (l *memoryLease) Lost() <-chan struct{} { return l.lost }

// Release waits for an Update that runs.
func (l *memoryLease) Release(ctx context.Context) error {
	select {
	case l.store.updating <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	}
	defer func() { <-l.store.updating }()
	l.end()
	return nil
}

func (l *memoryLease) end() {
	l.once.Do(func() {
		close(l.lost)
		<-l.store.leading
	})
}

func (l *memoryLease) ended() bool {
	select {
	case <-l.lost:
		return true
	default:
		return false
	}
}
