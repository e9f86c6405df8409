package tokenshare

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

const (
	// callTimeout is how long a call of the store may take.
	callTimeout = 300 * time.Millisecond
	// failureThreshold is how many calls in a row may fail before the breaker opens.
	failureThreshold = 3
	// maxHung is how many calls may hang at the same time.
	maxHung = 3
	// cooldown is how long the breaker stays open. The first failure after it opens the breaker again.
	cooldown = 5 * time.Second
	// reportInterval is the shortest time between two reports, for a store that fails now and then.
	reportInterval = time.Minute
)

// maxCalls is how many calls may be made at once with the same Turns.
const maxCalls = 4

// Turns bounds the calls of a store that many tokens share, those of the organizations of an app: hundreds at once would
// take longer than each of them may. nil is no bound.
type Turns chan struct{}

// NewTurns returns the bound of one store.
func NewTurns() Turns { return make(Turns, maxCalls) }

// maxTurnWait is how long a call waits for its turn. The wait is longer only if the store hangs.
const maxTurnWait = 2 * time.Second

// take waits for a turn. ok is false if none came in time.
func (t Turns) take() (end func(), ok bool) {
	if t == nil {
		return func() {}, true
	}
	timer := time.NewTimer(maxTurnWait)
	defer timer.Stop()
	select {
	case t <- struct{}{}:
		return func() { <-t }, true
	case <-timer.C:
		return nil, false
	}
}

// Report receives the errors of the store and the method that returned them.
type Report func(ctx context.Context, method string, err error)

// breaker is a circuit breaker around a token store. A store may return errors, hang, panic or end its goroutine; its
// callers only see that it has no token, or an error.
type breaker struct {
	store  Store
	report Report
	turns  Turns

	mu        sync.Mutex
	failures  int       // in a row
	hung      int       // calls that timed out and have not returned
	openUntil time.Time // until then the store is not called
	failing   string    // the method whose error was reported; empty: none, or it has succeeded since
	reported  time.Time // the last report
}

var (
	errOpen    = errors.New("the store is not called for a while after its failures")
	errTimeout = fmt.Errorf("no response within %v", callTimeout)
	errGoexit  = errors.New("the store ended its goroutine")
)

// lock is the result of Store.Lock.
type lock struct {
	fence string
	held  bool
}

func (b *breaker) load(ctx context.Context) (tokencache.Secret, error) {
	stored, err := call(ctx, b, "Load", b.store.Load, nil)
	if _, ok := errors.AsType[Unreadable](err); ok {
		err = nil
	}
	return stored, err
}

func (b *breaker) lock(ctx context.Context, lease time.Duration) (lock, error) {
	return call(ctx, b, "Lock", func(ctx context.Context) (lock, error) {
		fence, ok, err := b.store.Lock(ctx, lease)
		return lock{fence, ok && err == nil}, err
	}, func(late lock) {
		if late.held { // no longer needed, and other processes wait for it
			b.unlock(ctx, late.fence)
		}
	})
}

func (b *breaker) markReissued(ctx context.Context, token string) {
	_ = b.do(ctx, "Publish", func(ctx context.Context) error { return b.store.MarkReissued(ctx, token, reissuePause) })
}

// wasReissued reports whether the service has recently issued this token again after it was refused.
func (b *breaker) wasReissued(ctx context.Context, token string) bool {
	again, _ := call(ctx, b, "Load", func(ctx context.Context) (bool, error) { return b.store.WasReissued(ctx, token) }, nil)
	return again
}

// markFresh stores that the service has returned this token just now, when another one than the valid one was wanted.
func (b *breaker) markFresh(ctx context.Context, token string) {
	_ = b.do(ctx, "Publish", func(ctx context.Context) error {
		return b.store.MarkReissued(ctx, freshMark+token, replacePause)
	})
}

// isFresh reports whether the token was recently marked as fresh.
func (b *breaker) isFresh(ctx context.Context, token string) bool {
	fresh, _ := call(ctx, b, "Load", func(ctx context.Context) (bool, error) {
		return b.store.WasReissued(ctx, freshMark+token)
	}, nil)
	return fresh
}

// freshMark distinguishes the mark of a fresh token from that of a refused one that was issued again.
const freshMark = "fresh: "

func (b *breaker) publish(ctx context.Context, fence, token string, life time.Duration) error {
	return b.do(ctx, "Publish", func(ctx context.Context) error { return b.store.Publish(ctx, fence, token, life) })
}

func (b *breaker) unlock(ctx context.Context, fence string) {
	if fence != "" {
		_ = b.do(ctx, "Unlock", func(ctx context.Context) error { return b.store.Unlock(ctx, fence) })
	}
}

func (b *breaker) drop(ctx context.Context, token string) {
	_ = b.do(ctx, "Drop", func(ctx context.Context) error { return b.store.Drop(ctx, token) })
}

// do calls a method of the store that returns only an error.
func (b *breaker) do(ctx context.Context, method string, f func(context.Context) error) error {
	_, err := call(ctx, b, method, func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) }, nil)
	return err
}

// open reports whether the store must not be called.
func (b *breaker) open() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.hung >= maxHung || time.Now().Before(b.openUntil)
}

// call calls the store, and returns after callTimeout at the latest, even if the store ignores its context. The end of
// the caller's context does not interrupt the call, because its outcome would be unknown. If the store returns a value
// after the timeout, call passes it to late.
func call[T any](ctx context.Context, b *breaker, method string, f func(context.Context) (T, error), late func(T)) (T, error) {
	var none T
	if b.open() {
		return none, errOpen
	}
	end, ok := b.turns.take()
	if !ok {
		b.record(ctx, method, errTimeout, false)
		return none, errTimeout
	}
	defer end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callTimeout)
	defer cancel()
	done, timedOut := make(chan result[T]), make(chan struct{})
	go func() {
		r := result[T]{err: errGoexit}
		defer func() {
			if p := recover(); p != nil {
				r = result[T]{err: fmt.Errorf("the store panicked (%T)", p)} // the value may quote a token
			}
			select {
			case done <- r:
			case <-timedOut:
				b.returned()
				if r.err == nil && late != nil {
					late(r.value)
				}
			}
		}()
		r.value, r.err = f(ctx)
	}()
	select {
	case r := <-done:
		b.record(ctx, method, r.err, false)
		if r.err != nil {
			return none, r.err
		}
		return r.value, nil
	case <-ctx.Done():
		b.record(ctx, method, errTimeout, true)
		close(timedOut)
		return none, errTimeout
	}
}

// result is the result of a call of the store.
type result[T any] struct {
	value T
	err   error
}

// record counts the result of a call, opens the breaker if there were too many failures, and reports an error, but no
// further one until the method that failed succeeds.
func (b *breaker) record(ctx context.Context, method string, err error, hung bool) {
	b.mu.Lock()
	_, unreadable := errors.AsType[Unreadable](err)
	if err == nil || unreadable {
		b.failures = 0
	} else if b.failures++; b.failures >= failureThreshold {
		b.openUntil = time.Now().Add(cooldown)
	}
	if hung {
		b.hung++
	}
	if err == nil && method == b.failing {
		b.failing = ""
	}
	due := err != nil && b.failing == "" && (b.reported.IsZero() || time.Since(b.reported) >= reportInterval)
	if due {
		b.failing, b.reported = method, time.Now()
	}
	b.mu.Unlock()
	if due {
		defer func() { _ = recover() }() // a panic of the error or of the logger must not fail a call
		b.report(ctx, method, err)
	}
}

// returned records that a call returned after its timeout.
func (b *breaker) returned() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.hung--
}
