// Orgtree prints the departments of an organisation as a tree, each with its ID, the number of its people and
// who leads it:
//
//	Organization (1): 3 people, 60 with those below
//	├── 研发中心 (724960201): 4 people, 31 with those below, led by 林悦
//	│   ├── Platform (724960202): 20 people
//	│   └── ✗ department 724960203: not found
//	└── Sales (724960204): 12 people, led by Zhao Min
//
// It reads an emulator in its own process, or DingTalk if DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are set;
// DINGTALK_BASE_URL then chooses the host. It begins at the departments that the app may see, or at the one of
// -dept. One that cannot be read stands in its place with the reason. It ends with 0 if all was read, 1 if not,
// 2 if it was called wrongly.
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

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("orgtree", flag.ContinueOnError)
	flags.SetOutput(errOut)
	dept := flags.Int64("dept", 0, "`ID` of the department to begin at; 0 is all that the app may see")
	depth := flags.Int("depth", 0, "how many `levels` to show below the top; 0 is all")
	managers := flags.Bool("managers", true, "show who leads the departments, for a call for each of them")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return complain(errOut, 2, "it takes no argument: %q: name a department with -dept", flags.Args())
	case *dept < 0:
		return complain(errOut, 2, "-dept %d: an ID is above 0", *dept)
	case *depth < 0:
		return complain(errOut, 2, "-depth %d: it is 0 at least", *depth)
	}

	place, err := demo.Open(getenv, demo.Sample())
	if err != nil {
		return complain(errOut, 2, "%v", err)
	}
	defer place.Close()
	o := newOrganisation(place.Client, *depth)
	o.read(ctx, *dept)
	var names map[string]string // nil: not to be shown
	if *managers {
		names = o.managers(ctx)
	}
	if _, err := io.WriteString(out, o.draw(names)); err != nil {
		return complain(errOut, 1, "%v", err)
	}
	return o.report(errOut)
}

func complain(errOut io.Writer, code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "orgtree: "+format+"\n", args...)
	return code
}
