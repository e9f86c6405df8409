//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package importer

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestState_ReleasesItsLockWhileAnotherProcessHoldsTheFile duplicates the descriptor, as a forked child does until it
// calls exec.
func TestState_ReleasesItsLockWhileAnotherProcessHoldsTheFile(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]*storedPlan{"with a plan": {}, "without a plan": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			journal := filepath.Join(t.TempDir(), "people.csv.journal")
			s, err := openState(journal)
			require.NoError(t, err)
			held := duplicate(t, s.file)
			if s.plan = plan; plan != nil {
				plan.Made = plan.Made.AddDate(2026, 0, 0)
				require.NoError(t, s.store(plan))
			}
			s.close()

			again, err := openState(journal)
			require.NoError(t, err, "%d is still open", held)
			again.close()
		})
	}
	t.Run("with a damaged plan", func(t *testing.T) {
		t.Parallel()
		journal := filepath.Join(t.TempDir(), "people.csv.journal")
		require.NoError(t, os.WriteFile(journal+".plan", []byte("no plan"), 0o600))
		s := &state{journal: journal}
		var err error
		s.file, err = os.OpenFile(journal+".plan", os.O_RDWR, 0o600)
		require.NoError(t, err)
		duplicate(t, s.file)
		require.Error(t, s.open())
		_, err = openState(journal)
		require.ErrorContains(t, err, "is in the place of the plan, but is not a plan")
		require.NotErrorIs(t, err, errInUse)
	})
}

func duplicate(t *testing.T, file *os.File) int {
	t.Helper()
	fd, err := syscall.Dup(int(file.Fd()))
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Close(fd) })
	return fd
}
