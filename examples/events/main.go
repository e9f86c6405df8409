// Events prints the events of an organization as they arrive, from an emulator in its own process or from DingTalk.
package main

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

const help = `Events prints what is reported about an organization, as it arrives: who has joined, changed or left, and which departments
and roles were created, changed or removed. It receives the events in Stream mode, over connections that it opens itself.

With -emulator it serves the built-in emulator, and prints a command for another terminal that makes events. On DingTalk the
app must use Stream mode and subscribe to the types of events: developer console, Development configuration > Events and
callbacks. DingTalk sends an event to one receiver of the app, so another program that receives for the same app misses what
is printed here. It changes nothing, and runs until Ctrl-C.`

// The address and the app of the emulator. They are known, so that the README can name the command of the other terminal.
const emulatorAddr, emulatorID, emulatorSecret = "127.0.0.1:8090", "dingexample", "example-secret"

func main() { cli.Main("events", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	addr := flags.String("addr", emulatorAddr, "`address` on which the emulator listens; port 0 chooses a free one")
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	target, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{
		dingtalktest.WithCredentials(emulatorID, emulatorSecret), dingtalktest.WithConsole(),
	}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	id, secret, base := p.Getenv(service.EnvClientID), p.Getenv(service.EnvClientSecret), target.Name
	if target.Emulator != nil {
		demo.Seed(target.Emulator)
		id, secret = emulatorID, emulatorSecret
		if base, err = target.Emulator.Listen(*addr); err != nil {
			return p.Fail(cli.Failed, "cannot listen on %s: %v: choose another address with -addr", *addr, err)
		}
		_, _ = fmt.Fprintf(p.Stdout, "listening on %s; in another terminal run\n\n  %s=%s %s=%s %s=%s \\\n"+
			"    go run ./examples/quickstart -yes -mobile 13800001234\n\nor open %s/console/ in a browser\n\n",
			base, service.EnvBaseURL, base, service.EnvClientID, id, service.EnvClientSecret, secret, base)
	}
	_, _ = fmt.Fprintln(p.Stdout, "waiting for events; Ctrl-C ends")

	out := &printer{out: p.Stdout}
	receiver, err := stream.New(id, secret, event.AcceptFunc(out.accept),
		stream.WithBaseURL(base),
		stream.WithHTTPClient(&http.Client{Transport: target.Client.HTTPClient().Transport}),
		stream.WithGap(out.gap),
		stream.WithLogger(slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))),
	)
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	if err := receiver.Run(ctx); ctx.Err() == nil {
		if what := advice.For(err); what != "" {
			p.Log("what to do: %s", what)
		}
		return p.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}

// printer is an acceptor of events that prints them.
type printer struct {
	mu  sync.Mutex // several events may come at once
	out io.Writer
}

// accept prints an event. Only an event that was printed is acknowledged.
func (p *printer) accept(_ context.Context, e event.Event) error {
	return p.print(time.Now(), string(e.Type), describe(e))
}

// gap prints when events may have been lost. A program that keeps a copy of the organization reads all of it again then.
func (p *printer) gap(g event.Gap) {
	_ = p.print(g.To, "-- gap", fmt.Sprintf("%s: events since %s may be lost", g.Cause, g.From.Format(time.TimeOnly)))
}

func (p *printer) print(at time.Time, title, text string) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, err := fmt.Fprintf(p.out, "%s  %-23s  %s\n", at.Format(time.TimeOnly), columns.OneLine(title), columns.OneLine(text))
	return err
}

// describe returns what an event is about. A program would read the users and departments again.
func describe(e event.Event) string {
	var parts []string
	add := func(format string, args ...any) { parts = append(parts, fmt.Sprintf(format, args...)) }
	switch change := e.Payload.(type) {
	case *event.UserChange:
		add("users %v", change.UserIDs)
	case *event.DepartmentChange:
		add("departments %v", change.DeptIDs)
	case *event.RoleChange:
		add("roles or role groups %v", change.RoleIDs)
	case *event.RoleHolderChange:
		add("users %v, roles %v: %s", change.UserIDs, change.RoleIDs, change.Action)
	case *event.OrganizationChange:
		add("the organization")
	case *event.ScopeChange:
		add("the app may be used by users %v, departments %v, roles %v", change.UserIDs, change.DeptIDs, change.RoleIDs)
	case *event.AppStatusChange:
		add("the status of the app: %s", change.Status)
	}
	if e.Operator != "" {
		add("by %s", e.Operator)
	}
	return strings.Join(parts, ", ")
}
