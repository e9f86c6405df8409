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

// memory is a store that obeys its context and takes a millisecond; before a method's effect, meanwhile
// happens once.
type memory struct {
	mu        sync.Mutex
	token     tokencache.Secret
	fence     string
	reissued  map[string]time.Time // until when
	meanwhile map[string]func()
	done      []string // what was called
}

func newMemory() *memory {
	return &memory{reissued: map[string]time.Time{}, meanwhile: map[string]func(){}}
}

func (m *memory) enter(ctx context.Context, method string) error {
	m.mu.Lock()
	m.done = append(m.done, method)
	meanwhile := m.meanwhile[method]
	delete(m.meanwhile, method)
	m.mu.Unlock()
	if meanwhile != nil {
		meanwhile()
	}
	select {
	case <-time.After(time.Millisecond):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (m *memory) Load(ctx context.Context) (tokencache.Secret, error) {
	err := m.enter(ctx, "Load")
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.token, err
}

func (m *memory) Lock(ctx context.Context, _ time.Duration) (string, bool, error) {
	err := m.enter(ctx, "Lock")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fence != "" {
		return "", false, err
	}
	m.fence = "f"
	return m.fence, true, err
}

func (m *memory) Reissue(ctx context.Context, token string, life time.Duration) error {
	err := m.enter(ctx, "Reissue")
	m.reissued[token] = time.Now().Add(life)
	return err
}

func (m *memory) Reissued(ctx context.Context, token string) (bool, error) {
	err := m.enter(ctx, "Reissued")
	return time.Now().Before(m.reissued[token]), err
}

func (m *memory) Publish(ctx context.Context, fence, token string, life time.Duration) error {
	err := m.enter(ctx, "Publish")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fence == fence {
		m.token, m.fence = stored(token, life), ""
	}
	return err
}

func (m *memory) Unlock(ctx context.Context, fence string) error {
	err := m.enter(ctx, "Unlock")
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.fence == fence {
		m.fence = ""
	}
	return err
}

func (m *memory) Drop(ctx context.Context, token string) error {
	err := m.enter(ctx, "Drop")
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

// shared runs f in a bubble with the share of a process that fetches "own", which lives so long.
func shared(t *testing.T, life time.Duration, f func(t *testing.T, m *memory, s *Share)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		f(t, m, New(m, func(ctx context.Context) (tokencache.Secret, error) {
			_ = m.enter(ctx, "fetch")
			return stored("own", life), ctx.Err()
		}, 15*time.Second, func(_ context.Context, method string, err error) { t.Errorf("%s: %v", method, err) }))
		synctest.Wait()
	})
}

var cold = tokencache.Need{Due: true}

func TestATokenStoredJustBeforeTheLockIsTaken(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		m.meanwhile["Lock"] = func() { m.token = stored("others", time.Hour) }
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "others", got.Value)
		assert.Equal(t, []string{"Load", "Lock", "Load", "Unlock"}, m.done)
	})
}

func TestOneFetchTakesFourCallsOfTheStore(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.Zero(t, got.Again)
		assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Publish"}, m.done)
		m.done = nil
		_, err = s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, []string{"Load"}, m.done)
	})
}

func TestATokenOfAShortLifeIsNotStored(t *testing.T) {
	shared(t, 9*time.Second, func(t *testing.T, m *memory, s *Share) {
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.Equal(t, []string{"Load", "Lock", "Load", "fetch", "Unlock"}, m.done)
	})
}

func TestACallerWhoGoesLeavesNoLock(t *testing.T) {
	for _, at := range []string{"Load", "Lock", "fetch", "Publish"} {
		t.Run(at, func(t *testing.T) {
			shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
				ctx, cancel := context.WithCancel(t.Context())
				m.meanwhile[at] = cancel
				got, err := s.Obtain(ctx, cold)
				if at == "Publish" {
					require.NoError(t, err)
					assert.Equal(t, "own", got.Value)
				} else {
					require.ErrorIs(t, err, context.Canceled)
				}
				assert.Empty(t, m.fence)
				assert.Equal(t, at == "Publish", m.token.Value == "own", "what was fetched is not lost")
			})
		})
	}
}

func TestARefusedTokenIsDroppedAndFetchedUnlessThatWasJustDone(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
		refused := tokencache.Need{Due: true, Refused: []string{"own"}}
		m.token = stored("own", time.Hour)
		got, err := s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.Equal(t, []string{"Load", "Lock", "Load", "Reissued", "Drop", "fetch", "Reissue", "Publish"}, m.done)
		m.done = nil
		got, err = s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value, "the service insists on it")
		assert.Equal(t, []string{"Load", "Lock", "Load", "Reissued", "Unlock"}, m.done)
		time.Sleep(reissuePause)
		m.done = nil
		_, err = s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, []string{"Load", "Lock", "Load", "Reissued", "Drop", "fetch", "Reissue", "Publish"}, m.done)
		m.done, m.token = nil, stored("others", time.Hour)
		got, err = s.Obtain(t.Context(), refused)
		require.NoError(t, err)
		assert.Equal(t, "others", got.Value)
		assert.Equal(t, []string{"Load"}, m.done)
	})
}

func TestWhoHasAGoodTokenWaitsForNobody(t *testing.T) {
	shared(t, 2*time.Hour, func(t *testing.T, m *memory, s *Share) {
		renewal := tokencache.Need{Due: true, Present: stored("present", 10*time.Minute)}
		m.token, m.fence = stored("present", 10*time.Minute), "another's"
		start := time.Now()
		_, err := s.Obtain(t.Context(), renewal)
		require.ErrorIs(t, err, tokencache.ErrLater)
		assert.Equal(t, 2*time.Millisecond, time.Since(start))

		m.token, m.fence = stored("present", 2*time.Hour), "" // prolonged by another process
		got, err := s.Obtain(t.Context(), renewal)
		require.NoError(t, err)
		assert.Equal(t, m.token, got)

		m.token = stored("present", 11*time.Minute) // soon due as well
		got, err = s.Obtain(t.Context(), renewal)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
	})
}

func TestWhoWaitsLooksNowAndThen(t *testing.T) {
	shared(t, time.Hour, func(t *testing.T, m *memory, s *Share) {
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
		assert.InDelta(t, 3.1, time.Since(start).Seconds(), 0.1)
		assert.InDelta(t, 30, len(m.done)/2, 10)
	})
}

func TestTheFetchsErrorIsPassedOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := newMemory()
		own := errors.New("own")
		s := New(m, func(context.Context) (tokencache.Secret, error) { return tokencache.Secret{}, own }, time.Second, nil)
		_, err := s.Obtain(t.Context(), cold)
		assert.Equal(t, own, err)
		assert.Empty(t, m.fence)
	})
}
