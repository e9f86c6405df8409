package dingtalkbolt

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// Updates that are called while one is being committed share the next commit, and so its fsync. Each function runs in
// the goroutine of its caller, one after the other in one transaction of bbolt. If a function fails after it wrote, the
// transaction is rolled back and the other functions run again.

// update is an Update that waits for its turn, or for its end.
type update struct {
	lease *lease        // nil without one
	turn  chan *writer  // the function may run
	ran   chan error    // it has returned
	gone  chan struct{} // the caller has left: its context ended before its turn, or its function panicked
	done  chan error    // the result
	err   error         // why it failed
}

// update runs an Update, with a lease unless it is nil.
func (s *store) update(ctx context.Context, l *lease, f func(mirror.Writer) error) error {
	u := &update{lease: l, turn: make(chan *writer), ran: make(chan error), gone: make(chan struct{}), done: make(chan error, 1)}
	if err := s.begin(ctx, func() { s.enqueue(u) }); err != nil {
		return err
	}
	defer s.running.Done()
	defer close(u.gone)
	canceled := ctx.Done()
	for {
		select {
		case w := <-u.turn:
			canceled = nil // from now on it may be committed
			u.ran <- f(w)
		case err := <-u.done:
			return err
		case <-canceled:
			return ctx.Err()
		}
	}
}

// enqueue adds an Update to those of the next commit. It is called with s.mu locked.
func (s *store) enqueue(u *update) {
	s.waiting = append(s.waiting, u)
	if !s.committing {
		s.committing = true
		go s.commitAll()
	}
}

// commitAll commits Updates until none waits.
func (s *store) commitAll() {
	for {
		s.mu.Lock()
		group := s.waiting
		s.waiting = nil
		s.committing = len(group) > 0
		s.mu.Unlock()
		if len(group) == 0 {
			return
		}
		s.commit(group)
	}
}

// errSpoiled is the error of a transaction that contains changes of a function that failed.
var errSpoiled = errors.New("a function failed after it wrote")

// commit runs and commits a group of Updates, and gives each its result.
func (s *store) commit(group []*update) {
	var failed []*update // they learn of it after the commit, because they may have read what others wrote
	err := errSpoiled
	for errors.Is(err, errSpoiled) {
		var more []*update
		group, more, err = s.attempt(group)
		failed = append(failed, more...)
	}
	for _, u := range group {
		u.done <- err
	}
	for _, u := range failed {
		u.done <- cmp.Or(err, u.err)
	}
}

// attempt runs and commits a group of Updates, and returns those that are still to succeed and those that failed.
func (s *store) attempt(group []*update) (succeeded, failed []*update, err error) {
	tx, err := s.db.Begin(true)
	if err != nil {
		return group, nil, err
	}
	defer func() { _ = tx.Rollback() }() // does nothing after a commit
	bucket, wrote := tx.Bucket(bucketName), false
	for i, u := range group {
		w := &writer{reader: reader{bucket}}
		present := u.run(w)
		switch {
		case present && u.err == nil:
			succeeded = append(succeeded, u)
			wrote = wrote || w.wrote
			continue
		case present:
			failed = append(failed, u)
		}
		if w.wrote {
			return append(succeeded, group[i+1:]...), failed, errSpoiled
		}
	}
	if !wrote {
		return succeeded, failed, nil
	}
	if err := tx.Commit(); err != nil {
		return succeeded, failed, fmt.Errorf("dingtalkbolt: cannot write the file: %w", err)
	}
	s.notify()
	return succeeded, failed, nil
}

// run lets the caller run its function, and reports whether it has not left.
func (u *update) run(w *writer) bool {
	if u.lease != nil && u.lease.ended() {
		u.err = mirror.ErrLeaseLost
		return true
	}
	select {
	case u.turn <- w:
	case <-u.gone:
		return false
	}
	select {
	case u.err = <-u.ran:
		return true
	case <-u.gone:
		return false
	}
}
