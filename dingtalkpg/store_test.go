package dingtalkpg

import (
	"testing"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/mirror/mirrortest"
)

func TestStore_KeepsTheRulesOfAStore(t *testing.T) {
	t.Parallel()
	url := sharedServer(t).URL()
	mirrortest.CheckStore(t, func(tb testing.TB) (mirror.Store, func() mirror.Store) {
		schema := newSchemaName()
		open := func() mirror.Store { return openStore(tb, url, schema) }
		return open(), open
	})
}
