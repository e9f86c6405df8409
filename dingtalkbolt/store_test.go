package dingtalkbolt

import (
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/mirror/mirrortest"
)

func TestStore_KeepsTheRulesOfAStore(t *testing.T) {
	t.Parallel()
	mirrortest.CheckStore(t, func(tb testing.TB) (mirror.Store, func() mirror.Store) {
		path := filepath.Join(tb.TempDir(), "directory.db")
		reopen := func() mirror.Store {
			s, err := Open(path)
			require.NoError(tb, err)
			return s
		}
		return reopen(), reopen
	})
}
