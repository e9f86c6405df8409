package tokencache

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// chosen is a source of one secret after the other, which tells why it was asked.
type chosen struct {
	value string
	slow  time.Duration
	err   error
	need  Need // of the last time
}

func (s *chosen) source(_ context.Context, need Need) (Secret, error) {
	s.need = need
	secret := Secret{Value: s.value, Expires: time.Now().Add(2 * time.Hour)}
	time.Sleep(s.slow)
	return secret, s.err
}

// choosing runs f in a bubble with a cache over s.
func choosing(t *testing.T, f func(t *testing.T, c *Cache, s *chosen)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &chosen{}
		f(t, Over(flightTimeout, s.source), s)
		synctest.Wait()
	})
}

// next has the cache obtain the value.
func (s *chosen) next(t *testing.T, c *Cache, value string) {
	t.Helper()
	s.value = value
	secret, err := c.Get(t.Context())
	require.NoError(t, err)
	require.Equal(t, value, secret.Value)
}

func TestInvalidate_TheSourceLearnsOfEveryRefusal(t *testing.T) {
	choosing(t, func(t *testing.T, c *Cache, s *chosen) {
		for _, value := range []string{"t1", "t2", "t3"} {
			s.next(t, c, value)
			c.Invalidate(value)
		}
		s.next(t, c, "t4")
		assert.Equal(t, []string{"t1", "t2", "t3"}, s.need.Refused)
		c.Invalidate("t4")
		c.Invalidate("t2") // while there is none
		c.Invalidate("t0")
		s.next(t, c, "t5")
		assert.Equal(t, []string{"t1", "t3", "t4", "t2", "t0"}, s.need.Refused, "each once, the newest last")
		c.Invalidate("t6") // while there is another
		assert.Equal(t, "t5", value(t, c))
		c.Invalidate("t5")
		s.next(t, c, "t7")
		assert.Equal(t, []string{"t1", "t3", "t4", "t2", "t0", "t6", "t5"}, s.need.Refused)
	})
}

func TestInvalidate_ARefusalDuringARenewalIsRemembered(t *testing.T) {
	choosing(t, func(t *testing.T, c *Cache, s *chosen) {
		s.next(t, c, "t1")
		time.Sleep(2*time.Hour - margin)
		s.slow = time.Second
		s.value = "t2"
		assert.Equal(t, "t1", value(t, c))
		synctest.Wait()
		c.Invalidate("t1")
		assert.Equal(t, "t2", value(t, c))
		c.Invalidate("t2")
		s.next(t, c, "t3")
		assert.Equal(t, []string{"t1", "t2"}, s.need.Refused)
	})
}

func TestInvalidate_ARefusalIsRememberedAcrossAFailure(t *testing.T) {
	choosing(t, func(t *testing.T, c *Cache, s *chosen) {
		s.next(t, c, "t1")
		c.Invalidate("t1")
		s.err = errors.New("down")
		_, err := c.Get(t.Context())
		require.ErrorIs(t, err, s.err)
		c.Invalidate("t0")
		_, err = c.Get(t.Context())
		require.ErrorIs(t, err, s.err, "a late refusal does not cut the pause short")
		s.err = nil
		time.Sleep(failurePause)
		s.next(t, c, "t2")
		assert.Equal(t, []string{"t1", "t0"}, s.need.Refused)
	})
}

func TestInvalidate_TheLastRefusalsAreRemembered(t *testing.T) {
	choosing(t, func(t *testing.T, c *Cache, s *chosen) {
		var refused []string
		for n := range 3 * mostRefused {
			value := fmt.Sprintf("t%d", n)
			s.next(t, c, value)
			c.Invalidate(value)
			refused = append(refused, value)
		}
		s.next(t, c, "last")
		assert.Equal(t, refused[2*mostRefused:], s.need.Refused)
	})
}

func TestInvalidate_WhatIsHandedOutAgainIsNoLongerRefused(t *testing.T) {
	choosing(t, func(t *testing.T, c *Cache, s *chosen) {
		s.next(t, c, "t1")
		c.Invalidate("t1")
		s.next(t, c, "t2")
		c.Invalidate("t2")
		s.next(t, c, "t1")
		c.Invalidate("t1")
		assert.Equal(t, "t1", value(t, c), "for a while it stays")
		time.Sleep(refusedPause)
		c.Invalidate("t1")
		s.next(t, c, "t3")
		assert.Equal(t, []string{"t2", "t1"}, s.need.Refused)
	})
}

func TestInvalidate_WhatWasNeverHandedOutIsNotRemembered(t *testing.T) {
	choosing(t, func(t *testing.T, c *Cache, s *chosen) {
		c.Invalidate("t1")
		c.Invalidate("")
		s.next(t, c, "t1")
		assert.Empty(t, s.need.Refused)
		c.Invalidate("")
		c.Invalidate("t1")
		s.next(t, c, "t2")
		assert.Equal(t, []string{"t1"}, s.need.Refused)
	})
}

func TestFailed_TheRetryComesNoLaterThanTheEndOfThePresentSecret(t *testing.T) {
	choosing(t, func(t *testing.T, c *Cache, s *chosen) {
		s.next(t, c, "t1")
		time.Sleep(2*time.Hour - renewalPause/2)
		s.err = errors.New("down")
		assert.Equal(t, "t1", value(t, c))
		synctest.Wait() // the renewal has failed
		s.err, s.value = nil, "t2"
		time.Sleep(renewalPause/2 - 1)
		assert.Equal(t, "t1", value(t, c))
		time.Sleep(time.Nanosecond)
		assert.Equal(t, "t2", value(t, c), "and not after the rest of the pause")
	})
}
