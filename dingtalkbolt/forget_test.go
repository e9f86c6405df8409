package dingtalkbolt

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.etcd.io/bbolt"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// What the README says of a person who was erased: free pages of the file may have the data, and a compacted copy has not.
func TestForget_LeavesNothingInACompactedFile(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	id := srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234"})
	path, compacted := newPath(t), filepath.Join(t.TempDir(), "new.db")
	s, err := Open(path)
	require.NoError(t, err)
	m, stop := runMirror(t, srv, s)
	require.NoError(t, m.Ready(t.Context()))
	require.NoError(t, m.Refresh(t.Context(), mirror.UserKey(id)))
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(b), "Zhao Min")
	srv.Leave(id, dingtalktest.Leave{})
	require.NoError(t, m.Refresh(t.Context(), mirror.UserKey(id)))
	require.NoError(t, m.Forget(t.Context(), id))
	_, revision := names(t, m)
	stop()
	require.NoError(t, s.Close())

	from, err := bbolt.Open(path, 0o600, &bbolt.Options{ReadOnly: true})
	require.NoError(t, err)
	to, err := bbolt.Open(compacted, 0o600, nil)
	require.NoError(t, err)
	require.NoError(t, bbolt.Compact(to, from, 0))
	require.NoError(t, to.Close())
	require.NoError(t, from.Close())
	b, err = os.ReadFile(compacted)
	require.NoError(t, err)
	assert.NotContains(t, string(b), "Zhao Min")
	assert.NotContains(t, string(b), "13800001234")
	m, stop = runMirror(t, srv, openStore(t, compacted))
	defer stop()
	got, again := names(t, m)
	assert.Empty(t, got)
	assert.GreaterOrEqual(t, again, revision)
}
