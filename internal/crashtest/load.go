// Package crashtest checks that a mirror.Store keeps what it has acknowledged, whatever is killed when. Writers write so
// that each lost and each partial Update shows, and acknowledge on a stream that outlives them.
package crashtest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

const (
	writers   = 8                     // the first of them leads
	term      = 20                    // Updates of a lease
	retryWait = 20 * time.Millisecond // after an Update that failed
)

// Load is what writes to a store.
type Load struct {
	Store mirror.Store
	// Acks takes a line for each Update that has returned nil: the number of the writer and how many it has made.
	Acks io.Writer
	// Retry reports whether a writer goes on after an error of the store; nil: never.
	Retry func(error) bool
}

// Run writes until the context ends. It fails if an Update does, or does not find what was acknowledged.
func (l Load) Run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var group sync.WaitGroup
	for id := range writers {
		w := &writer{Load: l, id: id}
		group.Go(func() {
			if err := w.run(ctx); err != nil {
				cancel(fmt.Errorf("writer %d: %w", id, err))
			}
		})
	}
	group.Wait()
	if err := context.Cause(ctx); !errors.Is(err, ctx.Err()) {
		return err
	}
	return nil
}

// writer counts its Updates in the store.
type writer struct {
	Load
	id           int
	begun        bool
	acked, tried int // the count that was acknowledged, and the one that an Update was to store
}

func (w *writer) run(ctx context.Context) error {
	for ctx.Err() == nil {
		work := w.work
		if w.id == 0 {
			work = w.lead
		}
		err := work(ctx)
		switch {
		case err == nil, ctx.Err() != nil:
		case w.Retry == nil || errors.Is(err, errLost) || !w.Retry(err):
			return err
		default:
			<-time.After(retryWait)
		}
	}
	return nil
}

func (w *writer) lead(ctx context.Context) error {
	lease, err := w.Store.Lead(ctx)
	if err != nil {
		return err
	}
	err = w.updates(ctx, lease.Update)
	return errors.Join(err, lease.Release(context.WithoutCancel(ctx)))
}

func (w *writer) work(ctx context.Context) error { return w.updates(ctx, w.Store.Update) }

var (
	errAbandoned = errors.New("abandoned")
	errLost      = errors.New("an Update is lost, or was made twice")
)

// updates makes some Updates, one of which fails after it wrote.
func (w *writer) updates(ctx context.Context, update func(context.Context, func(mirror.Writer) error) error) error {
	for i := range term {
		abandon := i == term/2
		next := 0
		err := update(ctx, func(tx mirror.Writer) error {
			count, err := number(tx, writerKey(w.id))
			if err != nil {
				return err
			}
			if w.begun && (count < w.acked || count > w.tried) {
				return fmt.Errorf("%w: found %d of %d acknowledged and %d tried", errLost, count, w.acked, w.tried)
			}
			next = count + 1
			if abandon {
				return errors.Join(write(tx, w.id, next), tx.Put([]byte("abandoned"), []byte("1")), errAbandoned)
			}
			w.tried = max(w.tried, next)
			return write(tx, w.id, next)
		})
		if abandon && errors.Is(err, errAbandoned) {
			continue
		}
		if err != nil {
			return err
		}
		w.begun, w.acked = true, next
		if _, err := fmt.Fprintf(w.Acks, "%d %d\n", w.id, next); err != nil {
			return err
		}
	}
	return nil
}
