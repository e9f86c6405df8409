package tokenshare

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// memoryStore is a store that obeys its context and takes a millisecond for each call. It runs the function in before
// once, before the method takes effect.
type memoryStore struct {
	mu       sync.Mutex
	token    tokencache.Secret
	fence    string
	reissued map[string]time.Time // until then
	before   map[string]func()
	calls    []string // the methods that were called
}

func newMemoryStore() *memoryStore {
	return &memoryStore{reissued: map[string]time.Time{}, before: map[string]func(){}}
}

func (m *memoryStore) call(ctx context.Context, method string) error {
	m.mu.Lock()
	m.calls = append(m.calls, method)
	before := m.before[method]
	delete(m.before, method)
	m.mu.Unlock()
	if before != nil {
		before()
	}
	select {
	case <-time.After(time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *memoryStore) Load(ctx context.Context) (tokencache.Secret, error) {
	err := m.call(ctx, "Load")
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.token, err
}

func (m *memoryStore) Lock(ctx context.Context, _ time.Duration) (string, bool, error) {
	err := m.call(ctx, "Lock")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fence != "" {
		return "", false, err
	}
	m.fence = "f"
	return m.fence, true, err
}

func (m *memoryStore) MarkReissued(ctx context.Context, token string, life time.Duration) error {
	err := m.call(ctx, "MarkReissued")
	m.reissued[token] = time.Now().Add(life)
	return err
}

func (m *memoryStore) WasReissued(ctx context.Context, token string) (bool, error) {
	err := m.call(ctx, "WasReissued")
	return time.Now().Before(m.reissued[token]), err
}

func (m *memoryStore) Publish(ctx context.Context, fence, token string, life time.Duration) error {
	err := m.call(ctx, "Publish")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fence == fence {
		m.token, m.fence = stored(token, life), ""
	}
	return err
}

func (m *memoryStore) Unlock(ctx context.Context, fence string) error {
	err := m.call(ctx, "Unlock")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fence == fence {
		m.fence = ""
	}
	return err
}

func (m *memoryStore) Drop(ctx context.Context, token string) error {
	err := m.call(ctx, "Drop")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.token.Value == token {
		m.token = tokencache.Secret{}
	}
	return err
}

func stored(value string, life time.Duration) tokencache.Secret {
	return tokencache.Secret{Value: value, Expires: time.Now().Add(life)}
}

// withShare runs f in a bubble with the Share of a process that fetches the token "own", with this life.
func withShare(t *testing.T, life time.Duration, f func(t *testing.T, m *memoryStore, s *Share)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemoryStore()
		f(t, m, New(m, func(ctx context.Context) (tokencache.Secret, error) {
			_ = m.call(ctx, "fetch")
			return stored("own", life), ctx.Err()
		}, 15*time.Second, func(_ context.Context, method string, err error) { t.Errorf("%s: %v", method, err) }, NewBreaker()))
		synctest.Wait()
	})
}

var cold = tokencache.Reason{Due: true}

func TestObtain_UsesATokenStoredJustBeforeTheLock(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.before["Lock"] = func() { m.token = stored("others", time.Hour) }
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "others", got.Value)
		assert.Equal(t, []string{"Load", "Lock", "Load", "Unlock"}, m.calls)
	})
}

func TestObtain_CallsTheStoreFourTimesForAFetch(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.Zero(t, got.RecheckAfter)
		assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Publish"}, m.calls)
		m.calls = nil
		_, err = s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, []string{"Load"}, m.calls)
	})
}

func TestObtain_DoesNotStoreATokenOfAShortLife(t *testing.T) {
	withShare(t, 9*time.Second, func(t *testing.T, m *memoryStore, s *Share) {
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Unlock"}, m.calls)
	})
}

func TestObtain_ReleasesTheLockWhenItsContextEnds(t *testing.T) {
	for _, at := range []string{"Load", "Lock", "fetch", "Publish"} {
		t.Run(at, func(t *testing.T) {
			withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
				ctx, cancel := context.WithCancel(t.Context())
				m.before[at] = cancel
				got, err := s.Obtain(ctx, cold)
				if at == "Publish" {
					require.NoError(t, err)
					assert.Equal(t, "own", got.Value)
				} else {
					require.ErrorIs(t, err, context.Canceled)
				}
				assert.Empty(t, m.fence)
				assert.Equal(t, at == "Publish", m.token.Value == "own", "a fetched token is not lost")
			})
		})
	}
}

func TestObtain_FetchesARefusedTokenOnceInAWhile(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		refused := tokencache.Reason{Due: true, Refused: []string{"own"}}
		m.token = stored("own", time.Hour)
		got, err := s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.Equal(t, []string{"Load", "Lock", "Load", "WasReissued", "Drop", "fetch", "MarkReissued", "Publish"}, m.calls)
		m.calls = nil
		got, err = s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value, "the service would issue it again")
		assert.Equal(t, []string{"Load", "Lock", "Load", "WasReissued", "Unlock"}, m.calls)
		time.Sleep(reissuePause)
		m.calls = nil
		_, err = s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, []string{"Load", "Lock", "Load", "WasReissued", "Drop", "fetch", "MarkReissued", "Publish"}, m.calls)
		m.calls, m.token = nil, stored("others", time.Hour)
		got, err = s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, "others", got.Value)
		assert.Equal(t, []string{"Load"}, m.calls)
	})
}

func TestObtain_DoesNotWaitIfTheCurrentTokenIsValid(t *testing.T) {
	withShare(t, 2*time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		renewal := tokencache.Reason{Due: true, Current: stored("present", 10*time.Minute)}
		m.token, m.fence = stored("present", 10*time.Minute), "another's"
		start := time.Now()
		_, err := s.Obtain(t.Context(), renewal)
		require.ErrorIs(t, err, tokencache.ErrLater)
		assert.Equal(t, 2*time.Millisecond, time.Since(start))

		m.token, m.fence = stored("present", 2*time.Hour), "" // renewed by another process
		got, err := s.Obtain(t.Context(), renewal)
		require.NoError(t, err)
		assert.Equal(t, m.token, got)

		m.token = stored("present", 11*time.Minute) // will soon be renewed as well
		got, err = s.Obtain(t.Context(), renewal)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
	})
}

func TestObtain_PollsWhileAnotherProcessFetches(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		m.fence = "another's"
		time.AfterFunc(3*time.Second, func() {
			m.mu.Lock()
			defer m.mu.Unlock()
			m.token = stored("others", time.Hour)
		})
		start := time.Now()
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "others", got.Value)
		assert.InDelta(t, 3.25, time.Since(start).Seconds(), 0.26)
		assert.InDelta(t, 10, len(m.calls)/2, 5)
	})
}

func TestObtain_ReturnsTheErrorOfTheFetch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemoryStore()
		own := errors.New("own")
		s := New(m, func(context.Context) (tokencache.Secret, error) { return tokencache.Secret{}, own }, time.Second, nil, NewBreaker())
		_, err := s.Obtain(t.Context(), cold)
		assert.Equal(t, own, err)
		assert.Empty(t, m.fence)
	})
}
