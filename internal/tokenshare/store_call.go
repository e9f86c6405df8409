package tokenshare

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

const (
	// callTimeout is how long a call of the store may take, in as many parts as it has slices. After each of them the goroutines
	// that are ready run first, so that a process that is too busy to receive the result does not take that for a failure of
	// the store.
	callTimeout = callSlices * callSlice
	callSlices  = 6
	callSlice   = 50 * time.Millisecond
	// maxCallTime is how long a call may take in such a process.
	maxCallTime = 2 * time.Second
)

// storeCalls calls the store of one token. A store may return errors, hang, panic or end its goroutine; the caller only sees
// that there is no token, or an error.
type storeCalls struct {
	store   Store
	breaker *Breaker
	report  Report
}

var (
	errTimeout = fmt.Errorf("no response within %v", callTimeout)
	errGoexit  = errors.New("the store ended its goroutine")
)

// lock is the result of Store.Lock.
type lock struct {
	fence string
	held  bool
	taken time.Time // or a little earlier
}

func (c *storeCalls) load(ctx context.Context) (tokencache.Secret, error) {
	stored, err := call(ctx, c, "Load", c.store.Load, nil)
	if _, ok := errors.AsType[Unreadable](err); ok {
		err = nil
	}
	return stored, err
}

func (c *storeCalls) lock(ctx context.Context, lease time.Duration) (lock, error) {
	return call(ctx, c, "Lock", func(ctx context.Context) (lock, error) {
		taken := time.Now()
		fence, ok, err := c.store.Lock(ctx, lease)
		return lock{fence, ok && err == nil, taken}, err
	}, func(late lock) {
		if late.held { // no longer needed, and other processes wait for it
			c.unlock(ctx, late.fence)
		}
	})
}

func (c *storeCalls) markReissued(ctx context.Context, token string) {
	_ = c.do(ctx, "Publish", func(ctx context.Context) error { return c.store.MarkReissued(ctx, token, reissuePause) })
}

// wasReissued reports whether the service has recently issued this token again after it was refused.
func (c *storeCalls) wasReissued(ctx context.Context, token string) bool {
	again, _ := call(ctx, c, "Load", func(ctx context.Context) (bool, error) { return c.store.WasReissued(ctx, token) }, nil)
	return again
}

// markFresh stores that the service has returned this token just now, when another one than the valid one was wanted.
func (c *storeCalls) markFresh(ctx context.Context, token string) {
	_ = c.do(ctx, "Publish", func(ctx context.Context) error {
		return c.store.MarkReissued(ctx, freshMark+token, replacePause)
	})
}

// isFresh reports whether the token was recently marked as fresh.
func (c *storeCalls) isFresh(ctx context.Context, token string) bool {
	fresh, _ := call(ctx, c, "Load", func(ctx context.Context) (bool, error) {
		return c.store.WasReissued(ctx, freshMark+token)
	}, nil)
	return fresh
}

// freshMark distinguishes the mark of a fresh token from that of a refused one that was issued again.
const freshMark = "fresh: "

func (c *storeCalls) publish(ctx context.Context, fence, token string, life time.Duration) error {
	return c.do(ctx, "Publish", func(ctx context.Context) error { return c.store.Publish(ctx, fence, token, life) })
}

func (c *storeCalls) unlock(ctx context.Context, fence string) {
	if fence != "" {
		_ = c.do(ctx, "Unlock", func(ctx context.Context) error { return c.store.Unlock(ctx, fence) })
	}
}

func (c *storeCalls) drop(ctx context.Context, token string) {
	_ = c.do(ctx, "Drop", func(ctx context.Context) error { return c.store.Drop(ctx, token) })
}

// do calls a method of the store that returns only an error.
func (c *storeCalls) do(ctx context.Context, method string, f func(context.Context) error) error {
	_, err := call(ctx, c, method, func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) }, nil)
	return err
}

// call calls the store, and returns after callTimeout, unless the process is busy, even if the store ignores its context. The
// end of the caller's context does not interrupt the call, because its outcome would be unknown. If the store returns a value
// after the timeout, call passes it to late.
func call[T any](ctx context.Context, c *storeCalls, method string, f func(context.Context) (T, error), late func(T)) (T, error) {
	var none T
	end, err := c.breaker.enter()
	if err != nil {
		if !errors.Is(err, errOpen) {
			c.breaker.tell(ctx, c.report, method, err)
		}
		return none, err
	}
	defer end()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), maxCallTime)
	defer cancel()
	start, done, timedOut := time.Now(), make(chan result[T]), make(chan struct{})
	go func() {
		r := result[T]{err: errGoexit}
		defer func() {
			if p := recover(); p != nil {
				r = result[T]{err: fmt.Errorf("the store panicked (%T)", p)} // the value may quote a token
			}
			select {
			case done <- r:
			case <-timedOut:
				c.breaker.returned()
				if r.err == nil && late != nil {
					late(r.value)
				}
			}
		}()
		r.value, r.err = f(ctx)
	}()
	r, ok := receive(ctx, done)
	if !ok {
		r.err = errTimeout
		c.breaker.hang()
		close(timedOut)
	}
	c.breaker.record(start, method, r.err)
	c.breaker.tell(ctx, c.report, method, r.err)
	if r.err != nil {
		return none, r.err
	}
	return r.value, nil
}

// persist makes a call of the holder of the lock, and makes it once more if it fails: otherwise another process would fetch as
// well. Further attempts could open the breaker, and the lock could not be released.
func persist(call func() error) error {
	err := call()
	if err != nil {
		err = call()
	}
	return err
}

// receive receives the result of a call. ok is false if the call timed out.
func receive[T any](ctx context.Context, done <-chan result[T]) (r result[T], ok bool) {
	timer := time.NewTimer(callSlice)
	defer timer.Stop()
	for left := callSlices; left > 0 && ctx.Err() == nil; left-- {
		select {
		case r := <-done:
			return r, true
		case <-timer.C:
			runtime.Gosched()
			timer.Reset(callSlice)
		}
	}
	select {
	case r := <-done:
		return r, true
	default:
		return r, false
	}
}

// result is the result of a call of the store.
type result[T any] struct {
	value T
	err   error
}
