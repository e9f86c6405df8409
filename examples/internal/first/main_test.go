package main

import (
	"os"
	"os/exec"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestMain runs the program instead of the tests if RUN_FIRST is set.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_FIRST") != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

func TestMain_NamesMissingCredentials(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = []string{"RUN_FIRST=1"}
	out, err := cmd.CombinedOutput()
	require.Error(t, err)
	require.Contains(t, string(out), "the client ID is empty; the client secret is empty")
}
