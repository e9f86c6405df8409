// Package app turns commands into a program: it parses the command line, and gives a command its streams, its settings
// and the means to open a service.
package app

import (
	"context"
	"fmt"
	"regexp"
	"slices"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// process is what a program reads from and writes to.
type process = cli.Process

const about = `One command for the contacts of an organization on DingTalk. Flags follow the name of the command, with one hyphen or two.
A command that calls a service names it on the first line of standard error. Text of the service reaches a terminal
without control characters. It prints no colors, so NO_COLOR is obeyed without being set.`

const exitCodes = `
The exit code is 0 if all is done, 1 if something is missing, was found or was interrupted, 2 for wrong usage.`

// Main returns a program with subcommands. Each run makes the commands anew, because they hold the values of their flags.
func Main(version string, commands ...func() Command) func(ctx context.Context, p cli.Process) int {
	return func(ctx context.Context, p cli.Process) int {
		code := cli.OK
		root := &urfave.Command{
			Name: p.Name, Usage: "the contacts of an organization on DingTalk", Description: about, Version: version,
			Reader: p.Stdin, Writer: p.Stdout, ErrWriter: p.Stderr,
			EnableShellCompletion: true, ConfigureShellCompletionCommand: configureCompletion,
			OnUsageError: returnError, ExitErrHandler: func(context.Context, *urfave.Command, error) {},
			Action: printHelp,
		}
		for _, command := range commands {
			root.Commands = append(root.Commands, command().build(p, &code))
		}
		if err := checkName(root, p.Args); err != nil {
			return p.Fail(cli.Usage, "%v; %s -h describes the program", err, p.Name)
		}
		if err := root.Run(ctx, append([]string{p.Name}, helpAlone(p.Args)...)); err != nil {
			if sub := root.Command(first(p.Args)); sub != nil && sub.Name != "help" {
				return p.Fail(cli.Usage, "%s; %s %s -h describes the command", plain(err), p.Name, sub.Name)
			}
			return p.Fail(cli.Usage, "%s; %s -h describes the program", plain(err), p.Name)
		}
		return code
	}
}

// helpAlone returns the arguments, or those of a request for the help of a command, wherever in them it is requested. The
// library would take an argument before -h for a topic.
func helpAlone(args []string) []string {
	for i, arg := range args {
		switch arg {
		case "--":
			return args
		case "-h", "--h", "-help", "--help":
			return append(args[:min(i, 1):min(i, 1)], "--help")
		}
	}
	return args
}

// checkName returns an error if the first argument was meant to be a command. The library would begin with its flags.
func checkName(root *urfave.Command, args []string) error {
	if len(args) == 0 || args[0] == "" || args[0][0] == '-' || slices.Contains([]string{"help", "h", "completion"}, args[0]) || root.Command(args[0]) != nil {
		return nil
	}
	return usageError("there is no command %q", args[0])
}

func printHelp(_ context.Context, root *urfave.Command) error {
	return urfave.DefaultShowRootCommandHelp(root)
}

// configureCompletion shows the command that prints completion scripts, for the shells that are tested.
func configureCompletion(c *urfave.Command) {
	c.Hidden, c.HideHelpCommand = false, true
	c.Usage = "print a completion script for a shell"
	c.Description = "Prints a script that completes commands and flags:\n\n" +
		"  source <(dingtalk completion bash)                                             in ~/.bashrc\n" +
		"  source <(dingtalk completion zsh)                                              in ~/.zshrc, after compinit\n" +
		"  dingtalk completion fish > ~/.config/fish/completions/dingtalk.fish            once"
	c.Commands = slices.DeleteFunc(c.Commands, func(shell *urfave.Command) bool { return shell.Name == "pwsh" })
	for _, shell := range c.Commands {
		shell.HideHelpCommand = true
	}
	c.OnUsageError = returnError
	c.Action = func(context.Context, *urfave.Command) error { return usageError("name a shell: bash, zsh or fish") }
}

func first(args []string) string {
	if len(args) == 0 {
		return ""
	}
	return args[0]
}

// What the library says of a value that it cannot parse, in the words of package strconv and package time.
var (
	notNumber   = regexp.MustCompile(`strconv\.\w+: parsing .*`)
	notDuration = regexp.MustCompile(`(parse error|time: .*)$`)
)

// plain returns the text of an error in the words of a user.
func plain(err error) string {
	text := notNumber.ReplaceAllString(err.Error(), "it is a whole number")
	return notDuration.ReplaceAllString(text, "it is a number with a unit, such as 90s or 5m")
}

func returnError(_ context.Context, _ *urfave.Command, err error, _ bool) error { return err }

func usageError(format string, args ...any) error { return fmt.Errorf(format, args...) }
