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

// valueSource is a source of the secret that a test sets, and records the reason.
type valueSource struct {
	value  string
	slow   time.Duration
	err    error
	reason Reason // of the last call
}

func (s *valueSource) source(_ context.Context, reason Reason) (Secret, error) {
	s.reason = reason
	secret := Secret{Value: s.value, Expires: time.Now().Add(2 * time.Hour)}
	time.Sleep(s.slow)
	return secret, s.err
}

// withValueSource runs f in a bubble with a cache and its valueSource.
func withValueSource(t *testing.T, f func(t *testing.T, c *Cache, s *valueSource)) {
	t.Helper()
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &valueSource{}
		f(t, NewWithSource(testTimeout, s.source), s)
		synctest.Wait()
	})
}

// next lets the cache fetch the value.
func (s *valueSource) next(t *testing.T, c *Cache, value string) {
	t.Helper()
	s.value = value
	secret, err := c.Get(t.Context())
	require.NoError(t, err)
	require.Equal(t, value, secret.Value)
}

func TestInvalidate_ReportsEveryRefusalToTheSource(t *testing.T) {
	withValueSource(t, func(t *testing.T, c *Cache, s *valueSource) {
		for _, value := range []string{"t1", "t2", "t3"} {
			s.next(t, c, value)
			c.Invalidate(value)
		}
		s.next(t, c, "t4")
		assert.Equal(t, []string{"t1", "t2", "t3"}, s.reason.Refused)
		c.Invalidate("t4")
		c.Invalidate("t2") // while there is no secret
		c.Invalidate("t0")
		s.next(t, c, "t5")
		assert.Equal(t, []string{"t1", "t3", "t4", "t2", "t0"}, s.reason.Refused, "each once, newest last")
		c.Invalidate("t6") // while there is another one
		assert.Equal(t, "t5", value(t, c))
		c.Invalidate("t5")
		s.next(t, c, "t7")
		assert.Equal(t, []string{"t1", "t3", "t4", "t2", "t0", "t6", "t5"}, s.reason.Refused)
	})
}

func TestInvalidate_RemembersARefusalDuringARenewal(t *testing.T) {
	withValueSource(t, func(t *testing.T, c *Cache, s *valueSource) {
		s.next(t, c, "t1")
		time.Sleep(2*time.Hour - renewalMargin)
		s.slow = time.Second
		s.value = "t2"
		assert.Equal(t, "t1", value(t, c))
		synctest.Wait()
		c.Invalidate("t1")
		assert.Equal(t, "t2", value(t, c))
		c.Invalidate("t2")
		s.next(t, c, "t3")
		assert.Equal(t, []string{"t1", "t2"}, s.reason.Refused)
	})
}

func TestInvalidate_RemembersARefusalAcrossAFailure(t *testing.T) {
	withValueSource(t, func(t *testing.T, c *Cache, s *valueSource) {
		s.next(t, c, "t1")
		c.Invalidate("t1")
		s.err = errors.New("down")
		_, err := c.Get(t.Context())
		require.ErrorIs(t, err, s.err)
		c.Invalidate("t0")
		_, err = c.Get(t.Context())
		require.ErrorIs(t, err, s.err, "a late refusal does not shorten the pause")
		s.err = nil
		time.Sleep(failurePause)
		s.next(t, c, "t2")
		assert.Equal(t, []string{"t1", "t0"}, s.reason.Refused)
	})
}

func TestInvalidate_RemembersTheLastRefusals(t *testing.T) {
	withValueSource(t, func(t *testing.T, c *Cache, s *valueSource) {
		var refused []string
		for n := range 3 * maxRefused {
			value := fmt.Sprintf("t%d", n)
			s.next(t, c, value)
			c.Invalidate(value)
			refused = append(refused, value)
		}
		s.next(t, c, "last")
		assert.Equal(t, refused[2*maxRefused:], s.reason.Refused)
	})
}

func TestInvalidate_ForgetsARefusalIfTheSecretIsIssuedAgain(t *testing.T) {
	withValueSource(t, func(t *testing.T, c *Cache, s *valueSource) {
		s.next(t, c, "t1")
		c.Invalidate("t1")
		s.next(t, c, "t2")
		c.Invalidate("t2")
		s.next(t, c, "t1")
		c.Invalidate("t1")
		assert.Equal(t, "t1", value(t, c), "it stays for a while")
		time.Sleep(reissuePause)
		c.Invalidate("t1")
		s.next(t, c, "t3")
		assert.Equal(t, []string{"t2", "t1"}, s.reason.Refused)
	})
}

func TestInvalidate_IgnoresARefusalBeforeTheFirstSecret(t *testing.T) {
	withValueSource(t, func(t *testing.T, c *Cache, s *valueSource) {
		c.Invalidate("t1")
		c.Invalidate("")
		s.next(t, c, "t1")
		assert.Empty(t, s.reason.Refused)
		c.Invalidate("")
		c.Invalidate("t1")
		s.next(t, c, "t2")
		assert.Equal(t, []string{"t1"}, s.reason.Refused)
	})
}

func TestFailure_IsRetriedAtTheLatestWhenTheSecretExpires(t *testing.T) {
	withValueSource(t, func(t *testing.T, c *Cache, s *valueSource) {
		s.next(t, c, "t1")
		time.Sleep(2*time.Hour - renewalRetryPause/2)
		s.err = errors.New("down")
		assert.Equal(t, "t1", value(t, c))
		synctest.Wait() // the renewal has failed
		s.err, s.value = nil, "t2"
		time.Sleep(renewalRetryPause/2 - 1)
		assert.Equal(t, "t1", value(t, c))
		time.Sleep(time.Nanosecond)
		assert.Equal(t, "t2", value(t, c), "it does not wait for the rest of the pause")
	})
}
