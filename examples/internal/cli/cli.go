// Package cli holds what the example programs share as commands: flags, exit codes, error output and interruption.
package cli

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
)

// The exit codes of the examples.
const (
	OK     = 0
	Failed = 1 // the work was not completed, or it found a problem
	Usage  = 2 // the arguments or the environment are wrong
)

// Process holds what a program reads from and writes to. A test supplies its own.
type Process struct {
	Name           string // of the program; error messages begin with it
	Args           []string
	Getenv         func(name string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// Main runs a program with the arguments, environment and streams of this process, and exits with the code that it
// returns. Ctrl-C and SIGTERM cancel the context.
func Main(name string, run func(context.Context, Process) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, Process{
		Name: name, Args: os.Args[1:], Getenv: os.Getenv, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr,
	})
	stop()
	os.Exit(code)
}

// Flags returns an empty set of flags.
func (p Process) Flags() *flag.FlagSet {
	flags := flag.NewFlagSet(p.Name, flag.ContinueOnError)
	flags.SetOutput(p.Stderr)
	return flags
}

// Parse parses the arguments. If done is true, the program ends with the exit code: the help or an error is printed.
func (p Process) Parse(flags *flag.FlagSet) (code int, done bool) {
	switch err := flags.Parse(p.Args); {
	case errors.Is(err, flag.ErrHelp):
		return OK, true
	case err != nil:
		return Usage, true
	}
	return OK, false
}

// Fail prints an error message and returns the exit code.
func (p Process) Fail(code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(p.Stderr, p.Name+": "+format+"\n", args...)
	return code
}
