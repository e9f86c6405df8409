// Package leavers prints who has left an organization in the last days.
package leavers

import (
	"context"
	"time"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const text = `Prints who has left an organization in the last days, the latest one last, with the userid, the last department and
what is known of why and how:

  2026-09-04  He Ping   u-1999  Sales-East  deleted by an administrator: moved
  2026-09-11  林悦     u-2041  -           left by themselves; REHIRED

It joins the leave records of Contacts, which go back 365 days, with what the Smart HR app knows. An organization without
that app, or an app without its permission point, gets what Contacts knows, and a note that says so, which is no failure.
A person who has returned under the same userid is marked; one who has returned under another userid cannot be
recognized. Dates are in UTC+8.`

// Command returns the command.
func Command() app.Command {
	var days int
	return app.Command{
		Name: "leavers", Short: "print who has left, and who has returned", Text: text,
		Flags: []urfave.Flag{&urfave.IntFlag{Name: "days", Value: 30, Destination: &days, Usage: "number of `DAYS` to look back, at most 365"}},
		Needs: app.Reads, Formats: output.All(),
		Run: func(ctx context.Context, r *app.Run) int { return run(ctx, r, days) },
	}
}

func run(ctx context.Context, r *app.Run, days int) int {
	if days < 1 || days > 365 {
		return r.Misused("-days %d: it must be 1 to 365", days)
	}
	target, err := r.Open(ctx, service.Options{Emulator: []dingtalktest.Option{demo.Sample()}})
	if err != nil {
		return r.Misused("%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, r.Process); done {
		return code
	}
	var l list
	l.read(target.Client.Leavers(ctx, time.Now().AddDate(0, 0, -days)))
	if err := l.print(r); err != nil {
		return r.Fail(cli.Failed, "%v", err)
	}
	return l.report(r)
}
