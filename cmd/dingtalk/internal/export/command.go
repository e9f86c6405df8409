// Package export writes all people of an organization to a file, as CSV or as lines of JSON.
package export

import (
	"context"
	"path/filepath"
	"strings"

	urfave "github.com/urfave/cli/v3"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const text = `Writes all people of an organization, as CSV or as lines of JSON: one record per person, with all that the service shows
and with the paths of the person's departments ("/研发中心/Platform"). The app needs the permission points
qyapi_get_department_list and qyapi_get_member, or qyapi_get_department_member for -fast.

  dingtalk export                  lines of JSON on standard output
  dingtalk export people.jsonl     to a file
  dingtalk export people.csv -bom  to a file for a spreadsheet

With a file, people.csv.state records what is done until the export is complete. However the program ends, even by a kill,
the same command continues: no one is lost, and no one occurs twice. A department that cannot be read is reported at the
end, and tried again by the same command. Each person is shown as they were when they were read; a person who moves
during the export, from a department that is not done yet to one that is, is missing.

A line of JSON has the documented names, and decodes into a dingtalk.User; "departments" is added. The path of a
department begins at the root, or with "…" if the app cannot see its ancestors. A department that the app cannot see has
an ID and no path.

In CSV, lists of objects are JSON, times that are a day in China are written as a date, and a cell that begins with one
of = + - @ or the like gets an apostrophe before it: names and remarks may be written by anyone, and a spreadsheet would
run them as formulas. With -raw they are left unchanged. The separator is a comma: if a spreadsheet expects another one,
import the file instead of opening it. dingtalk import reads the CSV.`

// options holds the flags, and the file to write to if there is one.
type options struct {
	settings
	file    string
	restart bool
	qps     int
}

// Command returns the command.
func Command() app.Command {
	var o options
	return app.Command{
		Name: "export", Short: "write all people to a file, as CSV or JSON", Args: "[people.csv | people.jsonl]", Text: text,
		Flags: []urfave.Flag{
			&urfave.BoolFlag{Name: "bom", Destination: &o.BOM, Usage: "begin the CSV with a byte order mark, by which spreadsheets recognize UTF-8"},
			&urfave.BoolFlag{Name: "raw", Destination: &o.Raw, Usage: "leave cells of the CSV unchanged, even if a spreadsheet would run them as formulas"},
			&urfave.BoolFlag{Name: "fast", Destination: &o.Fast, Usage: "write only what user lists show: one call per 100 people instead of one per person, " +
				"but neither managers, roles, positions nor orders in all departments"},
			&urfave.BoolFlag{Name: "restart", Destination: &o.restart, Usage: "start again, whatever is in the file"},
			app.QPS(&o.qps),
		},
		Needs: app.Reads, Formats: []output.Format{output.JSON, output.CSV},
		Run: func(ctx context.Context, r *app.Run) int { return run(ctx, r, o) },
	}
}

func run(ctx context.Context, r *app.Run, o options) int {
	if len(r.Args) > 1 {
		return r.Misused("one file at a time: %q", r.Args)
	}
	if len(r.Args) == 1 {
		o.file = r.Args[0]
	}
	format, known := formatOf(o.file)
	if r.FormatGiven {
		format, known = r.Format, true
	}
	o.Format = format
	switch {
	case !known:
		return r.Misused("%s: the ending of a file is .csv or .jsonl, or name the format with -output", o.file)
	case o.Format != output.CSV && (o.BOM || o.Raw):
		return r.Misused("-bom and -raw require -output csv")
	case o.qps < 0:
		return r.Misused("-qps %d: it must be 0 or more", o.qps)
	case o.restart && o.file == "":
		return r.Misused("-restart requires a file: name it")
	}
	target, err := r.Open(ctx, service.Options{
		Emulator: []dingtalktest.Option{demo.Sample()}, Service: []dingtalk.Option{app.RateLimit(o.qps)},
	})
	if err != nil {
		return r.Misused("%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, r.Process); done {
		return code
	}
	o.App = target.App
	if _, err := target.Client.Token(ctx); err != nil { // before a file is created
		return r.Fail(cli.Failed, "%v%s", err, whatToDo(err))
	}
	return write(ctx, r, target.Client, o)
}

// write writes the people and reports the outcome.
func write(ctx context.Context, r *app.Run, client *dingtalk.Client, o options) int {
	out := newRecords(r.Stdout)
	if o.file != "" {
		var err error
		if out, err = openRecords(o.file, o.settings, o.restart); err != nil {
			return r.Misused("%v", err)
		}
	}
	report := report{Run: r, file: o.file}
	report.start(out)
	j := &job{
		client: client, fast: o.Fast, tree: newTree(client), out: out, encoder: newEncoder(o.settings), progress: newProgress(r),
	}
	err := j.run(ctx)
	j.progress.end()
	return report.finish(ctx, j, err)
}

// formatOf returns the format that the name of a file stands for, and whether it stands for one. Without an ending, and on
// standard output, it is lines of JSON.
func formatOf(name string) (output.Format, bool) {
	switch strings.ToLower(filepath.Ext(name)) {
	case ".csv":
		return output.CSV, true
	case "", ".json", ".jsonl", ".ndjson":
		return output.JSON, true
	}
	return "", false
}
