package lookup

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

func TestQueries_DefaultToPeopleOfTheEmulator(t *testing.T) {
	t.Parallel()
	null, err := os.Open(os.DevNull)
	require.NoError(t, err)
	t.Cleanup(func() { _ = null.Close() })
	for _, in := range []io.Reader{null, strings.NewReader("")} {
		code, out, errOut := lookupFrom(t.Context(), nil, in, "-emulator")
		require.Zero(t, code, errOut)
		require.Contains(t, errOut, "no queries")
		require.NotContains(t, out, "✗")
	}

	code, out, errOut := lookupFrom(t.Context(), clitest.Environment(t, dingtalktest.New(t)), null)
	require.Zero(t, code)
	require.Contains(t, errOut, "reading standard input")
	require.Empty(t, out)
}

func TestLookup_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{Name: apptest.Name, Run: apptest.Main(Command), Help: apptest.Help(Command), TakesArgs: true, OnEmulator: []string{"lin"}, OnService: []string{"0164553028412345001", "19930687760", "QTU0v6FeG9CNkEfuH27fbL27iE"}})
}

func TestLookup_RejectsWrongUsage(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"exclude each other": {"-mobile", "-userid", "lin"},
	} {
		code, out, errOut := lookup(t.Context(), nil, "", args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out)
	}
	code, _, errOut := lookup(t.Context(), nil, strings.Repeat("x", 100_000), "-emulator")
	require.Equal(t, 2, code)
	require.Contains(t, errOut, "standard input: ")
}

func TestQueries_EndTheWaitForInputWhenInterrupted(t *testing.T) {
	t.Parallel()
	in, typing := io.Pipe()
	t.Cleanup(func() { _ = typing.Close() })
	ctx, interrupt := context.WithCancel(t.Context())
	interrupt()
	code, _, errOut := lookupFrom(ctx, nil, in, "-emulator")
	require.Equal(t, 1, code)
	require.Equal(t, "dingtalk: interrupted\n", errOut)
}

func TestLookup_ReportsAFailureToWrite(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seed(srv)
	env := clitest.Environment(t, srv)
	for _, args := range [][]string{{"lin"}, {"-o", "json", "lin"}} {
		var errOut strings.Builder
		code := apptest.Main(Command)(t.Context(), cli.Process{
			Name: apptest.Name, Args: args, Getenv: func(name string) string { return env[name] },
			Stdin: strings.NewReader(""), Stdout: clitest.FullDisk{}, Stderr: &errOut,
		})
		require.Equal(t, 1, code)
		require.Contains(t, errOut.String(), "no space left")
	}
}

// lookupFrom runs the program with an input.
func lookupFrom(ctx context.Context, env map[string]string, in io.Reader, args ...string) (code int, out, errOut string) {
	var o, e strings.Builder
	code = apptest.Main(Command)(ctx, cli.Process{
		Name: apptest.Name, Args: args, Getenv: func(name string) string { return env[name] }, Stdin: in, Stdout: &o, Stderr: &e,
	})
	return code, o.String(), clitest.CutPlace(apptest.Name, e.String())
}
