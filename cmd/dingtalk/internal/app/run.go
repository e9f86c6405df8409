package app

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// Run is one run of a command: its streams, its arguments without flags, and what its flags say. Its Getenv knows the
// flags and the file of credentials.
type Run struct {
	cli.Process
	Command        string
	Format         output.Format
	FormatGiven    bool // Format is that of a flag, not the default
	Quiet, Verbose bool

	service service.Flags
	timeout time.Duration
}

// Open returns the service that the settings name. The caller closes it.
func (r *Run) Open(ctx context.Context, o service.Options) (*service.Target, error) {
	return r.service.Open(ctx, r.Process, o)
}

// UseEmulator makes Open return an emulator.
func (r *Run) UseEmulator() { r.service.Emulator = true }

// Note prints a message that is no error, unless the user wants quiet.
func (r *Run) Note(format string, args ...any) {
	if !r.Quiet {
		r.Log(format, args...)
	}
}

// Misused prints an error in the arguments and returns the exit code.
func (r *Run) Misused(format string, args ...any) int {
	r.Log(format, args...)
	return cli.Usage
}

// run calls the command, until the timeout if there is one.
func (r *Run) run(ctx context.Context, command func(context.Context, *Run) int) int {
	if r.timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, r.timeout)
		defer cancel()
	}
	code := command(ctx, r)
	if code != cli.OK && errors.Is(ctx.Err(), context.DeadlineExceeded) {
		r.Log("ended by -timeout %v", r.timeout)
	}
	return code
}

// Logger returns a logger of warnings, or with -verbose of everything.
func (r *Run) Logger() *slog.Logger { return r.service.Logger(r.Process) }
