// Package emulate serves the built-in DingTalk on a local port, for programs in any language, and a console for the
// browser that shows their calls.
package emulate

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"net"
	"strings"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

const text = `Serves the built-in DingTalk on a local port, for programs in any language, and a console for the browser that shows
their calls. Its organization has two departments, an owner and a manager, or is a generated sample, and is lost when the
program ends, with Ctrl-C. People sign in on a login page; those of a second organization and an external contact can do
so as well, for a program to refuse. It reads no environment variables, and prints what a program needs to use it.

With -addr 0.0.0.0:8080 other machines can reach it. Then its console asks for the token in the address that is printed.`

// options holds the flags.
type options struct {
	addr, id, secret string
	open             bool
	size             sampleSize
}

// Command returns the command.
func Command() app.Command {
	var o options
	return app.Command{
		Name: "emulator", Short: "serve an emulator of DingTalk, for programs in any language", Text: text,
		Flags: []urfave.Flag{
			&urfave.StringFlag{Name: "addr", Value: "127.0.0.1:0", Destination: &o.addr, Usage: "`ADDRESS` of the API and the console; port 0 chooses a free one"},
			&urfave.StringFlag{Name: "client-id", Destination: &o.id, HideDefault: true, Usage: "client `ID` of the app; random by default"},
			&urfave.StringFlag{Name: "client-secret", Destination: &o.secret, HideDefault: true, Usage: "client `SECRET` of the app; random by default"},
			&urfave.BoolFlag{Name: "open", Destination: &o.open, Usage: "do not protect the console with a token where other machines can reach it"},
			app.Func("sample", "generate an organization with these numbers of `DEPARTMENTS,PEOPLE`, such as 50,1000; at most 50000,500000, which take 750 MiB", o.size.set),
		},
		Formats: []output.Format{output.Table, output.JSON},
		Run:     func(ctx context.Context, r *app.Run) int { return run(ctx, r, &o) },
	}
}

func run(ctx context.Context, r *app.Run, o *options) int {
	host, _, err := net.SplitHostPort(o.addr)
	if err != nil {
		return r.Misused("-addr: %v: give a host and a port, such as 127.0.0.1:8080", err)
	}
	shared := !isLoopback(ctx, host)
	token := ""
	if shared && !o.open {
		token = rand.Text()
	}
	if o.size.people > manyPeople {
		r.Log("generating %d departments and %d people", o.size.departments, o.size.people)
	}
	srv, err := dingtalktest.NewServerContext(ctx, o.server(token)...)
	switch {
	case ctx.Err() != nil:
		return r.Fail(cli.Failed, "interrupted while the organization was generated")
	case err != nil:
		return r.Misused("-sample: %v", errors.Unwrap(err))
	}
	defer srv.Close() //nolint:contextcheck // the context has ended by then
	if !o.size.given {
		demo.Seed(srv)
	}
	demo.AddGuest(srv)
	base, err := srv.Listen(o.addr)
	if err != nil {
		return r.Fail(cli.Failed, "cannot listen on %s: %v: choose another address with -addr", o.addr, err)
	}
	if err := newAccess(srv, addresses(base, host), token).write(r.Stdout, r.Format); err != nil {
		return r.Fail(cli.Failed, "%v", err)
	}
	switch {
	case token != "":
		r.Log("other machines can reach this address; the console asks for the token, which is in its address above")
	case shared:
		r.Log("warning: other machines can reach this address, and the console has no login: they can see and change everything")
	}
	<-ctx.Done()
	return cli.OK
}

// server returns the options of the emulator. An empty token leaves the console without a login.
func (o *options) server(token string) []dingtalktest.Option {
	options := []dingtalktest.Option{
		demo.OtherOrganization(),
		dingtalktest.WithCredentials(cmp.Or(o.id, "ding"+strings.ToLower(rand.Text())), cmp.Or(o.secret, rand.Text()+rand.Text())),
	}
	if token != "" {
		options = append(options, dingtalktest.WithConsoleToken(token))
	} else {
		options = append(options, dingtalktest.WithConsole())
	}
	if o.size.given {
		options = append(options, dingtalktest.WithSampleOrg(o.size.departments, o.size.people, 1))
	}
	return options
}
