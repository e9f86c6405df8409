package dingtalkbolt

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	bolt "go.etcd.io/bbolt"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// commits returns the number of commits of the file.
func commits(t *testing.T, s *store) int {
	t.Helper()
	var id int
	require.NoError(t, s.db.View(func(tx *bolt.Tx) error {
		id = tx.ID()
		return nil
	}))
	return id
}

// waitFor waits until n Updates are to share the next commit.
func waitFor(s *store, n int) {
	for s.queue.Waiting() < n {
		runtime.Gosched()
	}
}

func TestUpdate_SharesACommitWithThoseThatWait(t *testing.T) {
	t.Parallel()
	s := openStore(t, newPath(t))
	before := commits(t, s)
	canceled, cancel := context.WithCancel(t.Context())
	contexts := map[string]context.Context{"canceled": canceled}
	failure := errors.New("of the function")
	calls := map[string]func(w mirror.Writer) error{
		"a":        func(mirror.Writer) error { return nil },
		"b":        func(mirror.Writer) error { return nil },
		"fails":    func(mirror.Writer) error { return failure },
		"panics":   func(mirror.Writer) error { panic("of the function") },
		"exits":    func(mirror.Writer) error { runtime.Goexit(); return nil },
		"canceled": func(mirror.Writer) error { return nil },
		"y":        func(mirror.Writer) error { return nil },
		"z":        func(mirror.Writer) error { return nil },
	}
	for name := range calls {
		if contexts[name] == nil {
			contexts[name] = t.Context()
		}
	}
	var results sync.Map
	var group sync.WaitGroup
	call := func(ctx context.Context, name string, f func(w mirror.Writer) error) {
		defer group.Done()
		defer func() {
			if value := recover(); value != nil {
				results.Store(name, value)
			}
		}()
		err := s.Update(ctx, func(w mirror.Writer) error {
			return errors.Join(w.Put([]byte(name), []byte("1")), f(w))
		})
		results.Store(name, err)
	}
	require.NoError(t, s.Update(t.Context(), func(w mirror.Writer) error {
		for name, f := range calls {
			group.Add(1)
			go call(contexts[name], name, f)
		}
		waitFor(s, len(calls))
		cancel()
		return w.Put([]byte("first"), []byte("1"))
	}))
	group.Wait()

	assert.LessOrEqual(t, commits(t, s)-before, 2)
	result := func(name string) any {
		value, _ := results.Load(name)
		return value
	}
	for _, name := range []string{"a", "b", "y", "z"} {
		assert.Nil(t, result(name), name)
	}
	assert.ErrorIs(t, result("fails").(error), failure)
	assert.Equal(t, "of the function", result("panics"))
	want := "a=1\nb=1\nfirst=1\ny=1\nz=1\n"
	if result("canceled") == nil { // it had its turn before it heard of its context
		want = "a=1\nb=1\ncanceled=1\nfirst=1\ny=1\nz=1\n"
	}
	assert.Equal(t, want, content(t, s))
}

func TestUpdate_WithoutAWriteCommitsNothing(t *testing.T) {
	t.Parallel()
	s := openStore(t, newPath(t))
	before := commits(t, s)
	require.NoError(t, s.Update(t.Context(), func(mirror.Writer) error { return nil }))
	require.Error(t, s.Update(t.Context(), func(w mirror.Writer) error {
		require.NoError(t, w.Put([]byte("a"), []byte("1")))
		return errors.New("of the function")
	}))
	assert.Equal(t, before, commits(t, s))
}

func TestLease_ReleaseWaitsForItsUpdates(t *testing.T) {
	t.Parallel()
	s := openStore(t, newPath(t))
	first, err := s.Lead(t.Context())
	require.NoError(t, err)
	begun := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		assert.NoError(t, first.Update(t.Context(), func(w mirror.Writer) error {
			close(begun)
			<-first.Lost() // by Release, which is called meanwhile
			return w.Put([]byte("a"), []byte("1"))
		}))
	})
	<-begun
	group.Go(func() {
		second, err := s.Lead(t.Context())
		assert.NoError(t, err)
		assert.Equal(t, "a=1\n", content(t, s))
		assert.NoError(t, second.Release(t.Context()))
	})
	require.NoError(t, first.Release(t.Context()))
	group.Wait()
}

func TestStore_CloseWaitsForTransactions(t *testing.T) {
	t.Parallel()
	s := openStore(t, newPath(t))
	var group sync.WaitGroup
	require.NoError(t, s.View(t.Context(), func(r mirror.Reader) error {
		group.Go(func() { assert.NoError(t, s.Close()) })
		for ended := false; !ended; runtime.Gosched() {
			s.mu.Lock()
			ended = s.ended
			s.mu.Unlock()
		}
		_, err := r.Get([]byte("a"))
		return err
	}))
	group.Wait()
}
