// Tenants keeps a copy of each organization that installs a third-party app, until the organization withdraws.
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/stream"
	"github.com/dingtalk-contacts/dingtalk-go/tenants"
)

const help = `Tenants serves the organizations that install a third-party app: it receives the app's tickets and authorizations in Stream mode,
keeps a copy of each organization in memory, and forgets it when the organization withdraws.

With -emulator three invented organizations install the app, and one of them withdraws. On DingTalk the client ID is the suite
key, and the app must use Stream mode. DingTalk sends the first ticket within five hours; a program for more than a trial keeps
it, and the copies, in a store that survives a restart. It changes nothing, and runs until Ctrl-C.`

func main() { cli.Main("tenants", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	target, err := choice.Open(ctx, p, service.Options{Emulator: invented()})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()

	through := &http.Client{Transport: target.Client.HTTPClient().Transport}
	id, secret := p.Getenv(service.EnvClientID), p.Getenv(service.EnvClientSecret)
	options := []dingtalk.Option{dingtalk.WithHTTPClient(through)}
	streamOptions := []stream.Option{stream.WithHTTPClient(through)}
	if target.Emulator != nil {
		id, secret = target.Emulator.ClientID(), target.Emulator.ClientSecret()
	} else {
		options = append(options, dingtalk.WithBaseURL(target.Name))
		streamOptions = append(streamOptions, stream.WithBaseURL(target.Name))
	}

	kept := &copies{ctx: ctx, out: &printer{out: p.Stdout}, of: map[string]*organization{}}
	kept.apps, err = tenants.New(id, secret, tenants.Config{Tickets: dingtalk.NewTicketStore(), Options: options, Next: kept})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	receiver, err := stream.New(id, secret, kept.apps, streamOptions...)
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	kept.out.line("waiting for organizations; Ctrl-C ends")
	received := make(chan error, 1)
	go func() { received <- receiver.Run(ctx) }()
	if target.Emulator != nil {
		err = demonstrate(ctx, target.Emulator, kept)
	} else {
		err = <-received
	}
	stop()
	kept.running.Wait()
	if err != nil && ctx.Err() == nil || err != nil && target.Emulator != nil {
		if what := advice.For(err); what != "" {
			p.Log("what to do: %s", what)
		}
		return p.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}

// printer prints lines, several of which may come at once.
type printer struct {
	mu  sync.Mutex
	out io.Writer
}

func (p *printer) line(format string, args ...any) {
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = fmt.Fprintln(p.out, columns.OneLine(fmt.Sprintf(format, args...)))
}
