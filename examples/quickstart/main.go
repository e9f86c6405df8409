// Quickstart takes one person through a whole life in the directory: it obtains a token, lists departments,
// creates the person, reads, updates and reads them again, and deletes them.
//
// It runs on an emulator in its own process, or on DingTalk if DINGTALK_CLIENT_ID and
// DINGTALK_CLIENT_SECRET are set. DINGTALK_BASE_URL then chooses the host, and -mobile or DINGTALK_MOBILE
// names the mobile number of the person. Whatever happens, the person is deleted in the end.
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
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("quickstart", flag.ContinueOnError)
	flags.SetOutput(errOut)
	mobile := flags.String("mobile", "", "mobile number of the person to create, such as +86-13800001234")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		_, _ = fmt.Fprintf(errOut, "quickstart: it takes no argument: %q\n", flags.Args())
		return 2
	}

	place, err := demo.Open(getenv)
	if err != nil {
		_, _ = fmt.Fprintln(errOut, "quickstart:", err)
		return 2
	}
	defer place.Close()
	t := tour{out: out, client: place.Client, names: map[int64]string{dingtalk.RootDepartmentID: "root department"}}
	if t.userID, t.mobile, err = place.Newcomer(*mobile); err != nil {
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
	if err := t.run(ctx); err != nil {
		_, _ = fmt.Fprintln(errOut, "\nquickstart:", err)
		if advice := whatToDo(err); advice != "" {
			_, _ = fmt.Fprintln(errOut, "what to do:", advice)
		}
		return 1
	}
	return 0
}
