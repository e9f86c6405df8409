package mirror

import (
	"context"
	"errors"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// dispatch has the dirty keys read when they are due, several at once.
func (l *leader) dispatch(ctx context.Context) error {
	q := newQueue(l.m.opt.now)
	finished := make(chan func() error) // what a reader has the queue note
	running := 0
	defer func() { // no read outlives the leader
		for ; running > 0; running-- {
			<-finished
		}
	}()
	var after uint64 // the generation up to which the records are known
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		changed := l.m.store.Changed()
		if err := l.load(ctx, q, &after); err != nil {
			return err
		}
		l.requeue(q)
		batches, err := l.batches(ctx, q, time.Now())
		if err != nil {
			return err
		}
		for _, b := range batches {
			running++
			go func() {
				err := l.readBatch(ctx, b.dept)
				finished <- func() error {
					l.requeue(q)
					for _, i := range b.items {
						q.restore(i)
					}
					return err
				}
			}()
		}
		var next time.Time
		for running < l.m.opt.concurrency {
			var i *item
			if i, next = q.take(time.Now()); i == nil {
				break
			}
			running++
			key, d := i.key, i.record
			go func() {
				rest, err := l.refreshDirty(ctx, key, d)
				finished <- func() error {
					switch {
					case err == nil:
						q.done(key, d.Generation, rest, time.Now())
					case isServiceError(err):
						q.failed(key, time.Now())
					default:
						return err
					}
					return nil
				}
			}()
		}
		timer.Stop()
		if !next.IsZero() {
			timer.Reset(time.Until(next))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case note := <-finished:
			running--
			if err := note(); err != nil {
				return err
			}
		case <-changed:
		case <-timer.C:
		}
	}
}

// requeue notes in the queue the records that lists have changed.
func (l *leader) requeue(q *queue) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k, d := range l.relisted {
		if q.items[k] != nil {
			q.put(k, d, time.Now())
		}
	}
	clear(l.relisted)
}

// load reads the dirty records that were marked since it was called last.
func (l *leader) load(ctx context.Context, q *queue, after *uint64) error {
	now := time.Now()
	return l.m.store.View(ctx, func(r Reader) error {
		n, err := readCounters(r)
		if err != nil || n.Generation == *after {
			return err
		}
		err = eachInRange(r, queueKey(*after+1), queueKey(n.Generation+1), func(_, value []byte) error {
			k, err := decodeKey(value)
			if err != nil {
				return err
			}
			d, found, err := getDirty(r, k)
			if found {
				q.put(k, d, now)
			}
			return err
		})
		if err == nil {
			*after = n.Generation
		}
		return err
	})
}

// refreshDirty reads what a dirty record asks for. It returns the record if there is more to read.
func (l *leader) refreshDirty(ctx context.Context, k Key, d dirty) (*dirty, error) {
	switch k.Kind {
	case kindScan:
		l.wantScan()
		return nil, nil //nolint:nilnil // the scan settles the record
	case kindContents:
		return l.refreshContents(ctx, k, d)
	case kindHolders:
		return l.refreshHolders(ctx, k, d)
	default:
		if d.IfAbsent {
			if rest, known, err := l.settleIfKnown(ctx, k, d); known || err != nil {
				return rest, err
			}
		}
		return l.refresh(ctx, k, d.Source, &d)
	}
}

// settleIfKnown settles a dirty record without a read if the mirror has the entity by now, and reports whether it does.
func (l *leader) settleIfKnown(ctx context.Context, k Key, d dirty) (rest *dirty, known bool, err error) {
	err = l.transact(ctx, func(t *transaction) error {
		row, err := get(t, k.encode())
		if known = row != nil; !known || err != nil {
			return err
		}
		rest, err = t.settle(k, d.Generation, true)
		return err
	})
	return rest, known, err
}

// refresh reads an entity and writes what the read showed. In the same transaction it settles the dirty record that asked for
// the read, if one did, and returns it if there is more to read.
func (l *leader) refresh(ctx context.Context, k Key, source Source, d *dirty) (rest *dirty, err error) {
	end, err := l.flights.begin(ctx, k)
	if err != nil {
		return nil, err
	}
	defer end()
	var write func(*put) error
	r, err := l.reading(ctx, func() (err error) {
		write, err = l.m.read(ctx, k)
		return err
	})
	defer l.finish(r)
	if err != nil {
		return nil, err
	}
	err = l.write(ctx, r, source, func(p *put) error {
		if d == nil {
			return write(p)
		}
		p.key, p.generation = k, d.Generation
		before, err := p.userOf(k)
		if err != nil {
			return err
		}
		if err := write(p); err != nil {
			return err
		}
		after, err := p.userOf(k)
		if err != nil {
			return err
		}
		rest, err = p.settle(k, d.Generation, d.Expect.metBy(after) && !d.Expect.metBy(before))
		return err
	})
	return rest, err
}

// userOf returns the user that a key names; nil if there is none.
func (p *put) userOf(k Key) (*User, error) {
	if k.Kind != KindUser {
		return nil, nil //nolint:nilnil // no user is a value
	}
	u, found, err := p.storedUser(k.UserID)
	if !found {
		return nil, err
	}
	return &u, nil
}

// reading makes a call, and returns when by the logical clock. After an error that each further call would meet, the leader
// pauses. The caller finishes the reading.
func (l *leader) reading(ctx context.Context, call func() error) (reading, error) {
	r, err := l.readingWithoutPause(ctx, call)
	l.notePause(ctx, err)
	return r, err
}

// readingWithoutPause is reading for a call whose error the caller notes.
func (l *leader) readingWithoutPause(ctx context.Context, call func() error) (reading, error) {
	if err := l.pause.wait(ctx); err != nil {
		return reading{}, err
	}
	l.mu.Lock()
	r := l.clock.begin()
	r.forgets = l.forgets
	l.mu.Unlock()
	err := call()
	l.mu.Lock()
	l.clock.end(&r)
	l.mu.Unlock()
	return r, err
}

func (l *leader) finish(r reading) {
	l.mu.Lock()
	l.clock.finish(r)
	l.mu.Unlock()
}

// removalReason returns why an entity is gone by the error of a call that names it; empty if the error says nothing of that.
func removalReason(err error) RemovalReason {
	e, ok := errors.AsType[*dingtalk.Error](err)
	switch {
	case !ok:
		return ""
	case errors.Is(err, dingtalk.ErrNotFound):
		return Left
	case errors.Is(err, dingtalk.ErrPermission) && !e.Fatal():
		return OutOfScope
	}
	return ""
}

func gone(err error) bool { return removalReason(err) != "" }
