package tokencache

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// recordingSource is a source that records the reasons, and returns its results in turn.
type recordingSource struct {
	reasons []Reason
	results []func(Reason) (Secret, error)
}

func (s *recordingSource) source(_ context.Context, reason Reason) (Secret, error) {
	s.reasons = append(s.reasons, reason)
	next := s.results[min(len(s.reasons), len(s.results))-1]
	return next(reason)
}

func returns(value string, life, recheckAfter time.Duration) func(Reason) (Secret, error) {
	return func(Reason) (Secret, error) {
		return Secret{Value: value, Expires: time.Now().Add(life), RecheckAfter: recheckAfter}, nil
	}
}

func returnsCurrent(recheckAfter time.Duration) func(Reason) (Secret, error) {
	return func(reason Reason) (Secret, error) {
		reason.Current.RecheckAfter = recheckAfter
		return reason.Current, nil
	}
}

func returnsError(err error) func(Reason) (Secret, error) {
	return func(Reason) (Secret, error) { return Secret{}, err }
}

func TestSource_ReceivesTheReason(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &recordingSource{results: []func(Reason) (Secret, error){
			returns("t1", 2*time.Hour, 0), returns("t2", 2*time.Hour, 0), returnsError(errors.New("down")), returns("t3", time.Hour, 0),
		}}
		c := NewWithSource(testTimeout, s.source)
		require.Equal(t, "t1", value(t, c))
		assert.Equal(t, Reason{Due: true}, s.reasons[0])

		time.Sleep(2*time.Hour - renewalMargin)
		require.Equal(t, "t1", value(t, c))
		synctest.Wait()
		assert.True(t, s.reasons[1].Due)
		assert.Equal(t, "t1", s.reasons[1].Current.Value)

		c.Invalidate("t2")
		_, err := c.Get(t.Context())
		require.Error(t, err)
		assert.Equal(t, Reason{Due: true, Refused: []string{"t2"}}, s.reasons[2])
		time.Sleep(failurePause)
		require.Equal(t, "t3", value(t, c))
		assert.Equal(t, Reason{Due: true, Refused: []string{"t2"}}, s.reasons[3], "it is remembered across a failure")

		time.Sleep(2 * time.Hour)
		require.Equal(t, "t3", value(t, c))
		assert.Equal(t, Reason{Due: true, Refused: []string{"t2"}}, s.reasons[4], "an expired secret is not current")
		assert.NotContains(t, fmt.Sprintf("%+v %#v %s", s.reasons, s.reasons[3], s.reasons[3]), "t2")
	})
}

func TestSource_IsCalledAgainAfterItsInterval(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const soon = 30 * time.Second
		s := &recordingSource{results: []func(Reason) (Secret, error){returns("t1", 2*time.Hour, soon), returnsCurrent(soon), returnsCurrent(soon), returnsCurrent(0)}}
		c := NewWithSource(testTimeout, s.source)
		for range 60 * 100 { // a hundred minutes: until the renewal is due
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		require.Len(t, s.reasons, 4)
		for _, reason := range s.reasons[1:] {
			assert.False(t, reason.Due)
			assert.Equal(t, "t1", reason.Current.Value)
		}
	})
}

func TestSource_IsCalledForTheRenewalInTime(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		renewed := time.Time{}
		c := NewWithSource(testTimeout, func(_ context.Context, reason Reason) (Secret, error) {
			switch {
			case reason.Current.Value == "":
				return returns("t1", 2*time.Hour, 30*time.Second)(reason)
			case !reason.Due:
				return returnsCurrent(30 * time.Second)(reason)
			}
			renewed = time.Now()
			return returns("t2", 2*time.Hour, 0)(reason)
		})
		start := time.Now()
		for renewed.IsZero() && time.Since(start) < 2*time.Hour {
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		assert.InDelta(t, (2*time.Hour - renewalMargin - renewalMargin/8).Minutes(), renewed.Sub(start).Minutes(), (renewalMargin/8).Minutes()+0.1)
		assert.Equal(t, "t2", value(t, c))
	})
}

func TestErrLater_DelaysTheRenewal(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &recordingSource{results: []func(Reason) (Secret, error){returns("t1", 2*time.Hour, 0), returnsError(ErrLater), returns("t2", 2*time.Hour, 0)}}
		c := NewWithSource(testTimeout, s.source)
		require.Equal(t, "t1", value(t, c))
		time.Sleep(2*time.Hour - renewalMargin)
		for range 30 {
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			time.Sleep(time.Second)
		}
		require.Len(t, s.reasons, 2)
		require.Equal(t, "t1", value(t, c))
		synctest.Wait()
		assert.Equal(t, "t2", value(t, c))
	})
}

func TestErrLater_IsNotReturnedToWaiters(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(c *Cache){
		"refused": func(c *Cache) { c.Invalidate("t1") },
		"ended":   func(*Cache) { time.Sleep(4 * time.Second) },
	} {
		synctest.Test(t, func(t *testing.T) {
			fetches := 0
			c := NewWithSource(testTimeout, func(_ context.Context, reason Reason) (Secret, error) {
				fetches++
				switch {
				case fetches == 1:
					return returns("t1", 2*time.Hour, 0)(reason)
				case reason.Current.Value != "": // it is lost during this call
					time.Sleep(5 * time.Second)
					return Secret{}, ErrLater
				}
				return returns("t2", 2*time.Hour, 0)(reason)
			})
			require.Equal(t, "t1", value(t, c))
			time.Sleep(2*time.Hour - 3*time.Second)
			require.Equal(t, "t1", value(t, c))
			synctest.Wait()
			end(c)
			assert.Equal(t, map[string]int{"t2": 20}, getConcurrently(t, c, 20), name)
			assert.Equal(t, 3, fetches)
		})
	}
}

func TestSource_ThatCallsItsOwnCacheTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c *Cache
		c = New(testTimeout, func(ctx context.Context) (Secret, error) { return c.Get(ctx) })
		start := time.Now()
		_, err := c.Get(t.Context())
		require.Error(t, err)
		assert.Equal(t, testTimeout, time.Since(start))
	})
}

func TestSource_ThatIgnoresItsContextTimesOut(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := New(testTimeout, func(context.Context) (Secret, error) {
			time.Sleep(time.Hour)
			return Secret{Value: "late"}, nil
		})
		start := time.Now()
		got := getConcurrently(t, c, 10)
		assert.Equal(t, testTimeout, time.Since(start))
		assert.Zero(t, got["late"])
		time.Sleep(2 * time.Hour) // a bubble must not end before its goroutines do
	})
}

func TestSource_ThatEndsItsGoroutineIsAnError(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) { // like require in the source of a test
		c := New(testTimeout, func(context.Context) (Secret, error) {
			runtime.Goexit()
			return Secret{}, nil
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Hour)
		defer cancel()
		start := time.Now()
		_, err := c.Get(ctx)
		require.Error(t, err)
		assert.LessOrEqual(t, time.Since(start), testTimeout, "the waiters must not hang")
	})
}
