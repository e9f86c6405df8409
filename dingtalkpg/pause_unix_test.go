//go:build unix

package dingtalkpg

import (
	"bufio"
	"bytes"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

// A process that was paused for longer than its lease, and continues, writes nothing.
func TestLease_OfAPausedProcessIsLost(t *testing.T) {
	t.Parallel()
	url, schema := sharedServer(t).URL(), newSchemaName()
	s := openStore(t, url, schema)
	pauses := 3 // at any point of an Update
	if testing.Short() {
		pauses = 1
	}
	for range pauses {
		leader := process(t, "-lead="+url, "-schema="+schema, "-lease=5s") // long, for a busy machine
		var stderr bytes.Buffer
		leader.Stderr = &stderr
		out, err := leader.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, leader.Start())
		lines := bufio.NewScanner(out)
		for range 30 {
			require.True(t, lines.Scan(), "%s", &stderr)
		}
		require.NoError(t, leader.Process.Signal(syscall.SIGSTOP))
		lease, err := s.Lead(t.Context()) // waits for the end of its lease, and of its transaction
		require.NoError(t, err)
		before := content(t, s)
		require.NoError(t, leader.Process.Signal(syscall.SIGCONT))
		for lines.Scan() {
		}
		require.Error(t, leader.Wait())
		assert.Contains(t, stderr.String(), mirror.ErrLeaseLost.Error())
		assert.Equal(t, before, content(t, s))
		require.NoError(t, lease.Update(t.Context(), put("another", "1")))
		require.NoError(t, lease.Release(t.Context()))
	}
}
