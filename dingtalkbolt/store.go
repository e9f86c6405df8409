package dingtalkbolt

import (
	"context"
	"errors"
	"sync"

	bolt "go.etcd.io/bbolt"

	"github.com/dingtalk-contacts/dingtalk-go/internal/commitqueue"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// errClosed is the error of a transaction after Close.
var errClosed = errors.New("dingtalkbolt: the store is closed")

// store is a mirror.Store in a file.
type store struct {
	db      *bolt.DB
	leading chan struct{}  // full while there is a lease
	closed  chan struct{}  // closed by Close
	running sync.WaitGroup // the transactions

	queue commitqueue.Queue[*writer]

	mu      sync.Mutex
	ended   bool
	lease   *lease // the latest
	changed chan struct{}
}

func newStore(db *bolt.DB) *store {
	s := &store{db: db, leading: make(chan struct{}, 1), closed: make(chan struct{}), changed: make(chan struct{})}
	s.queue.Commit = s.commit
	return s
}

func (s *store) View(ctx context.Context, f func(mirror.Reader) error) error {
	if err := s.begin(ctx); err != nil {
		return err
	}
	defer s.running.Done()
	return s.db.View(func(tx *bolt.Tx) error {
		return f(&reader{tx.Bucket(bucketName)})
	})
}

// begin registers a transaction, which ends with s.running.Done.
func (s *store) begin(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended {
		return errClosed
	}
	s.running.Add(1)
	return nil
}

func (s *store) Changed() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.changed
}

func (s *store) notify() {
	s.mu.Lock()
	defer s.mu.Unlock()
	close(s.changed)
	s.changed = make(chan struct{})
}

func (s *store) Close() error {
	s.mu.Lock()
	first, last := !s.ended, s.lease
	s.ended = true
	s.mu.Unlock()
	s.running.Wait()
	if !first {
		return nil
	}
	close(s.closed)
	if last != nil {
		last.end()
	}
	return s.db.Close()
}
