package tokencache

import (
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestInvalidate_CausesOneFetchForAllCallers(t *testing.T) {
	s := &source{life: time.Hour, slow: time.Second}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() {
				time.Sleep(time.Duration(i) * 100 * time.Millisecond) // some are refused late
				c.Invalidate("t1")
				assert.Equal(t, "t2", value(t, c))
			})
		}
		wg.Wait()
		assert.Equal(t, 2, s.count())
	})
}

func TestInvalidate_IgnoresOldAndUnknownSecrets(t *testing.T) {
	s := &source{life: time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		c.Invalidate("t1") // before there is one
		require.Equal(t, "t1", value(t, c))
		c.Invalidate("t0")
		c.Invalidate("")
		require.Equal(t, "t1", value(t, c))
		c.Invalidate("t1")
		require.Equal(t, "t2", value(t, c))
		c.Invalidate("t1")
		require.Equal(t, "t2", value(t, c))
		assert.Equal(t, 2, s.count())
	})
}

func TestInvalidate_OfASecretThatIsFetchedAgainIsThrottled(t *testing.T) {
	s := &source{life: 2 * time.Hour, same: true}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		for range 60 { // a minute of calls that are all refused
			for range 10 {
				c.Invalidate("t1")
				require.Equal(t, "t1", value(t, c))
			}
			time.Sleep(time.Second)
		}
		assert.InDelta(t, 1+60/int(reissuePause/time.Second), s.count(), 2)

		s.set(func(s *source) { s.same = false }) // the service issues new secrets again
		time.Sleep(reissuePause)
		c.Invalidate("t1")
		assert.Equal(t, fmt.Sprintf("t%d", s.count()+1), value(t, c))
	})
}

func TestInvalidate_OfANewSecretIsNotThrottled(t *testing.T) {
	s := &source{life: time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		for n := range 5 { // each is refused immediately
			name := fmt.Sprintf("t%d", n+1)
			require.Equal(t, name, value(t, c))
			c.Invalidate(name)
		}
		assert.Equal(t, 5, s.count())
	})
}

func TestInvalidate_DuringARenewalWaitsForIt(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		time.Sleep(2*time.Hour - renewalMargin)
		s.set(func(s *source) { s.slow = 5 * time.Second })
		require.Equal(t, "t1", value(t, c)) // this starts the renewal
		synctest.Wait()
		c.Invalidate("t1")
		assert.Equal(t, map[string]int{"t2": 20}, getConcurrently(t, c, 20), "all callers wait for the renewal")
		assert.Equal(t, 2, s.count())
	})
}

func TestInvalidate_RemovesTheSecretEvenIfTheFetchFails(t *testing.T) {
	s := &source{life: 2 * time.Hour}
	withCache(t, s, func(t *testing.T, c *Cache) {
		require.Equal(t, "t1", value(t, c))
		s.set(func(s *source) { s.err = errors.New("down") })
		c.Invalidate("t1")
		assert.Equal(t, map[string]int{"down": 20}, getConcurrently(t, c, 20))
		assert.Equal(t, map[string]int{"down": 20}, getConcurrently(t, c, 20))
		assert.Equal(t, 2, s.count())

		s.set(func(s *source) { s.err, s.same = nil, true })
		time.Sleep(failurePause)
		require.Equal(t, "t1", value(t, c))
		c.Invalidate("t1")
		require.Equal(t, "t1", value(t, c))
		assert.Equal(t, 3, s.count(), "the secret is the refused one, which is remembered across the failure")
	})
}

func TestInvalidate_DoesNotShortenThePauseAfterAFailure(t *testing.T) {
	s := &source{err: errors.New("down")}
	withCache(t, s, func(t *testing.T, c *Cache) {
		for range 20 {
			_, err := c.Get(t.Context())
			require.Error(t, err)
			c.Invalidate("t1")
		}
		assert.Equal(t, 1, s.count())
	})
}

func TestInvalidate_IsSafeWithConcurrentCallers(t *testing.T) {
	s := &source{life: 20 * time.Second, slow: 10 * time.Millisecond}
	withCache(t, s, func(t *testing.T, c *Cache) {
		var wg sync.WaitGroup
		for i := range 32 {
			wg.Go(func() {
				for n := range 200 {
					secret, err := c.Get(t.Context())
					if !assert.NoError(t, err) || !assert.NotEmpty(t, secret.Value) {
						return
					}
					if (n+i)%50 == 0 {
						c.Invalidate(secret.Value)
					}
					time.Sleep(time.Duration(i) * time.Millisecond)
				}
			})
		}
		wg.Wait()
		assert.LessOrEqual(t, s.count(), 32*4+2)
	})
}
