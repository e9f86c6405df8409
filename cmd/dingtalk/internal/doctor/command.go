// Package doctor checks an app's settings, its credentials, the host, each permission point and the visible range, and
// names what to change in the developer console. It changes nothing itself.
package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const text = `Checks an app's settings, its credentials, the host, each permission point and the visible range, and names what to
change in the developer console. It changes nothing itself.

With -probe it then finds out by some 40 more calls, which change nothing either, what DingTalk's documentation leaves open:
the codes and texts of refusals, the order of lists, which fields are left out. The file describes the exchanges without
what they hold: no name, number, mail address, ID of a user, department or organization, token or secret. It is meant for
a bug report.`

// Command returns the command.
func Command() app.Command {
	var without []string
	var probe string
	return app.Command{
		Name: "doctor", Short: "check an app's credentials, host, permission points and visible range", Text: text,
		Needs: app.Reads, Formats: output.All(),
		Flags: []urfave.Flag{
			&urfave.StringFlag{Name: "probe", Destination: &probe, Usage: "also find out what is not documented, and write it to a new `FILE`, without personal data"},
			app.Func("without", "run on the built-in emulator, whose app lacks these permission `POINTS`, separated by commas",
				func(text string) (err error) {
					without, err = parsePoints(text)
					return err
				}),
		},
		Run: func(ctx context.Context, r *app.Run) int { return run(ctx, r, without, probe) },
	}
}

func run(ctx context.Context, r *app.Run, without []string, probe string) int {
	if probe != "" {
		if err := checkNew(probe); err != nil {
			return r.Misused("-probe: %v", err)
		}
	}
	if without != nil {
		r.UseEmulator()
	}
	target, err := r.Open(ctx, service.Options{Emulator: []dingtalktest.Option{dingtalktest.WithoutScope(without...)}})
	if err != nil {
		return r.Misused("%v", err)
	}
	defer target.Close()
	target.AnnounceAddress(r.Process)
	if target.Emulator != nil {
		demo.Seed(target.Emulator)
	}
	d := newDoctor(target, r.Stdout, r.Format)
	code := d.examine(ctx, r.Getenv)
	switch {
	case d.failure != nil:
		return r.Fail(cli.Failed, "%v", d.failure)
	case probe == "":
		return code
	case d.stopped != "":
		return r.Fail(cli.Failed, "nothing was probed: %s", d.stopped)
	}
	if err := runProbe(ctx, r, target, probe); err != nil {
		return r.Fail(cli.Failed, "-probe: %v", err)
	}
	return code
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
