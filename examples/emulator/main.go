// Emulator serves the built-in DingTalk on a local port, for programs in any language, and a console for the browser
// that shows their calls.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

const help = `Emulator serves the built-in DingTalk on a local port, for programs in any language, and a console for the browser
that shows their calls. Its organization has two departments, an owner and a manager, or is a generated sample, and is
lost when the program ends, with Ctrl-C. People sign in on a login page; those of a second organization and an external
contact can do so as well, for a program to refuse. It reads no environment variables.

With -addr 0.0.0.0:8080 other machines can reach it. Then its console asks for the token in the address that is printed.`

func main() { cli.Main("emulator", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	addr := flags.String("addr", "127.0.0.1:0", "`address` of the API and the console; port 0 chooses a free one")
	id := flags.String("client-id", "", "client ID of the app; random by default")
	secret := flags.String("client-secret", "", "client secret of the app; random by default")
	open := flags.Bool("open", false, "do not protect the console with a token where other machines can reach it")
	var size sampleSize
	flags.Var(&size, "sample", "generate an organization with these numbers of `departments,people`, such as 50,1000; "+
		"at most 50000,500000, which take 750 MiB")
	if code, done := p.Parse(flags, cli.Help{Text: help}); done {
		return code
	}
	host, _, err := net.SplitHostPort(*addr)
	if err != nil {
		return p.Fail(cli.Usage, "-addr: %v: give a host and a port, such as 127.0.0.1:8080", err)
	}

	options := []dingtalktest.Option{demo.OtherOrganization(), dingtalktest.WithCredentials(
		cmp.Or(*id, "ding"+strings.ToLower(rand.Text())), cmp.Or(*secret, rand.Text()+rand.Text()))}
	shared := !isLoopback(ctx, host)
	token := ""
	if shared && !*open {
		token = rand.Text()
		options = append(options, dingtalktest.WithConsoleToken(token))
	} else {
		options = append(options, dingtalktest.WithConsole())
	}
	if size.given {
		options = append(options, dingtalktest.WithSampleOrg(size.departments, size.people, 1))
	}
	if size.people > manyPeople {
		p.Log("generating %d departments and %d people", size.departments, size.people)
	}
	srv, err := dingtalktest.NewServerContext(ctx, options...)
	switch {
	case ctx.Err() != nil:
		return p.Fail(cli.Failed, "interrupted while the organization was generated")
	case err != nil:
		return p.Fail(cli.Usage, "-sample: %v", errors.Unwrap(err))
	}
	defer srv.Close() //nolint:contextcheck // the context has ended by then
	if !size.given {
		demo.Seed(srv)
	}
	demo.AddGuest(srv)
	base, err := srv.Listen(*addr)
	if err != nil {
		return p.Fail(cli.Failed, "cannot listen on %s: %v: choose another address with -addr", *addr, err)
	}
	if err := printAccess(p.Stdout, srv, addresses(base, host), token); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	switch {
	case token != "":
		p.Log("other machines can reach this address; the console asks for the token, which is in its address above")
	case shared:
		p.Log("warning: other machines can reach this address, and the console has no login: they can see and change everything")
	}
	<-ctx.Done()
	return cli.OK
}

// printAccess prints what a program or a browser needs to use the server. The console's address includes its token.
func printAccess(w io.Writer, srv *dingtalktest.Server, addresses []string, token string) error {
	var text strings.Builder
	for _, address := range addresses {
		fmt.Fprintf(&text, "listening on %s\n", address)
	}
	base := addresses[0]
	fmt.Fprintf(&text, "console: %s/console/", base)
	if token != "" {
		fmt.Fprintf(&text, "?%s", url.Values{"token": {token}}.Encode())
	}
	fmt.Fprintf(&text, "\nlogin page: %s/oauth2/auth?%s\n", base, loginParameters(srv, base+"/console/log").Encode())
	fmt.Fprintf(&text, "client id: %s\nclient secret: %s\nsso secret: %s\n", srv.ClientID(), srv.ClientSecret(), srv.SSOSecret())
	fmt.Fprintf(&text, "\ncurl '%s/gettoken?%s'\n", base,
		url.Values{"appkey": {srv.ClientID()}, "appsecret": {srv.ClientSecret()}}.Encode())
	_, err := io.WriteString(w, text.String())
	return err
}

// loginParameters returns the parameters of the login page, with what an app has to say there.
func loginParameters(srv *dingtalktest.Server, redirectURI string) url.Values {
	return url.Values{
		"client_id": {srv.ClientID()}, "redirect_uri": {redirectURI}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"}, "state": {"example"},
	}
}
