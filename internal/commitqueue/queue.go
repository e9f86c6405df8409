// Package commitqueue lets the Updates of a store that wait share a transaction. Each function runs alone, in the goroutine
// of its caller, so that a panic or runtime.Goexit ends the caller and nothing else.
package commitqueue

import (
	"context"
	"errors"
	"sync"
)

// Queue holds the Updates that wait, whose functions take a W.
type Queue[W any] struct {
	// Commit runs a group of Updates in a transaction, each with Run, and gives each its result with Finish.
	Commit func(group []*Update[W])

	mu         sync.Mutex
	waiting    []*Update[W]
	committing bool
}

// Update is the call of a function.
type Update[W any] struct {
	turn chan W        // the function may run
	ran  chan error    // it has returned
	gone chan struct{} // the caller has left
	done chan error    // the result
}

// Do runs a function as a part of the next group, and returns its result. When the context ends while the function does not
// run, Do returns its error; the function may have run, and its changes may be committed.
func (q *Queue[W]) Do(ctx context.Context, f func(W) error) error {
	u := &Update[W]{turn: make(chan W), ran: make(chan error), gone: make(chan struct{}), done: make(chan error, 1)}
	q.add(u)
	defer close(u.gone)
	for {
		select {
		case w := <-u.turn:
			u.ran <- f(w)
		case err := <-u.done:
			return err
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

func (q *Queue[W]) add(u *Update[W]) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.waiting = append(q.waiting, u)
	if !q.committing {
		q.committing = true
		go q.commitAll()
	}
}

// Waiting is the number of Updates that wait for the next group.
func (q *Queue[W]) Waiting() int {
	q.mu.Lock()
	defer q.mu.Unlock()
	return len(q.waiting)
}

// commitAll commits groups until no Update waits.
func (q *Queue[W]) commitAll() {
	for {
		q.mu.Lock()
		group := q.waiting
		q.waiting = nil
		q.committing = len(group) > 0
		q.mu.Unlock()
		if len(group) == 0 {
			return
		}
		q.Commit(group)
	}
}

// ErrGone is an Update whose caller has left: its context ended, or its function panicked.
var ErrGone = errors.New("the caller has left")

// Run lets the caller run its function, and returns its error, or ErrGone. It may be called again.
func (u *Update[W]) Run(w W) error {
	select {
	case u.turn <- w:
	case <-u.gone:
		return ErrGone
	}
	select {
	case err := <-u.ran:
		return err
	case <-u.gone:
		return ErrGone
	}
}

// Finish gives the caller its result. It is called once.
func (u *Update[W]) Finish(err error) { u.done <- err }
