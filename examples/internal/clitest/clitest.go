// Package clitest runs the example programs inside of tests.
package clitest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/cli"
)

// Run runs a program to its end, and returns its exit code and what it wrote.
func Run(
	ctx context.Context, name string, run func(context.Context, cli.Process) int,
	env map[string]string, stdin string, args ...string,
) (code int, stdout, stderr string) {
	var out, errOut strings.Builder
	code = run(ctx, cli.Process{
		Name: name, Args: args, Getenv: func(name string) string { return env[name] },
		Stdin: strings.NewReader(stdin), Stdout: &out, Stderr: &errOut,
	})
	return code, out.String(), errOut.String()
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
