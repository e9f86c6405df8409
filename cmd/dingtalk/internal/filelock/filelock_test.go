package filelock_test

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/filelock"
)

func TestLock_ExcludesASecondOpening(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "plan9" || runtime.GOOS == "js" || runtime.GOOS == "wasip1" || runtime.GOOS == "solaris" {
		t.Skip("there are no locks on " + runtime.GOOS)
	}
	name := filepath.Join(t.TempDir(), "file")
	open := func() *os.File {
		f, err := os.OpenFile(name, os.O_RDWR|os.O_CREATE, 0o600)
		require.NoError(t, err)
		t.Cleanup(func() { _ = f.Close() })
		return f
	}
	first, second := open(), open()
	require.NoError(t, filelock.Lock(first))
	require.Error(t, filelock.Lock(second))
	_, err := second.WriteString("the lock is no obstacle to reads and writes")
	require.NoError(t, err)
	filelock.Unlock(first)
	require.NoError(t, filelock.Lock(second))
	require.NoError(t, second.Close())
	require.NoError(t, filelock.Lock(first), "closing releases it")
}
