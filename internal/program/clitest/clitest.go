// Package clitest runs programs inside of tests.
package clitest

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

// Main is the body of a program.
type Main = func(context.Context, cli.Process) int

// Run runs a program to its end, and returns its exit code and what it wrote.
func Run(ctx context.Context, name string, run Main, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errOut strings.Builder
	code = run(ctx, process(name, env, stdin, args, &out, &errOut))
	return code, out.String(), errOut.String()
}

// RunOnTerminal is Run on a terminal of 80 columns, where the user types stdin.
func RunOnTerminal(ctx context.Context, name string, run Main, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	var out, errOut strings.Builder
	columns := func() int { return 80 }
	p := process(name, env, stdin, args, terminal.New(&out, columns), terminal.New(&errOut, columns))
	p.Interactive = true
	code = run(ctx, p)
	return code, out.String(), errOut.String()
}

func process(name string, env map[string]string, stdin string, args []string, out, errOut io.Writer) cli.Process {
	return cli.Process{
		Name: name, Args: args, Getenv: func(name string) string { return env[name] },
		Stdin: strings.NewReader(stdin), Stdout: out, Stderr: errOut,
	}
}

// CutPlace returns what a program wrote to standard error after the line that names the place, which CheckConventions
// tests.
func CutPlace(name, stderr string) string {
	if first, rest, found := strings.Cut(stderr, "\n"); found && strings.HasPrefix(first, name+": on ") {
		return rest
	}
	return stderr
}

// Environment serves srv on a local port, and returns the environment in which a program takes it for DingTalk.
func Environment(t *testing.T, srv *dingtalktest.Server) map[string]string {
	t.Helper()
	url, err := srv.Listen("")
	require.NoError(t, err)
	return map[string]string{
		"DINGTALK_CLIENT_ID": srv.ClientID(), "DINGTALK_CLIENT_SECRET": srv.ClientSecret(), "DINGTALK_BASE_URL": url,
	}
}

// FullDisk is an output that fails every write.
type FullDisk struct{}

func (FullDisk) Write([]byte) (int, error) { return 0, errors.New("no space left") }
