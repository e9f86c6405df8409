// Package watch prints the events of an organization as they happen.
package watch

import (
	"context"
	"errors"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

const text = `Prints the events of an organization as they happen, as lines of JSON: who has joined, changed or left, which departments
and roles have changed. It receives them in Stream mode, which needs neither a public address nor keys: choose Stream mode
for the app in the developer console, under Development configuration > Events and callbacks, and select the events of
Contacts.

DingTalk sends each event to one connection of the app. What this command receives and acknowledges, no other receiver of
the same app gets: use an app of its own beside a program that needs all events.

An event says that something has changed, and whom or what to read again; -raw adds what it says besides, which may be
personal data. A line with "gap" names a time in which events may have been lost. It ends with Ctrl-C, after -count events
or at -timeout, all of which are successes. With -emulator it shows the events of three changes that it makes itself.

With -mirror it keeps a copy of the departments, the people and the roles in a file, and prints what has changed in it:
first all that is there, then each change within a second, from its events, or at the latest with the next scan of everything,
every 15 minutes. Started again, it goes on with the first change that it has not printed; after a crash the last ones may
come again. A line {"revision":N,"snapshot":true} means that the changes before are no longer known: forget everything,
the whole copy follows. The file holds names and mobile numbers, and one process at a time opens it. With -emulator
it ends when the copy is complete.`

// options holds the flags.
type options struct {
	count int
	raw   bool
	file  string // of the copy
}

// Command returns the command.
func Command() app.Command {
	var o options
	return app.Command{
		Name: "watch", Short: "print the events of the organization as they happen", Text: text,
		Flags: []urfave.Flag{
			&urfave.IntFlag{Name: "count", Destination: &o.count, Usage: "end after this `NUMBER` of events or changes; 0 goes on until Ctrl-C"},
			&urfave.BoolFlag{Name: "raw", Destination: &o.raw, Usage: "print the content of events as well, which may hold personal data"},
			&urfave.StringFlag{Name: "mirror", Destination: &o.file, TakesFile: true, Usage: "keep a copy of the organization in this `FILE`, and print its changes"},
		},
		Needs: app.Reads, Formats: []output.Format{output.JSON, output.Table},
		Run: func(ctx context.Context, r *app.Run) int { return run(ctx, r, o) },
	}
}

func run(ctx context.Context, r *app.Run, o options) int {
	if o.count < 0 {
		return r.Misused("-count %d: it must be 0 or more", o.count)
	}
	if o.file != "" && (o.raw || r.Format != output.JSON) {
		return r.Misused("-mirror prints lines of JSON without -raw")
	}
	target, err := r.Open(ctx, service.Options{Emulator: []dingtalktest.Option{demo.Sample()}})
	if err != nil {
		return r.Misused("%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, r.Process); done {
		return code
	}
	id, secret, base := r.Getenv(service.EnvClientID), r.Getenv(service.EnvClientSecret), target.Name
	if target.Emulator == nil {
		r.Note("no other receiver of this app gets the events that are received here")
	} else {
		id, secret = target.Emulator.ClientID(), target.Emulator.ClientSecret()
		if base, err = target.Emulator.Listen(""); err != nil {
			return r.Fail(cli.Failed, "%v", err)
		}
	}
	connect := func(to event.Acceptor, gap func(event.Gap)) (*stream.Client, error) {
		return stream.New(id, secret, to, stream.WithBaseURL(base), stream.WithGap(gap), stream.WithLogger(r.Logger()))
	}
	if o.file != "" {
		return keep(ctx, r, o, target, connect)
	}
	return receive(ctx, r, o, target.Emulator, connect)
}

// connector makes the receiver of events.
type connector func(to event.Acceptor, gap func(event.Gap)) (*stream.Client, error)

// receive prints events until the context ends. An emulator makes some.
func receive(ctx context.Context, r *app.Run, o options, srv *dingtalktest.Server, connect connector) int {
	if srv != nil && o.count == 0 {
		o.count = ownChanges
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	p := newPrinter(r, o, stop)
	s, err := connect(event.AcceptFunc(p.accept), p.gap)
	if err != nil {
		return r.Fail(cli.Failed, "%v", err)
	}
	if srv != nil {
		go change(ctx, srv)
	}
	return finish(r, p, s.Run(ctx))
}

// finish reports why it has ended, and returns the exit code.
func finish(r *app.Run, p *printer, err error) int {
	switch {
	case p.failure() != nil:
		return r.Fail(cli.Failed, "%v", p.failure())
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		r.Note("events received: %d", p.received())
		return cli.OK
	}
	return fail(r, err)
}

// fail prints an error, and what to do about it, and returns the exit code.
func fail(r *app.Run, err error) int {
	r.Log("%v", err)
	if text := advice.For(err); text != "" {
		r.Log("what to do: %s", text)
	} else if errors.Is(err, dingtalk.ErrPermission) || errors.Is(err, dingtalk.ErrInvalidArgument) {
		r.Log("what to do: choose Stream mode for the app in the developer console, under Development configuration > Events and callbacks")
	}
	return cli.Failed
}
