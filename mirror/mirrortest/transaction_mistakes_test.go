package mirrortest_test

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// transactionMistakes holds common mistakes of transactions and their contexts, each with the complaint about it.
var transactionMistakes = map[string]mistake{
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
}
