// Login serves a small site on which people sign in with DingTalk, on the built-in emulator or on DingTalk.
package main

import (
	"context"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

const help = `Login serves a small site on which people sign in with DingTalk: open the address that it prints in a browser. The site
shows who has signed in, with user ID and departments, and refuses all who are not members of the organization.

Without credentials it runs on the built-in emulator, whose login page offers invented people: members, people of another
organization and an external contact. With credentials it runs on DingTalk. It then prints the redirect URL to register in
the developer console, under Security settings, and needs the permission points Contact.User.Read and qyapi_get_member,
and qyapi_get_department_list for the names of departments. It changes nothing, and serves until Ctrl-C.`

// callbackPath is where the login page sends people back to.
const callbackPath = "/login/callback"

func main() { cli.Main("login", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	addr := flags.String("addr", "127.0.0.1:8080", "`address` to listen on; port 0 chooses a free one")
	public := flags.String("url", "", "the site's `URL` in the browser, such as https://app.example.com, if it is not http:// and -addr")
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return p.Fail(cli.Usage, "-addr: %v: give a host and a port, such as 127.0.0.1:8080", err)
	}
	listener, err := net.Listen("tcp", *addr)
	if err != nil {
		return p.Fail(cli.Failed, "cannot listen on %s: %v: choose another address with -addr", *addr, err)
	}
	defer func() { _ = listener.Close() }()
	base := strings.TrimSuffix(*public, "/")
	if at := listener.Addr().(*net.TCPAddr); base == "" && at.IP.IsUnspecified() {
		return p.Fail(cli.Usage, "-addr %s names no host: add -url with the address that people open", *addr)
	} else if base == "" {
		base = "http://" + at.String()
	}

	target, err := choice.Open(ctx, p, service.Options{EmulatorByDefault: true, Emulator: []dingtalktest.Option{
		dingtalktest.WithConsole(), demo.OtherOrganization(), dingtalktest.WithRedirectURIs(base + callbackPath),
	}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	notes := "redirect URL to register: " + base + callbackPath
	client := target.Client
	if target.Emulator != nil {
		demo.Seed(target.Emulator)
		demo.AddGuest(target.Emulator)
		emulator, err := target.Emulator.Listen("") // for the browser, and the client calls the same
		if err == nil {
			client, err = dingtalk.New(target.Emulator.ClientID(), target.Emulator.ClientSecret(), dingtalk.WithBaseURL(emulator))
		}
		if err != nil {
			return p.Fail(cli.Failed, "%v", err)
		}
		notes = "console of the emulator: " + emulator + "/console/"
	}
	flow, err := login.New(client, login.Config{RedirectURL: base + callbackPath})
	if err != nil {
		return p.Fail(cli.Usage, "-url %s: %v", *public, err)
	}
	if _, err := fmt.Fprintf(p.Stdout, "listening on http://%s\n%s\nopen %s in a browser; Ctrl-C ends\n", listener.Addr(), notes, base); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	site := newSite(client, flow, base, target.Emulator != nil, log.New(p.Stderr, p.Name+": ", 0))
	if err := serve(ctx, listener, site); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}

// shutdownTimeout is how long requests may take that are in flight at the end.
const shutdownTimeout = 5 * time.Second

// serve serves until the end of ctx.
func serve(ctx context.Context, listener net.Listener, handler http.Handler) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(ended)
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
		defer cancel()
		if server.Shutdown(last) != nil {
			_ = server.Close()
		}
	})
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	<-ended
	return nil
}
