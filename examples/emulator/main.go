// Emulator serves the built-in DingTalk on a local port, for programs in any language. Its organisation has
// two departments and a manager, and is gone when the program ends.
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
	addr := flags.String("addr", "127.0.0.1:0", "`address` to listen on; port 0 is any free one")
	id := flags.String("client-id", "", "client ID of the app; made up unless given")
	secret := flags.String("client-secret", "", "client secret of the app; made up unless given")
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

	srv := dingtalktest.Run(dingtalktest.WithCredentials(
		cmp.Or(*id, "ding"+strings.ToLower(rand.Text())), cmp.Or(*secret, rand.Text()+rand.Text())))
	defer srv.Close() //nolint:contextcheck // it comes after the end of the context
	demo.Seed(srv)
	base, err := srv.Listen(*addr)
	if err != nil {
		return complain(errOut, 1, "cannot listen on %s: %v: choose another address with -addr", *addr, err)
	}
	_, err = fmt.Fprintf(out, "listening on %s\nclient id: %s\nclient secret: %s\n\ncurl '%s/gettoken?%s'\n",
		base, srv.ClientID(), srv.ClientSecret(), base,
		url.Values{"appkey": {srv.ClientID()}, "appsecret": {srv.ClientSecret()}}.Encode())
	if err != nil {
		return complain(errOut, 1, "%v", err)
	}
	<-ctx.Done()
	return 0
}

func complain(errOut io.Writer, code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "emulator: "+format+"\n", args...)
	return code
}
