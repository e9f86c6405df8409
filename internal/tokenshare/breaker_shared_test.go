package tokenshare

import (
	"context"
	"errors"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// together calls a store for n tokens at once, and returns their errors. Each call takes as long as this.
func together(ctx context.Context, breaker *Breaker, n int, lasts time.Duration) []error {
	var wg sync.WaitGroup
	errs := make([]error, n)
	for i := range errs {
		wg.Go(func() {
			c := storeCalls{breaker: breaker, report: func(context.Context, string, error) {}}
			errs[i] = c.do(ctx, "Load", func(context.Context) error { time.Sleep(lasts); return nil })
		})
	}
	wg.Wait()
	return errs
}

func TestBreaker_BoundsTheCallsOfManyTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		breaker, start := NewBreaker(), time.Now()
		for _, err := range together(t.Context(), breaker, 10*maxCalls, 100*time.Millisecond) {
			require.NoError(t, err, "none has failed, although the last one waited for longer than a call may take")
		}
		assert.Equal(t, time.Second, time.Since(start))

		for _, err := range together(t.Context(), breaker, 200*maxCalls, time.Hour) { // of a store that hangs
			require.Error(t, err)
		}
		assert.LessOrEqual(t, time.Since(start), time.Second+2*callTimeout, "all learn of the failures of a few")
		time.Sleep(time.Hour)

		slow := callTimeout - time.Millisecond
		errs := together(t.Context(), breaker, 100*maxCalls, slow)
		assert.Contains(t, errs, error(nil))
		assert.Contains(t, errs, errBusy)
		assert.NotContains(t, errs, errOpen, "a store that is slow has not failed")
	})
}

func TestBreaker_CountsCallsThatWereUnderWayTogetherOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		breaker := NewBreaker()
		begun := time.Now()
		time.Sleep(time.Second)
		for range 10 * failureThreshold {
			breaker.record(begun, "Load", errTimeout)
		}
		assert.False(t, breaker.open())
		for range failureThreshold - 1 {
			breaker.record(time.Now(), "Load", errTimeout)
		}
		assert.True(t, breaker.open())
	})
}

func TestStoreCall_OfABusyProcessIsNotTakenForAFailure(t *testing.T) { //nolint:paralleltest // it needs the only processor
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	var busy sync.WaitGroup
	var done atomic.Bool
	for range 100 { // each turn of all of them takes longer than a call may
		busy.Go(func() {
			for !done.Load() {
				for start := time.Now(); time.Since(start) < callTimeout/80; {
				}
				runtime.Gosched()
			}
		})
	}
	c := storeCalls{breaker: NewBreaker(), report: func(context.Context, string, error) {}}
	err := c.do(t.Context(), "Load", func(context.Context) error {
		runtime.Gosched() // the result comes, and its goroutine is ready
		return nil
	})
	done.Store(true)
	busy.Wait()
	assert.NoError(t, err)
}

func TestObtain_FetchesOnceIfCallsOfTheLockHolderFail(t *testing.T) {
	withShare(t, time.Hour, func(t *testing.T, m *memoryStore, s *Share) {
		failures := map[string]int{"Publish": 1, "Load": 1}
		m.token = tokencache.Secret{}
		s.store.report = func(context.Context, string, error) {}
		s.store.store = &failingStore{Store: m, failures: failures, loads: 1}
		got, err := s.Obtain(t.Context(), cold)
		require.NoError(t, err)
		assert.Equal(t, "own", got.Value)
		assert.Zero(t, got.RecheckAfter)
		assert.Equal(t, "own", m.token.Value, "it is stored")
		assert.Equal(t, map[string]int{"Publish": 0, "Load": 0}, failures)
	})
}

// failingStore fails some calls of a store, the loads only after the first ones.
type failingStore struct {
	Store
	loads    int
	failures map[string]int
}

func (s *failingStore) fail(method string) error {
	if s.failures[method] == 0 {
		return nil
	}
	s.failures[method]--
	return errors.New("down")
}

func (s *failingStore) Load(ctx context.Context) (tokencache.Secret, error) {
	if s.loads--; s.loads < 0 {
		if err := s.fail("Load"); err != nil {
			return tokencache.Secret{}, err
		}
	}
	return s.Store.Load(ctx)
}

func (s *failingStore) Publish(ctx context.Context, fence, token string, life time.Duration) error {
	if err := s.fail("Publish"); err != nil {
		return err
	}
	return s.Store.Publish(ctx, fence, token, life)
}
