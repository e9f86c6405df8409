// Doctor looks at an app's settings, its credentials, the host, each permission point and the visible range,
// and says in plain words what to open in the developer console. It changes nothing.
//
// It examines the app of DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET on the host of DINGTALK_BASE_URL, or, if
// none of them is set, the app of an emulator in its own process, from which -without takes permission points
// so that one sees findings. It ends with 0 if all is well, 1 if there is a finding, 2 if it was called wrongly.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("doctor", flag.ContinueOnError)
	flags.SetOutput(errOut)
	var without []string
	flags.Func("without", "permission `points` that the app of the built-in emulator lacks, joined by commas, to see findings",
		func(text string) (err error) {
			without, err = parsePoints(text)
			return err
		})
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return complain(errOut, "it takes no argument: %q", flags.Args())
	}

	place, err := demo.Open(getenv, dingtalktest.WithoutScope(without...))
	if err != nil {
		return complain(errOut, "%v", err)
	}
	defer place.Close()
	switch {
	case place.Emulator != nil:
		demo.Seed(place.Emulator)
	case without != nil:
		return complain(errOut, "-without is for the built-in emulator, and this is %s", place.Name)
	}
	return newDoctor(place, out).examine(ctx, getenv)
}

// parsePoints takes apart a list of permission points, all of which must be known.
func parsePoints(text string) ([]string, error) {
	var known []string
	for _, p := range probes() {
		known = append(known, p.point)
	}
	points := strings.Split(text, ",")
	for i, point := range points {
		points[i] = strings.TrimSpace(point)
		if !slices.Contains(known, points[i]) {
			return nil, fmt.Errorf("%q is not one of %s", points[i], strings.Join(known, ", "))
		}
	}
	return points, nil
}

func complain(errOut io.Writer, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "doctor: "+format+"\n", args...)
	return 2
}
