// Tenants serves the organizations that install a third-party app, until they withdraw.
package main

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

const help = `Tenants serves the organizations that install a third-party app: it receives the app's tickets and authorizations in Stream mode,
reads the people of each organization that installs the app, and says when one withdraws.

With -emulator three invented organizations install the app, and one of them withdraws. On DingTalk the client ID is the suite
key, and the app must use Stream mode. DingTalk sends the first ticket within five hours; a program for more than a trial keeps
it in a store that survives a restart. It changes nothing, and runs until Ctrl-C.`

func main() { cli.Main("tenants", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	target, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{
		dingtalktest.WithOtherOrganization("dingharbor", "Harbor Foods", person("Chen Jie"), person("Li Na")),
		dingtalktest.WithOtherOrganization("dingmeadow", "Meadow Tools", person("Zhao Min")),
		dingtalktest.WithOtherOrganization("dingorchard", "Orchard Press", person("Lin Yue"), person("Sun Hao")),
	}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	id, secret, base := p.Getenv(service.EnvClientID), p.Getenv(service.EnvClientSecret), target.Name
	if srv := target.Emulator; srv != nil {
		id, secret, base = srv.ClientID(), srv.ClientSecret(), dingtalk.BaseURLInternational
	}
	through := &http.Client{Transport: target.Client.HTTPClient().Transport}
	a := &app{out: p.Stdout, lines: make(chan string)}
	a.Tenants, err = tenants.New(id, secret, tenants.Config{
		Tickets: dingtalk.NewTicketStore(), Next: event.AcceptFunc(a.accept),
		Options: []dingtalk.Option{dingtalk.WithHTTPClient(through), dingtalk.WithBaseURL(base)},
	})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	receiver, err := stream.New(id, secret, a.Tenants, stream.WithHTTPClient(through), stream.WithBaseURL(base))
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	_, _ = fmt.Fprintln(p.Stdout, "waiting for organizations; Ctrl-C ends")
	running, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	go func() { stop(receiver.Run(running)) }()
	if target.Emulator != nil {
		err = a.demonstrate(running, target.Emulator)
	} else {
		err = a.print(running, "\n") // which no line has
	}
	if err != nil && (ctx.Err() == nil || target.Emulator != nil) {
		return p.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}

// person returns an invented person.
func person(name string) dingtalktest.User {
	return dingtalktest.User{UserID: strings.ReplaceAll(strings.ToLower(name), " ", "."), Name: name}
}

// demonstrate makes the organizations install the app, and one of them withdraw.
func (a *app) demonstrate(ctx context.Context, srv *dingtalktest.Server) error {
	for len(srv.StreamConnections()) == 0 && ctx.Err() == nil {
		time.Sleep(10 * time.Millisecond)
	}
	srv.SendSuiteTicket()
	err := a.print(ctx, "ticket")
	for _, corpID := range []string{"dingharbor", "dingmeadow", "dingorchard"} {
		if err == nil {
			srv.Authorize(corpID)
			err = a.print(ctx, corpID)
		}
	}
	if err == nil {
		srv.EndAuthorization("dingorchard")
		err = a.print(ctx, "withdrawn")
	}
	if err == nil {
		_, refusal := a.Client("dingorchard")
		_, _ = fmt.Fprintf(a.out, "%v\n%d organizations are left\n", refusal, a.Len())
	}
	return err
}
