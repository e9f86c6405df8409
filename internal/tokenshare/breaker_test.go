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

// slowStore is a store with a latency that ignores its context.
type slowStore struct {
	mu       sync.Mutex
	latency  time.Duration
	err      error
	started  int
	fence    string
	unlocked []string
}

func (s *slowStore) work() error {
	s.mu.Lock()
	s.started++
	latency, err := s.latency, s.err
	s.mu.Unlock()
	time.Sleep(latency)
	return err
}

func (s *slowStore) set(latency time.Duration, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.latency, s.err = latency, err
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

func (s *slowStore) MarkReissued(context.Context, string, time.Duration) error { return s.work() }

func (s *slowStore) WasReissued(context.Context, string) (bool, error) { return true, s.work() }

func (s *slowStore) Publish(context.Context, string, string, time.Duration) error { return s.work() }

func (s *slowStore) Unlock(_ context.Context, fence string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unlocked = append(s.unlocked, fence)
	return nil
}

func (s *slowStore) Drop(context.Context, string) error { return s.work() }

func TestBreaker_ReleasesALockThatComesTooLate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slowStore{latency: time.Second, fence: "f"}
		b := storeCalls{s, NewBreaker(), func(context.Context, string, error) {}}
		start := time.Now()
		got, err := b.lock(t.Context(), time.Minute)
		require.ErrorIs(t, err, errTimeout)
		assert.False(t, got.held)
		assert.Equal(t, callTimeout, time.Since(start))
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, []string{"f"}, s.unlocked)
	})
}

func TestBreaker_OpensAfterThreeFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slowStore{err: errors.New("down")}
		reports := 0
		b := storeCalls{s, NewBreaker(), func(context.Context, string, error) { reports++ }}
		for start := time.Now(); time.Since(start) < time.Minute; {
			_, err := b.load(t.Context())
			require.Error(t, err)
			time.Sleep(100 * time.Millisecond)
		}
		assert.InDelta(t, failureThreshold+60/5, s.calls(), 1, "one call after each cooldown")
		assert.Equal(t, 1, reports)

		s.set(0, nil)
		time.Sleep(cooldown)
		for range 10 {
			_, err := b.load(t.Context())
			require.NoError(t, err)
		}
		s.set(0, Unreadable("sealed"))
		for range 10 {
			_, err := b.load(t.Context())
			require.NoError(t, err, "an unreadable token is no failure of the store")
		}
		assert.False(t, b.breaker.open())
		assert.Equal(t, 2, reports, "it is reported")
	})
}

func TestBreaker_OpensAfterThreeHungCalls(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &slowStore{latency: time.Hour}
		b := storeCalls{s, NewBreaker(), func(context.Context, string, error) {}}
		for start := time.Now(); time.Since(start) < 30*time.Minute; {
			_, err := b.load(t.Context())
			require.Error(t, err)
			time.Sleep(time.Second)
		}
		assert.Equal(t, maxHung, s.calls())
		s.set(0, nil)
		time.Sleep(time.Hour) // until the hung calls have returned
		_, err := b.load(t.Context())
		assert.NoError(t, err)
	})
}

func TestBreaker_RecoversFromAPanicOfTheReport(t *testing.T) {
	t.Parallel()
	b := storeCalls{&slowStore{err: errors.New("down")}, NewBreaker(), func(context.Context, string, error) { panic("log") }}
	_, err := b.load(t.Context())
	assert.EqualError(t, err, "down")
}
