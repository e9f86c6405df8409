package mirrortest_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

type mistake struct {
	bend func(s mirror.Store, b *bentStore)
	said string
}

// reads makes a mistake in both transactions.
func reads(bend func(r mirror.Reader, b *bentReader), said string) mistake {
	return mistake{func(_ mirror.Store, b *bentStore) {
		b.reader = func(r mirror.Reader) mirror.Reader {
			reader := bentReader{Reader: r}
			bend(r, &reader)
			return reader
		}
	}, said}
}

// writes makes a mistake in Updates.
func writes(bend func(w mirror.Writer, b *bentWriter), said string) mistake {
	return mistake{func(_ mirror.Store, b *bentStore) {
		b.writer = func(w mirror.Writer) mirror.Writer {
			writer := bentWriter{Reader: w, Writer: w}
			bend(w, &writer)
			return writer
		}
	}, said}
}

// leases makes a mistake in leases.
func leases(bend func(s mirror.Store, l mirror.Lease, b *bentLease), said string) mistake {
	return mistake{func(s mirror.Store, b *bentStore) {
		b.lead = func(ctx context.Context) (mirror.Lease, error) {
			l, err := s.Lead(ctx)
			if err != nil {
				return nil, err
			}
			lease := bentLease{Lease: l}
			bend(s, l, &lease)
			return lease, nil
		}
	}, said}
}

type pair struct{ key, value []byte }

func collect(r mirror.Reader, from, to []byte) ([]pair, error) {
	var pairs []pair
	err := r.Range(from, to, func(key, value []byte) error {
		pairs = append(pairs, pair{key, value})
		return nil
	})
	return pairs, err
}

// visit calls f for pairs until an error, which it returns.
func visit(pairs []pair, f func(key, value []byte) error) error {
	for _, p := range pairs {
		if err := f(p.key, p.value); err != nil {
			return err
		}
	}
	return nil
}

