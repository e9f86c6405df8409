// Package importer brings the people of an organization in line with a list. It shows what it would do, and does it on
// request.
package importer

import (
	"context"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const text = `Brings the people of an organization in line with a list. It shows what it would do, and does it on request:

  dingtalk import people.csv             shows the plan, and writes nothing
  dingtalk import people.csv -apply      carries it out

With -outcome it writes the result for each person to a file, and with -delete it deletes people who are not in the
list. With -emulator and without a list, it imports a small sample. The app needs the permission points
qyapi_get_department_list, qyapi_get_department_member and qyapi_get_member, to apply a plan qyapi_manage_addresslist,
and if it does not see all people qyapi_get_member_by_mobile.

The list is CSV, or lines of JSON if its name ends with .jsonl or .ndjson; the columns are described at
https://pkg.go.dev/github.com/dingtalk-contacts/dingtalk-go/provision#CSV. -map and -delimiter adapt it to other headings
and separators. What dingtalk export writes as CSV can be imported as it is: columns that an import does not set are
skipped, and the apostrophe that keeps a spreadsheet from running a cell as a formula is removed. A plan can be stored,
for example for another person to review:

  dingtalk import people.csv -plan september.json  shows the plan and stores it
  dingtalk import -plan september.json             shows it again
  dingtalk import -plan september.json -apply      carries out this plan and nothing else

However -apply ends, by Ctrl-C or a kill, the same command continues with the same plan: people.csv.journal.plan holds
it beside people.csv.journal until everything is done. No one is created twice, and no one is forgotten. If the list has
changed since, -restart makes another plan, which is as safe. The same command retries people that failed. Conflicts,
within the list or with changes by others, are skipped and reported, and the exit code is then 1. It does not set initial
passwords of enterprise accounts.

The fields of a list are `

// Command returns the command.
func Command() app.Command {
	o := &options{dialect: dialect{delimiter: ','}}
	return app.Command{
		Name: "import", Short: "bring the people in line with a list: plan, apply, resume", Args: "[people.csv | people.jsonl]",
		Text:  text + strings.Join(settable, ", ") + ", extension.NAME.",
		Flags: o.flags(), Needs: app.Writes, Formats: output.All(),
		Run: func(ctx context.Context, r *app.Run) int {
			if reason := o.complete(r.Args); reason != "" {
				return r.Misused("%s", reason)
			}
			return run(ctx, r, o)
		},
	}
}

func run(ctx context.Context, r *app.Run, o *options) int {
	if o.plan != "" && o.list == "" && !o.apply {
		return (&job{Run: r, options: o}).showStoredPlan()
	}
	target, err := r.Open(ctx, service.Options{
		Emulator: []dingtalktest.Option{demo.Sample()}, Service: []dingtalk.Option{app.RateLimit(o.qps)},
	})
	if err != nil {
		return r.Misused("%v", err)
	}
	defer target.Close()
	if o.list == "" && o.plan == "" && target.Emulator == nil {
		return r.Misused("name the list of people: dingtalk import people.csv")
	}
	if o.apply {
		if err := target.CheckConfirm(r.Process); err != nil {
			return r.Misused("%v", err)
		}
	}
	if code, done := target.Announce(ctx, r.Process); done {
		return code
	}
	j := &job{
		Run: r, options: o, target: target, temporary: target.Emulator != nil,
		client:   target.Client.Bulk(), // other users of the app come first
		progress: newProgress(r),
	}
	return j.run(ctx)
}
