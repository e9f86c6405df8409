package dingtalkbolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/crashtest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// mountSmall mounts a file system of a size, and returns what enlarges it.
func mountSmall(t *testing.T, size string) (dir string, enlarge func()) {
	t.Helper()
	dir = t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size="+size); err != nil {
		t.Skipf("skipped because a file system cannot be mounted here: %v", err)
	}
	t.Cleanup(func() { assert.NoError(t, syscall.Unmount(dir, syscall.MNT_DETACH)) })
	return dir, func() {
		require.NoError(t, syscall.Mount("tmpfs", dir, "tmpfs", syscall.MS_REMOUNT, "size=64m"))
	}
}

func TestUpdate_FailsOnAFullDiskAndWorksAfterwards(t *testing.T) {
	t.Parallel()
	dir, enlarge := mountSmall(t, "1m")
	path := filepath.Join(dir, "directory.db")
	s := openStore(t, path)
	require.NoError(t, s.Update(t.Context(), func(w mirror.Writer) error { return w.Put([]byte("a"), []byte("1")) }))
	large := func(w mirror.Writer) error { return w.Put([]byte("large"), make([]byte, 2<<20)) }
	for range 3 {
		err := s.Update(t.Context(), large)
		require.ErrorIs(t, err, syscall.ENOSPC)
		require.ErrorContains(t, err, "dingtalkbolt: cannot write the file: ")
		assert.Equal(t, "a=1\n", content(t, s))
	}
	require.NoError(t, s.Update(t.Context(), func(w mirror.Writer) error { return w.Put([]byte("b"), []byte("2")) }))
	assert.Equal(t, "a=1\nb=2\n", content(t, s))
	enlarge()
	require.NoError(t, s.Update(t.Context(), large))
	assert.Len(t, content(t, s), len("a=1\nb=2\nlarge=\n")+2<<20)

	require.NoError(t, s.Close())
	again, err := Open(path)
	require.NoError(t, err)
	assert.Equal(t, "a=1\nb=2\n", content(t, again)[:8])
	require.NoError(t, again.Close())
}

// A disk that is full again and again loses nothing.
func TestStore_KeepsWhatItAcknowledgedOnAFullDisk(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: takes ten seconds on a slow disk")
	}
	dir, _ := mountSmall(t, "4m")
	ballast := filepath.Join(dir, "ballast")
	s := openStore(t, filepath.Join(dir, "directory.db"))
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	out, acks, err := os.Pipe()
	require.NoError(t, err)
	var failures atomic.Int32
	load := crashtest.Load{Store: s, Acks: acks, Retry: func(err error) bool {
		failures.Add(1)
		_ = os.Remove(ballast) // others may have done it
		return errors.Is(err, syscall.ENOSPC)
	}}
	var group sync.WaitGroup
	group.Go(func() {
		assert.NoError(t, load.Run(ctx))
		assert.NoError(t, acks.Close())
	})
	seen := crashtest.Acks{}
	_, err = seen.Read(out, func(read int) error {
		if read == 3000 {
			cancel()
		}
		if read%300 == 0 {
			_ = os.WriteFile(ballast, make([]byte, 4<<20), 0o600) // as much as there is room for
		}
		return nil
	})
	require.NoError(t, err)
	group.Wait()
	require.NoError(t, seen.Check(t.Context(), s))
	assert.Positive(t, failures.Load())
	t.Logf("%d Updates failed", failures.Load())
}
