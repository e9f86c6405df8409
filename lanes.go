package dingtalk

import (
	"context"
	"errors"
	"iter"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// lanes bounds how many calls of one kind are under way at once.
type lanes chan struct{}

// defaultConcurrency keeps the standard edition's 20 calls a second going up to 800 ms each.
const defaultConcurrency = 16

func newLanes(concurrency int) lanes {
	if concurrency <= 0 {
		concurrency = defaultConcurrency
	}
	return make(lanes, concurrency)
}

// ahead is how much is begun before its turn: enough that one slow call does not leave the other lanes
// idle, and little enough that what waits for its turn stays small.
func (l lanes) ahead() int { return 2 * cap(l) }

// in runs call once there is a free lane.
func (l lanes) in(ctx context.Context, op string, call func() error) error {
	select {
	case l <- struct{}{}:
		defer func() { <-l }()
		return call()
	case <-ctx.Done():
		return ended(ctx, op)
	}
}

// ended is the error of what is not done because the caller's context is over.
func ended(ctx context.Context, op string) *Error { return &Error{Op: op, Err: rest.ContextError(ctx)} }

// inOrder looks each key up, several at once, and hands out the results in the order of the keys, one for
// each: blank, with the key alone, beside an error. After an error that every further call would meet, the
// rest gets that error without a call.
func inOrder[T any](ctx context.Context, op string, keys []string, concurrency int, blank func(key string) T, find func(ctx context.Context, into *T) error) iter.Seq2[T, error] {
	type lookup struct {
		value T
		err   error
		done  chan struct{}
	}
	return func(yield func(T, error) bool) {
		var over error
		if ctx == nil {
			ctx, over = context.Background(), noContext(op)
		}
		within, cancel := context.WithCancel(ctx)
		var open sync.WaitGroup
		defer open.Wait() // no lookup outlives the iteration, however it is left
		defer cancel()

		l := newLanes(concurrency)
		begin := func(key string) *lookup {
			k := &lookup{value: blank(key), done: make(chan struct{})}
			open.Go(func() {
				defer close(k.done)
				k.err = l.in(within, op, func() error { return find(within, &k.value) })
			})
			return k
		}
		var begun []*lookup
		for i, key := range keys {
			for next := i + len(begun); over == nil && len(begun) < l.ahead() && next < len(keys); next++ {
				begun = append(begun, begin(keys[next]))
			}
			k := &lookup{value: blank(key), err: over}
			if over == nil {
				k, begun = begun[0], begun[1:]
				<-k.done
				if hopeless(ctx, k.err) {
					over = k.err
					cancel()
				}
			}
			if !yield(k.value, k.err) {
				return
			}
		}
	}
}

// hopeless knows what ends a loop over many calls: the errors that every further call would meet as well, and the
// end of the loop's context, or that there is no room left before it.
func hopeless(ctx context.Context, err error) bool {
	if err == nil || ctx.Err() != nil {
		return err != nil
	}
	e, ok := errors.AsType[*Error](err)
	return ok && (e.Hopeless() || outOfTime(e))
}
