package tokencache

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestTryGet_NeverWaits(t *testing.T) {
	s := &source{life: time.Hour, slow: time.Second}
	withCache(t, s, func(t *testing.T, c *Cache) {
		began := time.Now()
		tryGet := func() string {
			secret, ok := c.TryGet(t.Context())
			assert.Equal(t, ok, secret.Value != "")
			return secret.Value
		}
		assert.Empty(t, tryGet())
		assert.Zero(t, s.count(), "it fetches nothing if there is nothing")
		assert.Equal(t, "t1", value(t, c))
		assert.Equal(t, "t1", tryGet())
		time.Sleep(55 * time.Minute)
		assert.Equal(t, "t1", tryGet(), "during the renewal")
		synctest.Wait()
		assert.Equal(t, 2, s.count())
		assert.Equal(t, 55*time.Minute+time.Second, time.Since(began), "only the first fetch made the caller wait")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, "t2", tryGet())
		c.Invalidate("t2")
		assert.Empty(t, tryGet())
		time.Sleep(2 * time.Hour)
		assert.Empty(t, tryGet())
	})
}
