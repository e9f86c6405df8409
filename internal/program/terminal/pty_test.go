//go:build linux

package terminal_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

func TestOf_RecognizesAPseudoTerminal(t *testing.T) {
	t.Parallel()
	pty, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Skip("this system has no pseudo-terminals: ", err)
	}
	t.Cleanup(func() { _ = pty.Close() })
	s, ok := terminal.Of(pty)
	require.True(t, ok)
	require.Equal(t, 80, s.Columns(), "a new one has no size")
}
