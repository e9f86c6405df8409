// Emulator serves the built-in DingTalk on a local port, for programs in any language, and a console for the browser
// that shows what they did. Its organisation has two departments and a manager, or is one that was made up, and is
// gone when the program ends.
package main

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("emulator", flag.ContinueOnError)
	flags.SetOutput(errOut)
	addr := flags.String("addr", "127.0.0.1:0", "`address` to listen on, for the API and the console; port 0 is any free one")
	id := flags.String("client-id", "", "client ID of the app; made up unless given")
	secret := flags.String("client-secret", "", "client secret of the app; made up unless given")
	var sample dingtalktest.Option
	flags.Func("sample", "make up an organisation of so many `departments,people`, such as 50,1000", func(text string) (err error) {
		sample, err = sampleOrg(text)
		return err
	})
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return complain(errOut, 2, "it takes no argument: %q", flags.Args())
	}
	if _, _, err := net.SplitHostPort(*addr); err != nil {
		return complain(errOut, 2, "-addr: %v: it is a host and a port, such as 127.0.0.1:8080", err)
	}

	options := []dingtalktest.Option{dingtalktest.WithConsole(), dingtalktest.WithCredentials(
		cmp.Or(*id, "ding"+strings.ToLower(rand.Text())), cmp.Or(*secret, rand.Text()+rand.Text()))}
	if sample != nil {
		options = append(options, sample)
	}
	srv := dingtalktest.NewServer(options...)
	defer srv.Close() //nolint:contextcheck // it comes after the end of the context
	if sample == nil {
		demo.Seed(srv)
	}
	base, err := srv.Listen(*addr)
	if err != nil {
		return complain(errOut, 1, "cannot listen on %s: %v: choose another address with -addr", *addr, err)
	}
	_, err = fmt.Fprintf(out, "listening on %s\nconsole: %s/console/\nclient id: %s\nclient secret: %s\n\ncurl '%s/gettoken?%s'\n",
		base, base, srv.ClientID(), srv.ClientSecret(), base,
		url.Values{"appkey": {srv.ClientID()}, "appsecret": {srv.ClientSecret()}}.Encode())
	if err != nil {
		return complain(errOut, 1, "%v", err)
	}
	<-ctx.Done()
	return 0
}

// sampleOrg reads numbers of departments and people.
func sampleOrg(text string) (dingtalktest.Option, error) {
	departments, people, _ := strings.Cut(text, ",")
	d, err := strconv.ParseUint(departments, 10, 31)
	p, err2 := strconv.ParseUint(people, 10, 31)
	if err != nil || err2 != nil {
		return nil, errors.New("it is a number of departments and one of people, such as 50,1000")
	}
	return dingtalktest.WithSampleOrg(int(d), int(p), 1), nil
}

func complain(errOut io.Writer, code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "emulator: "+format+"\n", args...)
	return code
}