// mistakes holds common mistakes, each with the complaint about it.
var mistakes = map[string]mistake{
	"an absent key has an empty value": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			values, err := r.Get(keys...)
			for i := range values {
				values[i] = append([]byte{}, values[i]...)
			}
			return values, err
		}
	}, "an empty store: Get of an absent key should return nil"),
	"absent keys have no place": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			values, err := r.Get(keys...)
			return slices.DeleteFunc(values, func(v []byte) bool { return v == nil }), err
		}
	}, "Get of 5 keys returned 3 values"),
	"values come in the order of the store": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			return r.Get(slices.SortedFunc(slices.Values(keys), bytes.Compare)...)
		}
	}, "in the order of the keys"),
	"an absent key is an error": reads(func(r mirror.Reader, b *bentReader) {
		b.get = func(keys ...[]byte) ([][]byte, error) {
			values, err := r.Get(keys...)
			if err == nil && slices.ContainsFunc(values, func(v []byte) bool { return v == nil }) {
				err = errors.New("no rows")
			}
			return values, err
		}
	}, "Get: no rows"),
	"the end of a range is in it": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			if len(to) > 0 {
				to = append(bytes.Clone(to), 0)
			}
			return r.Range(from, to, f)
		}
	}, `ranges: Range from "" to "\x00"`),
	"the begin of a range is not in it": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			return r.Range(append(bytes.Clone(from), 0), to, f)
		}
	}, `ranges: Range from "\x00" to`),
	"an empty end is the least key": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			if len(to) == 0 {
				return nil
			}
			return r.Range(from, to, f)
		}
	}, `keys and values: Range from "" to ""`),
	"a range is a prefix": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			if len(from) > 0 && len(to) == len(from) {
				to = prefixEnd(from)
			}
			return r.Range(from, to, f)
		}
	}, "ranges: Range from"),
	"keys are ordered as text": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			pairs, err := collect(r, from, to)
			slices.SortStableFunc(pairs, func(a, b pair) int {
				return bytes.Compare(bytes.Trim(a.key, "\x00/"), bytes.Trim(b.key, "\x00/"))
			})
			return errors.Join(err, visit(pairs, f))
		}
	}, "ranges: Range from"),
	"a range goes on after an error": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			var first error
			err := r.Range(from, to, func(key, value []byte) error {
				if err := f(key, value); first == nil {
					first = err
				}
				return nil
			})
			return errors.Join(err, first)
		}
	}, "Range should end with an error"),
	"a range swallows the error": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			_ = r.Range(from, to, f)
			return nil
		}
	}, "Range should return the error of its function"),
	"a range ends after a page": reads(func(r mirror.Reader, b *bentReader) {
		b.rng = func(from, to []byte, f func(key, value []byte) error) error {
			pairs, err := collect(r, from, to)
			return errors.Join(err, visit(pairs[:min(len(pairs), 5000)], f))
		}
	}, "many keys: Range"),
	"a transaction is busy in a range": {func(_ mirror.Store, b *bentStore) {
		b.reader = func(r mirror.Reader) mirror.Reader {
			busy := 0
			return bentReader{
				Reader: r,
				rng: func(from, to []byte, f func(key, value []byte) error) error {
					busy++
					defer func() { busy-- }()
					return r.Range(from, to, f)
				},
				get: func(keys ...[]byte) ([][]byte, error) {
					if busy > 0 {
						return nil, errors.New("conn busy")
					}
					return r.Get(keys...)
				},
			}
		}
	}, "reads within a range: Get: conn busy"},
	"an Update reads the state before it": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			return s.View(ctx, func(before mirror.Reader) error {
				return s.Update(ctx, func(w mirror.Writer) error {
					return f(bentWriter{Reader: before, Writer: w})
				})
			})
		}
	}, "random transactions: "},
	"ranges do not show own writes": writes(func(w mirror.Writer, b *bentWriter) {
		pairs, _ := collect(w, nil, nil)
		b.Reader = bentReader{Reader: w, rng: func(from, to []byte, f func(key, value []byte) error) error {
			before := slices.DeleteFunc(slices.Clone(pairs), func(p pair) bool {
				return bytes.Compare(p.key, from) < 0 || len(to) > 0 && bytes.Compare(p.key, to) >= 0
			})
			return visit(before, f)
		}}
	}, "random transactions: Range"),
	"an empty value is stored": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			if len(value) == 0 {
				return nil
			}
			return w.Put(key, value)
		}
	}, "Put of an empty value should fail"),
	"an empty key is stored": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			if len(key) == 0 {
				return nil
			}
			return w.Put(key, value)
		}
	}, "Put of an empty key should fail"),
	"the delete of an absent key is an error": writes(func(w mirror.Writer, b *bentWriter) {
		b.remove = func(key []byte) error {
			if values, err := w.Get(key); err != nil || values[0] == nil {
				return errors.New("not found")
			}
			return w.Delete(key)
		}
	}, "Delete: not found"),
	"large values are cut": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error { return w.Put(key, value[:min(len(value), 65535)]) }
	}, "large keys and values: "),
	"values are text": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			return w.Put(key, bytes.ToValidUTF8(bytes.ReplaceAll(value, []byte{0}, nil), []byte("?")))
		}
	}, "keys and values: Range"),
	"long keys are refused": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			if len(key) > 255 {
				return errors.New("too long")
			}
			return w.Put(key, value)
		}
	}, "large keys and values: Put: too long"),
	"slices of the caller are kept": {func(_ mirror.Store, b *bentStore) {
		var key, value []byte // the first of each store
		b.writer = func(w mirror.Writer) mirror.Writer {
			return bentWriter{Reader: w, Writer: w, put: func(k, v []byte) error {
				if key == nil {
					key, value = k, v
				}
				return w.Put(k, v)
			}}
		}
		b.reader = func(r mirror.Reader) mirror.Reader {
			return bentReader{Reader: r, rng: func(from, to []byte, f func(key, value []byte) error) error {
				return r.Range(from, to, func(k, v []byte) error {
					if string(k) == "a" && value != nil && value[0] == 'x' {
						v = value
					}
					return f(k, v)
				})
			}}
		}
	}, "byte slices: Range"},
	"a value changes while it is used": {func(_ mirror.Store, b *bentStore) {
		b.writer = func(w mirror.Writer) mirror.Writer {
			handed := map[string][]byte{}
			return bentWriter{
				Writer: w,
				Reader: bentReader{Reader: w, get: func(keys ...[]byte) ([][]byte, error) {
					values, err := w.Get(keys...)
					for i := range values {
						values[i] = bytes.Clone(values[i])
						handed[string(keys[i])] = values[i]
					}
					return values, err
				}},
				put: func(key, value []byte) error {
					copy(handed[string(key)], value)
					return w.Put(key, value)
				},
			}
		}
	}, "values that Get returned changed"},
	"a failed Update is committed": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			var failure error
			err := s.Update(ctx, func(w mirror.Writer) error {
				failure = f(w)
				return nil
			})
			return errors.Join(err, failure)
		}
	}, "a failed transaction: Range"},
	"Update returns an error of its own": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			err := s.Update(ctx, f)
			if err != nil && !errors.Is(err, errEnded) {
				return errors.New("rolled back: " + err.Error())
			}
			return err
		}
	}, "Update should return the error of its function"},
	"View hides the error": {func(s mirror.Store, b *bentStore) {
		b.view = func(ctx context.Context, f func(mirror.Reader) error) error {
			return s.View(ctx, func(r mirror.Reader) error {
				_ = f(r)
				return nil
			})
		}
	}, "View should return the error of its function"},
	"a panic is committed": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			var value any
			err := s.Update(ctx, func(w mirror.Writer) error {
				defer func() { value = recover() }()
				return f(w)
			})
			if value != nil {
				panic(value)
			}
			return err
		}
	}, "a panic: Range"},
	"a panic is an error": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) (err error) {
			defer func() {
				if recover() != nil {
					err = errors.New("panic")
				}
			}()
			return s.Update(ctx, f)
		}
	}, "Update should not recover a panic"},
	"a panic leaves the store locked": {func(s mirror.Store, b *bentStore) {
		locked := make(chan struct{}, 1)
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			select {
			case locked <- struct{}{}:
			case <-ctx.Done():
				return ctx.Err()
			}
			err := s.Update(ctx, f)
			<-locked
			return err
		}
	}, "a panic: Update: context deadline exceeded"},
	"a View shows the latest state": {func(s mirror.Store, b *bentStore) {
		b.view = func(ctx context.Context, f func(mirror.Reader) error) error {
			return s.View(ctx, func(mirror.Reader) error {
				return f(bentReader{
					get: func(keys ...[]byte) (values [][]byte, err error) {
						err = s.View(ctx, func(r mirror.Reader) error {
							values, err = r.Get(keys...)
							return err
						})
						return values, err
					},
					rng: func(from, to []byte, g func(key, value []byte) error) error {
						return s.View(ctx, func(r mirror.Reader) error { return r.Range(from, to, g) })
					},
				})
			})
		}
	}, "a View during Updates: "},
	"Updates wait for Views": {func(s mirror.Store, b *bentStore) {
		var mu sync.Mutex
		views := 0
		b.view = func(ctx context.Context, f func(mirror.Reader) error) error {
			mu.Lock()
			views++
			mu.Unlock()
			defer func() {
				mu.Lock()
				defer mu.Unlock()
				views--
			}()
			return s.View(ctx, f)
		}
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			mu.Lock()
			waits := views > 0
			mu.Unlock()
			if waits {
				<-ctx.Done()
				return ctx.Err()
			}
			return s.Update(ctx, f)
		}
	}, "an Update should not wait for a View"},
	"the last of two Updates wins": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			return s.View(ctx, func(r mirror.Reader) error {
				log := &writeLog{Reader: r}
				if err := f(log); err != nil {
					return err
				}
				return s.Update(ctx, log.replay)
			})
		}
	}, "many Updates at once: two Updates run at once"},
	"an Update is committed in parts": writes(func(w mirror.Writer, b *bentWriter) {
		b.put = func(key, value []byte) error {
			if string(key) == "second" && len(value) > 1 {
				return nil
			}
			return w.Put(key, value)
		}
	}, "many Updates at once: a transaction shows a part of an Update"),
	"nothing is told": {func(_ mirror.Store, b *bentStore) {
		b.change = func() <-chan struct{} { return make(chan struct{}) }
	}, "the channel of Changed should be closed"},
	"only one listener is told": {func(s mirror.Store, b *bentStore) {
		calls := 0
		b.change = func() <-chan struct{} {
			if calls++; calls%2 == 0 {
				return make(chan struct{})
			}
			return s.Changed()
		}
	}, "the channel of Changed should be closed"},
	"the context is ignored": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			return s.Update(context.WithoutCancel(ctx), f)
		}
	}, "Update with a canceled context should fail"},
	"the context of a View is ignored": {func(s mirror.Store, b *bentStore) {
		b.view = func(ctx context.Context, f func(mirror.Reader) error) error {
			return s.View(context.WithoutCancel(ctx), f)
		}
	}, "View with a canceled context should fail"},
	"an Update that waits ignores its context": {func(s mirror.Store, b *bentStore) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 2*time.Minute)
			defer cancel()
			return s.Update(ctx, f)
		}
	}, "an Update that waits for another should end with its context"},
	"there may be two leases": {func(s mirror.Store, b *bentStore) {
		b.lead = func(context.Context) (mirror.Lease, error) {
			return bentLease{update: s.Update, lost: func() <-chan struct{} { return nil }, release: func(context.Context) error { return nil }}, nil
		}
	}, "Lead should wait while there is a lease"},
	"a lease is never released": leases(func(_ mirror.Store, _ mirror.Lease, b *bentLease) {
		b.release = func(context.Context) error { return nil }
	}, "Lead: context deadline exceeded"),
	"a former leader writes": leases(func(s mirror.Store, _ mirror.Lease, b *bentLease) {
		b.update = s.Update
	}, "should fail with ErrLeaseLost"),
	"a former leader's transaction is an error of its own": leases(func(_ mirror.Store, l mirror.Lease, b *bentLease) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			err := l.Update(ctx, f)
			if errors.Is(err, mirror.ErrLeaseLost) {
				return errors.New("not the leader")
			}
			return err
		}
	}, "should fail with ErrLeaseLost"),
	"a former leader's transaction fails too late": leases(func(s mirror.Store, l mirror.Lease, b *bentLease) {
		b.update = func(ctx context.Context, f func(mirror.Writer) error) error {
			err := s.Update(ctx, f)
			select {
			case <-l.Lost():
				return mirror.ErrLeaseLost
			default:
				return err
			}
		}
	}, "a released lease: Range"),
	"a former leader ends the lease of the next": {func(s mirror.Store, b *bentStore) {
		var latest mirror.Lease
		b.lead = func(ctx context.Context) (mirror.Lease, error) {
			l, err := s.Lead(ctx)
			if err != nil {
				return nil, err
			}
			latest = l
			return bentLease{Lease: l, release: func(ctx context.Context) error { return latest.Release(ctx) }}, nil
		}
	}, "Release of a former lease ended the present one"},
	"the loss is not told": leases(func(_ mirror.Store, _ mirror.Lease, b *bentLease) {
		never := make(chan struct{})
		b.lost = func() <-chan struct{} { return never }
	}, "the channel of Lost should be closed"),
	"Close ends nothing": {func(_ mirror.Store, b *bentStore) {
		b.end = func() error { return nil }
	}, "View after Close should fail"},
	"Close loses the latest Update": {func(s mirror.Store, b *bentStore) {
		b.end = func() error {
			_ = s.Update(context.Background(), func(w mirror.Writer) error { return w.Delete([]byte("c")) })
			return s.Close()
		}
	}, "a store opened again: Range"},
}

// writeLog records the writes of a transaction, which reads another.
type writeLog struct {
	mirror.Reader
	pairs []pair
}

func (l *writeLog) Put(key, value []byte) error {
	l.pairs = append(l.pairs, pair{key, value})
	return nil
}

func (l *writeLog) Delete(key []byte) error {
	l.pairs = append(l.pairs, pair{key, nil})
	return nil
}

func (l *writeLog) replay(w mirror.Writer) error {
	for _, p := range l.pairs {
		if p.value == nil {
			_ = w.Delete(p.key)
		} else {
			_ = w.Put(p.key, p.value)
		}
	}
	return nil
}
