// Import brings the people of an organization in line with a list. It shows what it would do, and does it on request.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Import brings the people of an organization in line with a list. It shows what it would do, and does it on request:

  import people.csv             shows the plan, and writes nothing
  import people.csv -apply      carries it out

With -outcome it writes the result for each person to a file, and with -delete it deletes people who are not in the
list. With -emulator and without a list, it imports a small sample. The app needs the permission points
qyapi_get_department_list, qyapi_get_department_member and qyapi_get_member, to apply a plan qyapi_manage_addresslist,
and if it does not see all people qyapi_get_member_by_mobile.

The list is CSV, or lines of JSON if its name ends with .jsonl or .ndjson; the columns are described at
https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/provision#CSV. -map and -delimiter adapt it to other headings
and separators. What examples/export writes as CSV can be imported as it is: columns that an import does not set are
skipped, and the apostrophe that keeps a spreadsheet from running a cell as a formula is removed. A plan can be stored,
for example for another person to review:

  import people.csv -plan september.json  shows the plan and stores it
  import -plan september.json             shows it again
  import -plan september.json -apply      carries out this plan and nothing else

However -apply ends, by Ctrl-C or a kill, the same command continues with the same plan: people.csv.journal.plan holds
it beside people.csv.journal until everything is done. No one is created twice, and no one is forgotten. If the list has
changed since, -restart makes another plan, which is as safe. The same command retries people that failed. Conflicts,
within the list or with changes by others, are skipped and reported.

The exit code is 0 if everything is done, or all of the plan can be done; 1 if a person failed or is in conflict, or the
program was interrupted; 2 for wrong usage. It does not set initial passwords of enterprise accounts.`

func main() {
	cli.Main("import", func(ctx context.Context, p cli.Process) int {
		// A second Ctrl-C ends the process at once, which is as safe as a kill.
		context.AfterFunc(ctx, func() { signal.Reset(os.Interrupt, syscall.SIGTERM) })
		return run(ctx, p)
	})
}

func run(ctx context.Context, p cli.Process) int {
	o, code := parseOptions(p)
	if o == nil {
		return code
	}
	if o.plan != "" && o.list == "" && !o.apply {
		return (&job{Process: p, options: o}).showStoredPlan()
	}
	target, err := o.target.Open(ctx, p, service.Options{
		Emulator: []dingtalktest.Option{demo.Sample()}, Service: []dingtalk.Option{rateLimit(o.qps)},
	})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if o.list == "" && o.plan == "" && target.Emulator == nil {
		return p.Fail(cli.Usage, "name the list of people: import people.csv")
	}
	if o.apply {
		if err := target.CheckConfirm(p); err != nil {
			return p.Fail(cli.Usage, "%v", err)
		}
	}
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	j := &job{
		Process: p, options: o, target: target, temporary: target.Emulator != nil,
		client:   target.Client.Bulk(), // other users of the app come first
		progress: newProgress(p.Stderr, o.quiet),
	}
	return j.run(ctx)
}

// rateLimit returns the rate limit of the client.
func rateLimit(qps int) dingtalk.Option {
	if qps == 0 {
		return dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	}
	return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: qps})
}
