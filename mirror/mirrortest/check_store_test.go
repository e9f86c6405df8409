package mirrortest_test

import (
	"fmt"
	"maps"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/mirror/mirrortest"
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

// checked returns the errors of CheckStore for stores in memory that bend changes.
func checked(t *testing.T, bend func(mirror.Store) mirror.Store) []string {
	t.Helper()
	tb := &complaints{TB: t}
	mirrortest.CheckStore(tb, func(testing.TB) (mirror.Store, func() mirror.Store) {
		data := &keptStore{Store: mirror.NewMemoryStore()}
		t.Cleanup(func() { _ = data.Close() })
		open := func() mirror.Store { return bend(data.open()) }
		return open(), open
	})
	return tb.texts
}

func TestCheckStore_FindsNothingWrongWithAGoodStore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		assert.Empty(t, checked(t, func(s mirror.Store) mirror.Store { return s }))
	})
}

func TestCheckStore_FindsEachMistake(t *testing.T) {
	t.Parallel()
	mistakes := map[string]mistake{}
	for _, some := range []map[string]mistake{readMistakes, writeMistakes, transactionMistakes, leaseMistakes} {
		maps.Copy(mistakes, some)
	}
	for name, mistake := range mistakes {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				texts := checked(t, func(s mirror.Store) mirror.Store {
					b := &bentStore{Store: s}
					mistake.bend(s, b)
					return b
				})
				assert.Contains(t, strings.Join(texts, "\n"), mistake.said)
			})
		})
	}
}
