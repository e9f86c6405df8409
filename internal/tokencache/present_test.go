package tokencache

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
)

func TestWhatIsPresentIsServedWithoutAWait(t *testing.T) {
	s := &source{life: time.Hour, slow: time.Second}
	within(t, s, func(t *testing.T, c *Cache) {
		began := time.Now()
		present := func() string {
			secret, ok := c.Present(t.Context())
			assert.Equal(t, ok, secret.Value != "")
			return secret.Value
		}
		assert.Empty(t, present())
		assert.Zero(t, s.count(), "it fetches nothing where there is nothing")
		assert.Equal(t, "t1", value(t, c))
		assert.Equal(t, "t1", present())
		time.Sleep(55 * time.Minute)
		assert.Equal(t, "t1", present(), "while it is renewed")
		synctest.Wait()
		assert.Equal(t, 2, s.count())
		assert.Equal(t, 55*time.Minute+time.Second, time.Since(began), "only the first fetch was waited for")
		time.Sleep(time.Second)
		synctest.Wait()
		assert.Equal(t, "t2", present())
		c.Invalidate("t2")
		assert.Empty(t, present())
		time.Sleep(2 * time.Hour)
		assert.Empty(t, present())
	})
}
