package dingtalk

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// semaphore bounds how many calls of one kind are in flight.
type semaphore chan struct{}

// defaultConcurrency sustains the standard edition's 20 calls a second while a call takes up to 800 ms.
const defaultConcurrency = 16

func newSemaphore(concurrency int) semaphore {
	if concurrency <= 0 {
		concurrency = defaultConcurrency
	}
	return make(semaphore, concurrency)
}

// prefetch returns how many items are started before their turn: enough that one slow call does not leave the
// semaphore idle, and few enough that the results that wait for their turn stay small.
func (s semaphore) prefetch() int { return 2 * cap(s) }

// do runs call once the semaphore has room.
func (s semaphore) do(ctx context.Context, op string, call func() error) error {
	select {
	case s <- struct{}{}:
		defer func() { <-s }()
		return call()
	case <-ctx.Done():
		return contextEnded(ctx, op)
	}
}

// contextEnded returns the error of work that is not done because the caller's context has ended.
func contextEnded(ctx context.Context, op string) *Error {
	return &Error{Op: op, Err: rest.ContextError(ctx)}
}

// lookupOrdered looks up each key, several at once, and yields the results in the order of the keys, one for each: for
// a failed lookup, a value that holds only the key, and the error. A fatal error ends all lookups at once, and the
// remaining keys get that error without a call.
func lookupOrdered[T any](ctx context.Context, op string, keys []string, concurrency int, blank func(key string) T, find func(ctx context.Context, into *T) error) iter.Seq2[T, error] {
	type lookup struct {
		value T
		err   error
		done  chan struct{}
	}
	return func(yield func(T, error) bool) {
		var fatal error
		if ctx == nil {
			ctx, fatal = context.Background(), noContext(op)
		}
		inner, cancel := context.WithCancelCause(ctx)
		var running sync.WaitGroup
		defer running.Wait() // no lookup outlives the iteration, however it is left
		defer cancel(nil)

		sem := newSemaphore(concurrency)
		start := func(key string) *lookup {
			l := &lookup{value: blank(key), done: make(chan struct{})}
			running.Go(func() {
				defer close(l.done)
				l.err = sem.do(inner, op, func() error { return find(inner, &l.value) })
				cancelIfFatal(cancel, l.err)
			})
			return l
		}
		var started []*lookup
		for i, key := range keys {
			for next := i + len(started); fatal == nil && inner.Err() == nil && len(started) < sem.prefetch() && next < len(keys); next++ {
				started = append(started, start(keys[next]))
			}
			l := &lookup{value: blank(key), err: fatal}
			switch {
			case fatal != nil:
			case len(started) == 0: // the context has ended
				l.err = contextEnded(inner, op)
			default:
				l, started = started[0], started[1:]
				<-l.done
			}
			if ended := fatalIn(inner); ended != nil && errors.Is(l.err, context.Canceled) {
				l.err = ended
			}
			if fatal == nil && isFatal(ctx, l.err) {
				fatal = l.err
				cancel(nil)
			}
			if !yield(l.value, l.err) {
				return
			}
		}
	}
}

// isFatal reports whether err ends a loop over many calls: every further call would meet it too, the context of the
// loop has ended, or there is no room left before its deadline.
func isFatal(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return err != nil
	}
	e := asError(err)
	return e != nil && (e.Fatal() || exceedsDeadline(e))
}

// fatalCause is the cause of a loop's context that a fatal error has ended. It hides the chain of the error from the calls
// that are canceled.
type fatalCause struct{ error }

// cancelIfFatal ends a loop over many calls at once if every further call would meet err too: those that wait, or are in
// flight, would meet it later. An error that concerns the deadline ends the loop only when it is its turn, because the
// calls before it may still have time.
func cancelIfFatal(cancel context.CancelCauseFunc, err error) {
	if e := asError(err); e != nil && e.Fatal() {
		cancel(fatalCause{err})
	}
}

// fatalIn returns the fatal error that ended the loop of this context, or nil.
func fatalIn(ctx context.Context) error {
	if fatal, ok := context.Cause(ctx).(fatalCause); ok { //nolint:errorlint // it is never wrapped
		return fatal.error
	}
	return nil
}
