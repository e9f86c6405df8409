// Mirror keeps a copy of an organization in a file, and prints each change of it as a line of JSON.
package main

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"

	"golang.org/x/sync/errgroup"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalkbolt"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/changes"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/mirror"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
)

const help = `Mirror keeps a copy of an organization in a file, and prints each change of it as a line of JSON: first all
that is there, then what changes, within a second. It receives the events in Stream mode, and reads everything every 15 minutes,
since events may be lost. Messages, and the state of the copy when it changes, go to the standard error output; -status shows
the state on a page.

  mirror -emulator                 an invented organization, to be edited in a browser
  mirror                           that of the app, in directory.db
  mirror -ldif directory.ldif      brings the copy up to date, writes it as LDIF, and ends

Start it again, and it continues with the first change that it has not printed. Each change is printed at least once: after a
crash, those of the last second may come again. A line {"revision":N,"snapshot":true} means that the changes in between are
no longer known: forget everything, because the whole copy follows.

The file holds names and mobile numbers. One process at a time opens it. It changes nothing in the organization.`

// The app of the emulator has the same credentials each time, so that a file fits it again.
const emulatorID, emulatorSecret = "dingexample", "example-secret"

func main() { cli.Main("mirror", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	db := flags.String("db", "", "`file` of the copy (default directory.db, or a temporary one with -emulator)")
	ldif := flags.String("ldif", "", "write the copy to this `file` as LDIF, and end")
	addr := flags.String("addr", "127.0.0.1:8090", "`address` on which the emulator listens; port 0 chooses a free one")
	status := flags.String("status", "", "`address` of a page with the state of the copy, such as 127.0.0.1:8092; port 0 chooses a free one")
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
		p.Log("listening on %s; open %s/console/ in a browser, and edit a person", base, base)
	}
	page, err := listen(ctx, p, *status)
	if err != nil {
		return p.Fail(cli.Failed, "cannot listen on %s: %v: choose another address with -status", *status, err)
	}
	if page != nil {
		defer func() { _ = page.Close() }()
	}
	file, remove, err := fileOf(*db, target)
	if err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	defer remove()
	log := slog.New(slog.NewTextHandler(p.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	err = withMirror(ctx, target.Client, file, log, func(m *mirror.Mirror) error {
		p.Log("keeping the copy in %s; Ctrl-C ends", file)
		if *ldif != "" {
			return export(ctx, m, *ldif)
		}
		receiver, err := stream.New(id, secret, m, stream.WithGap(m.Gap), stream.WithLogger(log), stream.WithBaseURL(base),
			stream.WithHTTPClient(&http.Client{Transport: target.Client.HTTPClient().Transport}))
		if err != nil {
			return err
		}
		return keep(ctx, p, m, receiver, page, &changes.Printer{Out: p.Stdout, File: file + ".printed"})
	})
	if err != nil && ctx.Err() == nil {
		if what := advice.For(err); what != "" {
			p.Log("what to do: %s", what)
		}
		return p.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}

// listen listens on an address for the page, unless it is empty.
func listen(ctx context.Context, p cli.Process, addr string) (net.Listener, error) {
	if addr == "" {
		return nil, nil //nolint:nilnil // there is no page
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err == nil {
		p.Log("the state of the copy is on http://%s/", listener.Addr())
	}
	return listener, err
}

// fileOf returns the file of the copy, and a function that removes it if it is temporary.
func fileOf(flag string, target *service.Target) (file string, remove func(), err error) {
	if flag != "" || target.Emulator == nil {
		return cmp.Or(flag, "directory.db"), func() {}, nil
	}
	dir, err := os.MkdirTemp("", "dingtalk-mirror-")
	return filepath.Join(dir, "directory.db"), func() { _ = os.RemoveAll(dir) }, err
}

// withMirror calls f with the mirror in a file.
func withMirror(ctx context.Context, client *dingtalk.Client, file string, log *slog.Logger, f func(*mirror.Mirror) error) error {
	store, err := dingtalkbolt.Open(file)
	if err != nil {
		return err
	}
	m, err := mirror.Open(ctx, client, store, mirror.WithLogger(log))
	if err == nil {
		err = f(m)
	}
	return errors.Join(err, store.Close())
}

// keep keeps the copy in step and prints its changes until the context ends.
func keep(ctx context.Context, p cli.Process, m *mirror.Mirror, receiver *stream.Client, page net.Listener, printer *changes.Printer) error {
	if err := printer.Load(); err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return receiver.Run(ctx) }) // events come in,
	g.Go(func() error { return m.Run(ctx) })        // what they name is read,
	g.Go(func() error { return printer.Print(ctx, m) })
	g.Go(func() error { return printer.Report(ctx, m, func(state string) { p.Log("%s", state) }) })
	if page != nil {
		g.Go(func() error { return serve(ctx, page, statusPage(m, printer)) })
	}
	err := g.Wait()
	if failure := printer.Save(); failure != nil {
		return failure
	}
	return err
}
