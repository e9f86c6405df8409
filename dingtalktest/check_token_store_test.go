package dingtalktest_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// complaints is a testing.TB that records the errors of a check.
type complaints struct {
	testing.TB
	mu    sync.Mutex
	texts []string
}

func (c *complaints) Helper() {}
func (c *complaints) Errorf(format string, args ...any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.texts = append(c.texts, fmt.Sprintf(format, args...))
}

// checked returns the errors of CheckTokenStore for a store in memory that bends changed.
func checked(t *testing.T, bends func(dingtalk.TokenStore) dingtalk.TokenStore) []string {
	t.Helper()
	tb := &complaints{TB: t}
	start := time.Now()
	dingtalktest.CheckTokenStore(tb, func(testing.TB) dingtalk.TokenStore { return bends(dingtalktest.NewTokenStore(nil)) }, time.Sleep)
	assert.Less(t, time.Since(start), 30*time.Second)
	return tb.texts
}

func TestTokenStore_InMemoryPassesTheCheck(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		assert.Empty(t, checked(t, func(s dingtalk.TokenStore) dingtalk.TokenStore { return s }))
		one := dingtalktest.NewTokenStore(nil)
		assert.Empty(t, checked(t, func(dingtalk.TokenStore) dingtalk.TokenStore { return one }), "not even empty at first")
	})
}

func TestCheckTokenStore_FindsEachMistake(t *testing.T) {
	t.Parallel()
	for name, mistake := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				texts := checked(t, func(s dingtalk.TokenStore) dingtalk.TokenStore {
					b := bent{TokenStore: s}
					mistake.bend(s, &b)
					return b
				})
				assert.Contains(t, strings.Join(texts, "\n"), mistake.said)
			})
		})
	}
}
