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
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const text = `Checks an app's settings, its credentials, the host, each permission point and the visible range, and names what to
change in the developer console. It changes nothing itself.`

// Command returns the command.
func Command() app.Command {
	var without []string
	return app.Command{
		Name: "doctor", Short: "check an app's credentials, host, permission points and visible range", Text: text,
		Needs: app.Reads, Formats: output.All(),
		Flags: []urfave.Flag{
			app.Func("without", "run on the built-in emulator, whose app lacks these permission `POINTS`, separated by commas",
				func(text string) (err error) {
					without, err = parsePoints(text)
					return err
				}),
		},
		Run: func(ctx context.Context, r *app.Run) int { return run(ctx, r, without) },
	}
}

func run(ctx context.Context, r *app.Run, without []string) int {
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
	return newDoctor(target, r.Stdout, r.Format).examine(ctx, r.Getenv)
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
