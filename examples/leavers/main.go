// Leavers prints who has left an organization in the last days.
package main

import (
	"context"
	"io"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Leavers prints who has left an organization in the last days, the latest one last, with the userid, the last department
and what is known of why and how:

  2026-09-04  He Ping   u-1999  Sales-East  deleted by an administrator: moved
  2026-09-11  林悦     u-2041  -           left by themselves; REHIRED

It joins the leave records of Contacts, which go back 365 days, with what the Smart HR app knows. An organization without
that app, or an app without its permission point, gets what Contacts knows, and a note that says so. A person who has
returned under the same userid is marked; one who has returned under another userid cannot be recognized. Dates are in
UTC+8. The exit code is 0 if everything was read, also without Smart HR, 1 if not, 2 for wrong usage.`

func main() { cli.Main("leavers", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.ReadFlags(flags)
	days := flags.Int("days", 30, "number of `days` to look back, at most 365")
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	if *days < 1 || *days > 365 {
		return p.Fail(cli.Usage, "-days %d: it must be 1 to 365", *days)
	}

	target, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{demo.Sample()}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	target.Announce(ctx, p)
	var l list
	l.read(target.Client.Leavers(ctx, time.Now().AddDate(0, 0, -*days)))
	if _, err := io.WriteString(p.Stdout, l.text()); err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	return l.report(p)
}
