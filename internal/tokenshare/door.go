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
	// callLimit is how long a call of the store may take.
	callLimit = 300 * time.Millisecond
	// patience is how many calls in a row may fail before the store is left alone for a rest; as many may
	// hang at the same time.
	patience = 3
	rest     = 5 * time.Second
	// reportPause is the pause between reports.
	reportPause = time.Minute
)

// Store is a store of one token.
type Store interface {
	// Load returns the token, if there is one.
	Load(ctx context.Context) (tokencache.Secret, error)
	// Lock takes the right to fetch.
	Lock(ctx context.Context, lease time.Duration) (fence string, ok bool, err error)
	// Reissue notes, for a while, that the service has handed out a refused token again.
	Reissue(ctx context.Context, token string, life time.Duration) error
	// Reissued reports whether there is such a note.
	Reissued(ctx context.Context, token string) (bool, error)
	// Publish stores the token and gives the lock back.
	Publish(ctx context.Context, fence, token string, life time.Duration) error
	// Unlock gives the lock back.
	Unlock(ctx context.Context, fence string) error
	// Drop removes the token if it is this one.
	Drop(ctx context.Context, token string) error
}

// Unreadable is an error about what is stored and not about the store: there is no token.
type Unreadable string

func (e Unreadable) Error() string { return string(e) }

// Report is told what went wrong in which method of the store.
type Report func(ctx context.Context, method string, err error)

// door is where a store is called: nothing that the store does, or fails to do, comes through.
type door struct {
	store  Store
	report Report

	mu       sync.Mutex
	failures int       // in a row
	hanging  int       // calls that were given up and have not come back
	restEnds time.Time // until then the store is left alone
	reported time.Time
}

var (
	errShut   = errors.New("the store is left alone for a while")
	errHangs  = fmt.Errorf("no answer within %v", callLimit)
	errVanish = errors.New("the store ended its goroutine")
)

type lock struct {
	fence string
	held  bool
}

func (d *door) load(ctx context.Context) (tokencache.Secret, error) {
	found, err := call(ctx, d, "Load", d.store.Load, nil)
	if _, ok := errors.AsType[Unreadable](err); ok {
		err = nil
	}
	return found, err
}

func (d *door) lock(ctx context.Context, lease time.Duration) (lock, error) {
	return call(ctx, d, "Lock", func(ctx context.Context) (lock, error) {
		fence, ok, err := d.store.Lock(ctx, lease)
		return lock{fence, ok && err == nil}, err
	}, func(late lock) {
		if late.held { // of no use any more, and in everybody's way
			d.unlock(ctx, late.fence)
		}
	})
}

func (d *door) reissue(ctx context.Context, token string) {
	_ = d.do(ctx, "Publish", func(ctx context.Context) error { return d.store.Reissue(ctx, token, reissuePause) })
}

// reissued reports whether the service has lately handed out this token again, although it was refused.
func (d *door) reissued(ctx context.Context, token string) bool {
	again, _ := call(ctx, d, "Load", func(ctx context.Context) (bool, error) { return d.store.Reissued(ctx, token) }, nil)
	return again
}

func (d *door) publish(ctx context.Context, fence, token string, life time.Duration) error {
	return d.do(ctx, "Publish", func(ctx context.Context) error { return d.store.Publish(ctx, fence, token, life) })
}

func (d *door) unlock(ctx context.Context, fence string) {
	if fence != "" {
		_ = d.do(ctx, "Unlock", func(ctx context.Context) error { return d.store.Unlock(ctx, fence) })
	}
}

func (d *door) drop(ctx context.Context, token string) {
	_ = d.do(ctx, "Drop", func(ctx context.Context) error { return d.store.Drop(ctx, token) })
}

func (d *door) do(ctx context.Context, method string, f func(context.Context) error) error {
	_, err := call(ctx, d, method, func(ctx context.Context) (struct{}, error) { return struct{}{}, f(ctx) }, nil)
	return err
}

// shut says whether the store is left alone.
func (d *door) shut() bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.hanging >= patience || time.Now().Before(d.restEnds)
}

// call asks the store, and waits no longer than the limit, whatever the store makes of its context. That the
// caller goes does not cut it short: what it did would be unknown. What comes too late is given to late.
func call[T any](ctx context.Context, d *door, method string, f func(context.Context) (T, error), late func(T)) (T, error) {
	var none T
	if d.shut() {
		return none, errShut
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), callLimit)
	defer cancel()
	ended, left := make(chan outcome[T]), make(chan struct{})
	go func() {
		o := outcome[T]{err: errVanish}
		defer func() {
			if p := recover(); p != nil {
				o = outcome[T]{err: fmt.Errorf("the store panicked (%T)", p)} // its value may quote a token
			}
			select {
			case ended <- o:
			case <-left:
				d.cameBack()
				if o.err == nil && late != nil {
					late(o.value)
				}
			}
		}()
		o.value, o.err = f(ctx)
	}()
	select {
	case o := <-ended:
		d.note(ctx, method, o.err, false)
		if o.err != nil {
			return none, o.err
		}
		return o.value, nil
	case <-ctx.Done():
		d.note(ctx, method, errHangs, true)
		close(left)
		return none, errHangs
	}
}

type outcome[T any] struct {
	value T
	err   error
}

// note counts the failures, and reports one now and then.
func (d *door) note(ctx context.Context, method string, err error, hangs bool) {
	d.mu.Lock()
	_, unreadable := errors.AsType[Unreadable](err)
	if err == nil || unreadable {
		d.failures = 0
	} else if d.failures++; d.failures >= patience {
		d.restEnds = time.Now().Add(rest)
	}
	if hangs {
		d.hanging++
	}
	due := err != nil && (d.reported.IsZero() || time.Since(d.reported) >= reportPause)
	if due {
		d.reported = time.Now()
	}
	d.mu.Unlock()
	if due {
		defer func() { _ = recover() }() // what the error or the logger may do is no reason to fail a call
		d.report(ctx, method, err)
	}
}

func (d *door) cameBack() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.hanging--
}
