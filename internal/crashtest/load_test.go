package crashtest_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/crashtest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// badStore changes writes of a store.
type badStore struct {
	mirror.Store
	put func(w mirror.Writer, n int, key, value []byte) error
	end func(n int) error // of an Update

	mu sync.Mutex
	n  int // Updates
}

func (s *badStore) Update(ctx context.Context, f func(mirror.Writer) error) error {
	s.mu.Lock()
	s.n++
	n := s.n
	s.mu.Unlock()
	err := s.Store.Update(ctx, func(w mirror.Writer) error {
		err := f(badWriter{w, s, n})
		if err == nil && s.end != nil {
			err = s.end(n)
		}
		return err
	})
	if errors.Is(err, errHidden) {
		return nil
	}
	return err
}

var errHidden = errors.New("hidden")

type badWriter struct {
	mirror.Writer
	s *badStore
	n int
}

func (w badWriter) Put(key, value []byte) error {
	if w.s.put != nil {
		return w.s.put(w.Writer, w.n, key, value)
	}
	return w.Writer.Put(key, value)
}

// load runs a Load until the store has made n Updates, and checks the store.
func load(t *testing.T, s *badStore, n int) error {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var acks bytes.Buffer
	end := s.end
	s.end = func(i int) error {
		if i > n {
			cancel()
			return context.Canceled
		}
		if end != nil {
			return end(i)
		}
		return nil
	}
	if err := (crashtest.Load{Store: s, Acks: &syncWriter{w: &acks}}).Run(ctx); err != nil {
		return fmt.Errorf("load: %w", err)
	}
	seen := crashtest.Acks{}
	_, err := seen.Read(&acks, func(int) error { return nil })
	require.NoError(t, err)
	return seen.Check(t.Context(), s.Store)
}

type syncWriter struct {
	mu sync.Mutex
	w  *bytes.Buffer
}

func (s *syncWriter) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.w.Write(p)
}

func TestCheck_FindsWhatAStoreLoses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		bad  *badStore
		said string
	}{
		"nothing": {&badStore{}, ""},
		"an acknowledged Update": {&badStore{end: func(n int) error {
			if n > 290 {
				return errHidden
			}
			return nil
		}}, "an Update is lost"},
		"a row": {&badStore{put: func(w mirror.Writer, n int, key, value []byte) error {
			if n > 290 && bytes.HasSuffix(key, []byte("/0")) && key[0] == 'r' {
				return nil
			}
			return w.Put(key, value)
		}}, "rows of"},
		"an entry of the log": {&badStore{put: func(w mirror.Writer, n int, key, value []byte) error {
			if n > 290 && n < 300 && bytes.HasPrefix(key, []byte("log/")) {
				return nil
			}
			return w.Put(key, value)
		}}, "the log has"},
		"the latest total": {&badStore{put: func(w mirror.Writer, n int, key, value []byte) error {
			if n > 290 && n < 300 && string(key) == "total" {
				return nil
			}
			return w.Put(key, value)
		}}, "a total of"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c.bad.Store = mirror.NewMemoryStore()
				err := load(t, c.bad, 320)
				if c.said == "" {
					assert.NoError(t, err)
				} else {
					assert.ErrorContains(t, err, c.said)
				}
			})
		})
	}
}
