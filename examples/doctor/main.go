// Doctor checks an app's settings, its credentials, the host, each permission point and the visible range, and names
// what to change in the developer console. It changes nothing itself.
package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Doctor checks an app's settings, its credentials, the host, each permission point and the visible range, and names
what to change in the developer console. It changes nothing itself.

The exit code is 0 if all is well, 1 if there is a finding, 2 for wrong usage.`

func main() { cli.Main("doctor", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	var without []string
	choice := service.ReadFlags(flags)
	flags.Func("without", "run on the built-in emulator, whose app lacks these permission `points`, separated by commas",
		func(text string) (err error) {
			without, err = parsePoints(text)
			return err
		})
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}

	choice.Emulator = choice.Emulator || without != nil
	target, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{dingtalktest.WithoutScope(without...)}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	target.AnnounceAddress(p)
	if target.Emulator != nil {
		demo.Seed(target.Emulator)
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
