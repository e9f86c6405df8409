package dingtalkbolt

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/crashtest"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
)

var (
	kills = flag.Int("kills", 20, "how often a process is killed, or the power is cut")
	write = flag.String("write", "", "write to the store at this path until the process is killed, instead of testing")
)

func TestMain(m *testing.M) {
	flag.Parse()
	if *write == "" {
		os.Exit(m.Run())
	}
	if err := writeTo(*write); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// writeTo writes to a store, and acknowledges each Update on the standard output.
func writeTo(path string) error {
	s, err := Open(path)
	if err != nil {
		return err
	}
	return errors.Join(crashtest.Load{Store: s, Acks: os.Stdout}.Run(context.Background()), s.Close())
}

// writing returns a process that writes to a store.
func writing(t *testing.T, path string) *exec.Cmd {
	t.Helper()
	program, err := os.Executable()
	require.NoError(t, err)
	return exec.CommandContext(t.Context(), program, "-write="+path)
}

func TestStore_KeepsWhatItAcknowledgedWhenKilled(t *testing.T) {
	t.Parallel()
	n := *kills
	if testing.Short() {
		n = 3
	}
	path, acks := newPath(t), crashtest.Acks{}
	for i := range n {
		require.NoError(t, acks.KillAfter(writing(t, path), 1+rand.IntN(200)), "kill %d", i+1)
		s, err := Open(path)
		require.NoError(t, err, "kill %d", i+1)
		require.NoError(t, acks.Check(t.Context(), s), "kill %d", i+1)
		require.NoError(t, s.Close())
	}
	t.Logf("%d kills, %v Updates of the writers", n, acks)
}

func TestOpen_WaitsForNoOtherProcess(t *testing.T) {
	t.Parallel()
	path, tried := newPath(t), false
	cmd := writing(t, path)
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	_, err = crashtest.Acks{}.Read(out, func(int) error {
		if tried {
			return nil
		}
		tried = true
		_, err := Open(path, WithLockTimeout(0))
		require.ErrorIs(t, err, mirror.ErrInUse)
		require.ErrorContains(t, err, path)
		return cmd.Process.Kill()
	})
	require.NoError(t, err)
	require.Error(t, cmd.Wait())
	openStore(t, path)
}
