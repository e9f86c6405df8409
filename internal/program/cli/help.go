package cli

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"slices"
)

// Help describes a program for -h.
type Help struct {
	Args string // what it takes besides flags, such as "[people.csv]"; empty if it takes nothing
	Text string // what it does
	Env  string // the environment variables that it reads, a line for each
}

// Flags returns an empty set of flags.
func (p Process) Flags() *flag.FlagSet {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(io.Discard) // Parse prints
	flags.Usage = func() {}
	return flags
}

// Parse parses the arguments, where flags and other arguments may come in any order, and "--" ends the flags. If done
// is true, the program ends with the exit code: the help or an error is printed.
func (p Process) Parse(flags *flag.FlagSet, help Help) (code int, done bool) {
	var others []string
	for rest := p.Args; ; {
		switch err := flags.Parse(rest); {
		case errors.Is(err, flag.ErrHelp):
			p.printHelp(flags, help)
			return OK, true
		case err != nil:
			return p.misused("%v", err), true
		}
		parsed := len(rest) - flags.NArg()
		if flags.NArg() == 0 || parsed > 0 && rest[parsed-1] == "--" {
			others = append(others, flags.Args()...)
			break
		}
		others, rest = append(others, flags.Arg(0)), flags.Args()[1:]
	}
	if help.Args == "" && len(others) > 0 {
		return p.misused("unexpected arguments: %q", others), true
	}
	_ = flags.Parse(slices.Concat([]string{"--"}, others)) // for flags.Args
	return OK, false
}

// misused prints an error in the arguments.
func (p Process) misused(format string, args ...any) int {
	return p.Fail(Usage, "%s; %s -h describes the program", fmt.Sprintf(format, args...), p.Name)
}

func (p Process) printHelp(flags *flag.FlagSet, help Help) {
	usage := "usage: " + p.Name + " [flag ...]"
	if help.Args != "" {
		usage += " " + help.Args
	}
	_, _ = fmt.Fprintf(p.Stdout, "%s\n\n%s\n\nFlags:\n", usage, help.Text)
	flags.SetOutput(p.Stdout)
	flags.PrintDefaults()
	if help.Env != "" {
		_, _ = fmt.Fprintf(p.Stdout, "\nEnvironment:\n%s\n", help.Env)
	}
}
