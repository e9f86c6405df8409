// Quickstart takes one person through a whole life in the directory: it obtains a token, lists departments,
// creates the person, reads, updates and reads them again, and deletes them.
//
// It runs on an emulator in its own process, or on DingTalk if DINGTALK_CLIENT_ID and
// DINGTALK_CLIENT_SECRET are set. DINGTALK_BASE_URL then chooses the host, and -mobile or DINGTALK_MOBILE
// names the mobile number of the person. Whatever happens, the person is deleted in the end.
//
// With -console the emulator shows in a browser what it holds and what it is asked: quickstart prints the address,
// waits for Enter before each call, and goes on serving after the last one until Enter or Ctrl-C.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, in io.Reader, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(errOut)
	mobile := flags.String("mobile", "", "mobile number of the person to create, such as +86-13800001234")
	look := flags.Bool("console", false, "show the built-in emulator in a browser, and wait for Enter before each call")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		_, _ = fmt.Fprintf(errOut, "quickstart: it takes no argument: %q\n", flags.Args())
		return 2
	}

	var options []dingtalktest.Option
	if *look {
		options = append(options, dingtalktest.WithConsole())
	}
	place, err := demo.Open(getenv, options...)
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "quickstart:", err)
		return 2
	}
	defer place.Close()
	if *look && place.Emulator == nil {
		_, _ = fmt.Fprintln(errOut, "quickstart: -console shows the built-in emulator, not", place.Name+": unset DINGTALK_CLIENT_ID,",
			"DINGTALK_CLIENT_SECRET and DINGTALK_BASE_URL to run on it")
		return 2
	}
	t := tour{out: out, client: place.Client, names: map[int64]string{dingtalk.RootDepartmentID: "root department"}}
	if t.userID, t.mobile, err = place.NewUser(*mobile); err != nil {
		_, _ = fmt.Fprintln(errOut, "quickstart:", err, "(or give it with -mobile)")
		return 2
	}
	if place.Emulator != nil {
		demo.Seed(place.Emulator)
		t.manager = demo.Manager
		for _, d := range place.Emulator.Departments() {
			t.names[d.ID] = d.Name
		}
	}

	_, _ = fmt.Fprintf(out, "DingTalk Contacts quickstart on %s\n\n", place.Name)
	if *look {
		return t.inBrowser(ctx, place.Emulator, in, errOut)
	}
	return finish(t.run(ctx), errOut)
}

// finish says what went wrong in the tour, if something did, and returns the code to exit with.
func finish(err error, errOut io.Writer) int {
	if err == nil {
		return 0
	}
	_, _ = fmt.Fprintln(errOut, "\nquickstart:", err)
	if advice := whatToDo(err); advice != "" {
		_, _ = fmt.Fprintln(errOut, "what to do:", advice)
	}
	return 1
}
