package app

import (
	"context"
	"strings"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
)

// Command describes a subcommand.
type Command struct {
	Name  string
	Short string // what it does, in a few words
	Args  string // what it takes besides flags, such as "[people.csv]"; empty if it takes nothing
	Text  string // what it does, in detail
	Flags []urfave.Flag
	Needs Needs
	// Formats holds the formats in which it can print its result, the default first. Without any, -o is no flag of it.
	Formats []output.Format
	Run     func(ctx context.Context, r *Run) int // returns the exit code
}

// Needs describes what a command needs of an organization.
type Needs int

// What a command needs of an organization.
const (
	Nothing Needs = iota // it calls no service
	Reads
	Writes
)

// build returns the subcommand for the library. Its action stores the exit code.
func (c Command) build(p process, code *int) *urfave.Command {
	s := &settings{}
	sub := &urfave.Command{
		Name: c.Name, Usage: c.Short, ArgsUsage: c.Args, Description: c.description(), HideHelpCommand: true,
		Flags: append(c.Flags, s.flags(c)...), OnUsageError: returnError,
	}
	sub.Action = func(ctx context.Context, parsed *urfave.Command) error {
		args := parsed.Args().Slice()
		if c.Args == "" && len(args) > 0 {
			return usageError("unexpected arguments: %q", args)
		}
		r, err := s.newRun(c, p, args)
		if err != nil {
			return err
		}
		*code = r.run(ctx, c.Run)
		return nil
	}
	return sub
}

func (c Command) description() string {
	text := c.Text
	if c.Needs != Nothing {
		text += "\n\n" + environment
	}
	return text + "\n\n" + strings.TrimSpace(exitCodes)
}
