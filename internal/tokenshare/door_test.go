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

// slowStore takes its time, whatever its context says.
type slowStore struct {
	mu       sync.Mutex
	takes    time.Duration
	err      error
	started  int
	fence    string
	unlocked []string
}

func (s *slowStore) work() error {
	s.mu.Lock()
	s.started++
	takes, err := s.takes, s.err
	s.mu.Unlock()
	time.Sleep(takes)
	return err
}

func (s *slowStore) set(takes time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.takes, s.err = takes, err
}

func (s *slowStore) calls() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.started
}

func (s *slowStore) Load(context.Context) (tokencache.Secret, error) {
	return tokencache.Secret{Value: "t", Expires: time.Now().Add(time.Hour)}, s.work()
}

func (s *slowStore) Lock(context.Context, time.Duration) (string, bool, error) {
	return s.fence, s.fence != "", s.work()
}

func (s *slowStore) Reissue(context.Context, string, time.Duration) error { return s.work() }

func (s *slowStore) Reissued(context.Context, string) (bool, error) { return true, s.work() }

func (s *slowStore) Publish(context.Context, string, string, time.Duration) error { return s.work() }

func (s *slowStore) Unlock(_ context.Context, fence string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlocked = append(s.unlocked, fence)
	return nil
}

func (s *slowStore) Drop(context.Context, string) error { return s.work() }

func TestALockThatComesTooLateIsGivenBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slowStore{takes: time.Second, fence: "f"}
		d := door{store: s, report: func(context.Context, string, error) {}}
		start := time.Now()
		got, err := d.lock(t.Context(), time.Minute)
		require.ErrorIs(t, err, errHangs)
		assert.False(t, got.held)
		assert.Equal(t, callLimit, time.Since(start))
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"f"}, s.unlocked)
	})
}

func TestAStoreInTroubleIsLeftAloneForAWhile(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slowStore{err: errors.New("down")}
		reports := 0
		d := door{store: s, report: func(context.Context, string, error) { reports++ }}
		for start := time.Now(); time.Since(start) < time.Minute; {
			_, err := d.load(t.Context())
			require.Error(t, err)
			time.Sleep(100 * time.Millisecond)
		}
		assert.InDelta(t, patience+60/5, s.calls(), 1, "one call after each rest")
		assert.Equal(t, 1, reports)

		s.set(0, nil)
		time.Sleep(rest)
		for range 10 {
			_, err := d.load(t.Context())
			require.NoError(t, err)
		}
		s.set(0, Unreadable("sealed"))
		for range 10 {
			_, err := d.load(t.Context())
			require.NoError(t, err, "what is stored is no trouble of the store's")
		}
		assert.False(t, d.shut())
		assert.Equal(t, 2, reports, "but is reported")
	})
}

func TestAStoreThatHangsForGoodHoldsFewGoroutines(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slowStore{takes: time.Hour}
		d := door{store: s, report: func(context.Context, string, error) {}}
		for start := time.Now(); time.Since(start) < 30*time.Minute; {
			_, err := d.load(t.Context())
			require.Error(t, err)
			time.Sleep(time.Second)
		}
		assert.Equal(t, patience, s.calls())
		s.set(0, nil)
		time.Sleep(time.Hour) // until they have come back
		_, err := d.load(t.Context())
		assert.NoError(t, err)
	})
}

func TestNeitherAnErrorNorALoggerThatPanicsComesThrough(t *testing.T) {
	t.Parallel()
	d := door{store: &slowStore{err: errors.New("down")}, report: func(context.Context, string, error) { panic("log") }}
	_, err := d.load(t.Context())
	assert.EqualError(t, err, "down")
}
