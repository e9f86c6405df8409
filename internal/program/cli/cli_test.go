package cli_test

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// program prints its flag and its other arguments, which it takes if its help says so.
func program(takes string) clitest.Main {
	return func(_ context.Context, p cli.Process) int {
		flags := p.Flags()
		level := flags.Int("level", 1, "`number` of the level")
		if code, done := p.Parse(flags, cli.Help{Args: takes, Text: "It does nothing.", Env: "  LEVEL"}); done {
			return code
		}
		return p.Fail(cli.Failed, "level %d of %q", *level, flags.Args())
	}
}

func TestProcess_ParsesFlagsAndReportsErrors(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		takes, args string
		code        int
		stderr      string
	}{
		{"[x ...]", "-level 3 x", cli.Failed, "program: level 3 of [\"x\"]\n"},
		{"[x ...]", "x -level 3 y", cli.Failed, "program: level 3 of [\"x\" \"y\"]\n"},
		{"[x ...]", "x -- -level 3", cli.Failed, "program: level 1 of [\"x\" \"-level\" \"3\"]\n"},
		{"[x ...]", "-- -level", cli.Failed, "program: level 1 of [\"-level\"]\n"},
		{"", "-level 3", cli.Failed, "program: level 3 of []\n"},
		{"", "-level 3 x", cli.Usage, "program: unexpected arguments: [\"x\"]; program -h describes the program\n"},
		{"", "-- -h", cli.Usage, "program: unexpected arguments: [\"-h\"]; program -h describes the program\n"},
		{"[x ...]", "x -level high", cli.Usage, "program: invalid value \"high\" for flag -level: parse error; program -h describes the program\n"},
		{"", "-depth 3", cli.Usage, "program: flag provided but not defined: -depth; program -h describes the program\n"},
	} {
		code, stdout, stderr := clitest.Run(t.Context(), "program", program(test.takes), nil, "", strings.Fields(test.args)...)
		assert.Equal(t, test.code, code, test.args)
		assert.Empty(t, stdout, test.args)
		assert.Equal(t, test.stderr, stderr, test.args)
	}
}

func TestProcess_PrintsItsHelp(t *testing.T) {
	t.Parallel()
	code, stdout, stderr := clitest.Run(t.Context(), "program", program("[x ...]"), nil, "", "y", "-help")
	require.Zero(t, code)
	require.Empty(t, stderr)
	require.Equal(t, "usage: program [flag ...] [x ...]\n\nIt does nothing.\n\nFlags:\n"+
		"  -level number\n    \tnumber of the level (default 1)\n\nEnvironment:\n  LEVEL\n", stdout)
}

func TestProcess_AsksUntilTheContextEnds(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	in, _ := io.Pipe() // no one types
	var screen strings.Builder
	p := cli.Process{Name: "program", Stdin: in, Stderr: writerFunc(func(text []byte) (int, error) {
		interrupt()
		return screen.Write(text)
	})}
	require.False(t, p.Ask(ctx, "Go on?"))
	require.Equal(t, "program: Go on? [y/N] \n", screen.String())
	require.NoError(t, in.Close())
}

type writerFunc func([]byte) (int, error)

func (f writerFunc) Write(text []byte) (int, error) { return f(text) }

func TestExamples_AreTestedForTheConventions(t *testing.T) {
	t.Parallel()
	programs, err := filepath.Glob("../../../examples/*/main.go")
	require.NoError(t, err)
	require.NotEmpty(t, programs)
	for _, main := range programs {
		dir := filepath.Dir(main)
		tests, err := filepath.Glob(filepath.Join(dir, "*_test.go"))
		require.NoError(t, err)
		checked := false
		for _, test := range tests {
			text, err := os.ReadFile(test)
			require.NoError(t, err)
			checked = checked || strings.Contains(string(text), "clitest.CheckConventions(")
		}
		assert.True(t, checked, "%s has no test that calls clitest.CheckConventions", dir)
	}
}
