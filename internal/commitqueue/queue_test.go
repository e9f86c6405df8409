package commitqueue_test

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/internal/commitqueue"
)

func TestQueue_RunsWhatWaitsInOneGroup(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var sizes []int
		var q commitqueue.Queue[int]
		q.Commit = func(group []*commitqueue.Update[int]) {
			sizes = append(sizes, len(group))
			for i, u := range group {
				u.Finish(u.Run(i))
			}
		}
		failure := errors.New("of the function")
		var all sync.WaitGroup
		assert.NoError(t, q.Do(t.Context(), func(int) error {
			for n := range 10 {
				all.Go(func() {
					err := q.Do(t.Context(), func(int) error {
						if n%2 == 1 {
							return failure
						}
						return nil
					})
					assert.Equal(t, n%2 == 1, errors.Is(err, failure))
				})
			}
			synctest.Wait()
			assert.Equal(t, 10, q.Waiting())
			return nil
		}))
		all.Wait()
		assert.Equal(t, []int{1, 10}, sizes)
	})
}

// A function that does not return, and a caller that does not wait, do not hold up the others.
func TestQueue_GoesOnWithoutACallerThatLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var results []error
		var q commitqueue.Queue[int]
		q.Commit = func(group []*commitqueue.Update[int]) {
			for i, u := range group {
				results = append(results, u.Run(i))
				u.Finish(nil)
			}
		}
		ctx := t.Context()
		canceled, cancel := context.WithCancel(ctx)
		call := func(ctx context.Context, f func(int) error) {
			go func() {
				defer func() { _ = recover() }()
				_ = q.Do(ctx, f)
			}()
			synctest.Wait()
		}
		assert.NoError(t, q.Do(ctx, func(int) error {
			call(ctx, func(int) error { panic("of the function") })
			call(ctx, func(int) error { runtime.Goexit(); return nil })
			call(canceled, func(int) error { return nil })
			call(ctx, func(int) error { return nil })
			cancel()
			return nil
		}))
		synctest.Wait()
		assert.Equal(t, []error{nil, commitqueue.ErrGone, commitqueue.ErrGone, commitqueue.ErrGone, nil}, results)
	})
}

// A group may run again, and a caller learns at once that its context has ended, also while the group is committed.
func TestQueue_RunsAgainOnDemand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		commit := make(chan struct{})
		var q commitqueue.Queue[int]
		q.Commit = func(group []*commitqueue.Update[int]) {
			for _, u := range group {
				assert.NoError(t, u.Run(1))
				assert.NoError(t, u.Run(2))
			}
			<-commit
			for _, u := range group {
				u.Finish(nil)
			}
		}
		ctx, cancel := context.WithCancel(t.Context())
		var runs []int
		go func() {
			synctest.Wait()
			cancel()
		}()
		err := q.Do(ctx, func(n int) error { runs = append(runs, n); return nil })
		assert.ErrorIs(t, err, context.Canceled)
		assert.Equal(t, []int{1, 2}, runs)
		close(commit)
	})
}
