// Emulator serves the built-in DingTalk on a local port, for programs in any language, and a console for the browser
// that shows their calls.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/cli"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

const help = `Emulator serves the built-in DingTalk on a local port, for programs in any language, and a console for the browser
that shows their calls. Its organization has two departments and a manager, or is a generated sample, and is lost when
the program ends, with Ctrl-C. It reads no environment variables.`

func main() { cli.Main("emulator", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	addr := flags.String("addr", "127.0.0.1:0", "`address` of the API and the console; port 0 chooses a free one")
	id := flags.String("client-id", "", "client ID of the app; random by default")
	secret := flags.String("client-secret", "", "client secret of the app; random by default")
	var sample dingtalktest.Option
	flags.Func("sample", "generate an organization with these numbers of `departments,people`, such as 50,1000", func(text string) (err error) {
		sample, err = parseSample(text)
		return err
	})
	if code, done := p.Parse(flags, cli.Help{Text: help}); done {
		return code
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return p.Fail(cli.Usage, "-addr: %v: give a host and a port, such as 127.0.0.1:8080", err)
	}

	options := []dingtalktest.Option{dingtalktest.WithConsole(), dingtalktest.WithCredentials(
		cmp.Or(*id, "ding"+strings.ToLower(rand.Text())), cmp.Or(*secret, rand.Text()+rand.Text()))}
	if sample != nil {
		options = append(options, sample)
	}
	srv := dingtalktest.NewServer(options...)
	defer srv.Close() //nolint:contextcheck // the context has ended by then
	if sample == nil {
		demo.Seed(srv)
	}
	base, err := srv.Listen(*addr)
	if err != nil {
		return p.Fail(cli.Failed, "cannot listen on %s: %v: choose another address with -addr", *addr, err)
	}
	_, err = fmt.Fprintf(p.Stdout, "listening on %s\nconsole: %s/console/\nclient id: %s\nclient secret: %s\n\ncurl '%s/gettoken?%s'\n",
		base, base, srv.ClientID(), srv.ClientSecret(), base,
		url.Values{"appkey": {srv.ClientID()}, "appsecret": {srv.ClientSecret()}}.Encode())
	if err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	<-ctx.Done()
	return cli.OK
}

// parseSample parses the numbers of departments and people of a generated organization.
func parseSample(text string) (dingtalktest.Option, error) {
	departments, people, _ := strings.Cut(text, ",")
	d, err := strconv.ParseUint(departments, 10, 31)
	p, err2 := strconv.ParseUint(people, 10, 31)
	if err != nil || err2 != nil {
		return nil, errors.New("give a number of departments and a number of people, such as 50,1000")
	}
	return dingtalktest.WithSampleOrg(int(d), int(p), 1), nil
}
