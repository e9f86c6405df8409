// Doctor checks an app's settings, its credentials, the host, each permission point and the visible range, and names
// what to change in the developer console. It changes nothing itself.
//
// It examines the app of DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET on the host of DINGTALK_BASE_URL. If none of
// them is set, it examines the app of an emulator in its own process; -without then removes permission points from that
// app, to show what findings look like. The exit code is 0 if all is well, 1 if there is a finding, 2 for wrong usage.
package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/cli"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() { cli.Main("doctor", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	var without []string
	flags.Func("without", "permission `points`, separated by commas, that the app of the built-in emulator lacks",
		func(text string) (err error) {
			without, err = parsePoints(text)
			return err
		})
	if code, done := p.Parse(flags); done {
		return code
	}
	if flags.NArg() > 0 {
		return p.Fail(cli.Usage, "unexpected arguments: %q", flags.Args())
	}

	target, err := demo.Open(p.Getenv, dingtalktest.WithoutScope(without...))
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	switch {
	case target.Emulator != nil:
		demo.Seed(target.Emulator)
	case without != nil:
		return p.Fail(cli.Usage, "-without is for the built-in emulator, but the target is %s", target.Name)
	}
	return newDoctor(target, p.Stdout).examine(ctx, p.Getenv)
}

// parsePoints parses a comma-separated list of permission points.
func parsePoints(text string) ([]string, error) {
	var known []string
	for _, p := range newProbes() {
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
