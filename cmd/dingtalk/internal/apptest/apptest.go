// Package apptest runs commands inside of tests.
package apptest

import (
	"context"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// Name is the name of the program, with which its messages begin.
const Name = "dingtalk"

// Main returns a program that runs one command.
func Main(command func() app.Command) clitest.Main {
	return func(ctx context.Context, p cli.Process) int {
		p.Args = slices.Concat([]string{command().Name}, p.Args)
		return app.Main("(test)", command)(ctx, p)
	}
}

// Run runs a command to its end, and returns its exit code and what it wrote, without the line that names the place.
func Run(ctx context.Context, command func() app.Command, env map[string]string, stdin string, args ...string) (code int, stdout, stderr string) {
	code, stdout, stderr = clitest.Run(ctx, Name, Main(command), env, stdin, args...)
	return code, stdout, clitest.CutPlace(Name, stderr)
}

// Help matches the help of a command, for clitest.Program.
func Help(command func() app.Command) string {
	c := command()
	return `^NAME:\n   dingtalk ` + c.Name + ` - [a-z].*\n\nUSAGE:\n   dingtalk ` + c.Name + ` \[options\].*\n\nDESCRIPTION:\n   [A-Z]`
}

// Exec runs a command as this process, and exits. A TestMain calls it in the processes that its tests start.
func Exec(command func() app.Command) { cli.Main(Name, Main(command)) }
