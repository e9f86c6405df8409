// Package cli holds what the command and the examples share as programs: help, flags, exit codes, error output, questions and
// interruption.
package cli

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/terminal"
)

// The exit codes of a program.
const (
	OK     = 0
	Failed = 1 // the work was not completed, or it found a problem
	Usage  = 2 // the arguments or the environment are wrong
)

// Process holds what a program reads from and writes to. A test supplies its own.
type Process struct {
	Name           string // of the program; its messages begin with it
	Args           []string
	Getenv         func(name string) string
	Stdin          io.Reader
	Stdout, Stderr io.Writer // a *terminal.Terminal if connected to a terminal
	Interactive    bool      // Stdin and Stderr are terminals, so that the user can be asked
}

// Main runs a program with the arguments, environment and streams of this process, and exits with the code that it
// returns. Ctrl-C and SIGTERM cancel the context; a second one ends the process at once.
func Main(name string, run func(context.Context, Process) int) {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	_, input := terminal.Of(os.Stdin)
	_, messages := terminal.Of(os.Stderr)
	code := run(ctx, Process{
		Name: name, Args: os.Args[1:], Getenv: os.Getenv,
		Stdin: os.Stdin, Stdout: output(os.Stdout), Stderr: output(os.Stderr), Interactive: input && messages,
	})
	stop()
	os.Exit(code)
}

// output returns the writer for a file, which protects it if it is a terminal.
func output(file *os.File) io.Writer {
	if t, ok := terminal.Of(file); ok {
		return t
	}
	return file
}

// Log prints a message after the name of the program. Errors of the client begin with the name of the package, which is
// not printed twice if the program has the same.
func (p Process) Log(format string, args ...any) {
	prefix := p.Name + ": "
	_, _ = fmt.Fprintln(p.Stderr, prefix+strings.TrimPrefix(fmt.Sprintf(format, args...), prefix))
}

// Fail prints an error message and returns the exit code.
func (p Process) Fail(code int, format string, args ...any) int {
	p.Log(format, args...)
	return code
}

// Ask asks the user a question, and reports whether the answer is yes. Anything else than y or yes is a no, and so is
// the end of ctx.
func (p Process) Ask(ctx context.Context, question string) bool {
	_, _ = fmt.Fprintf(p.Stderr, "%s: %s [y/N] ", p.Name, question)
	answer := make(chan string, 1)
	go func() {
		line, _ := bufio.NewReader(p.Stdin).ReadString('\n')
		answer <- line
	}()
	select {
	case line := <-answer:
		if !strings.HasSuffix(line, "\n") { // the terminal shows no new line yet
			_, _ = fmt.Fprintln(p.Stderr)
		}
		switch strings.ToLower(strings.TrimSpace(line)) {
		case "y", "yes":
			return true
		}
	case <-ctx.Done():
		_, _ = fmt.Fprintln(p.Stderr)
	}
	return false
}
