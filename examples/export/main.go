// Export writes all people of an organization to a file, as CSV or as lines of JSON.
package main

import (
	"cmp"
	"context"
	"path/filepath"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Export writes all people of an organization to a file, as CSV or as lines of JSON: one record per person, with all
that the service shows and with the paths of the person's departments ("/研发中心/Platform"). The app needs the permission
points qyapi_get_department_list and qyapi_get_member, or qyapi_get_department_member for -fast.

  export                     lines of JSON on standard output
  export -o people.jsonl     to a file
  export -o people.csv -bom  to a file for a spreadsheet

With -o, people.csv.state records what is done until the export is complete. However the program ends, even by a kill,
the same command continues: no one is lost, and no one occurs twice. A department that cannot be read is reported at the
end, and tried again by the same command. Each person is shown as they were when they were read; a person who moves
during the export, from a department that is not done yet to one that is, is missing. The exit code is 0 if everything is
written, 1 if something is missing, 2 for wrong usage.

A line of JSON has the documented names, and decodes into a dingtalk.User; "departments" is added. The path of a
department begins at the root, or with "…" if the app cannot see its ancestors. A department that the app cannot see has
an ID and no path.

In CSV, lists of objects are JSON, times that are a day in China are written as a date, and a cell that begins with one
of = + - @ or the like gets an apostrophe before it: names and remarks may be written by anyone, and a spreadsheet would
run them as formulas. With -raw they are left unchanged. The separator is a comma: if a spreadsheet expects another one,
import the file instead of opening it. examples/import reads the CSV.`

func main() { cli.Main("export", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	var s settings
	choice := service.ReadFlags(flags)
	flags.StringVar(&s.Format, "format", "", "`format`: csv, or jsonl for lines of JSON; by default csv for a file whose name ends with .csv")
	flags.BoolVar(&s.BOM, "bom", false, "begin the CSV with a byte order mark, by which spreadsheets recognize UTF-8")
	flags.BoolVar(&s.Raw, "raw", false, "leave cells of the CSV unchanged, even if a spreadsheet would run them as formulas")
	flags.BoolVar(&s.Fast, "fast", false,
		"write only what user lists show: one call per 100 people instead of one per person,\n"+
			"but neither managers, roles, positions nor orders in all departments")
	name := flags.String("o", "", "`file` to write to; standard output by default")
	restart := flags.Bool("restart", false, "start again, whatever is in the file")
	qps := flags.Int("qps", 20, "the `calls` per second that the app may make to each endpoint: 20 in the standard edition,\n"+
		"60 with the paid pack; 0 is no limit, for an emulator")
	quiet := flags.Bool("q", false, "print nothing but errors")
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	s.Format = cmp.Or(s.Format, formatOf(*name))
	switch {
	case s.Format != "csv" && s.Format != "jsonl":
		return p.Fail(cli.Usage, "-format %s: choose csv or jsonl", s.Format)
	case s.Format != "csv" && (s.BOM || s.Raw):
		return p.Fail(cli.Usage, "-bom and -raw require -format csv")
	case *qps < 0:
		return p.Fail(cli.Usage, "-qps %d: choose 0 or more", *qps)
	case *restart && *name == "":
		return p.Fail(cli.Usage, "-restart requires a file: name it with -o")
	}

	target, err := choice.Open(ctx, p, service.Options{
		Emulator: []dingtalktest.Option{demo.Sample()}, Service: []dingtalk.Option{rateLimit(*qps)},
	})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if !*quiet {
		if code, done := target.Announce(ctx, p); done {
			return code
		}
	}
	s.App = target.App
	client := target.Client
	if _, err := client.Token(ctx); err != nil { // before a file is created
		return p.Fail(cli.Failed, "%v%s", err, whatToDo(err))
	}

	out := newOutput(p.Stdout)
	if *name != "" {
		if out, err = openOutput(*name, s, *restart); err != nil {
			return p.Fail(cli.Usage, "%v", err)
		}
	}
	r := report{Process: p, file: *name, quiet: *quiet}
	r.start(out)
	j := &job{
		client: client, fast: s.Fast, tree: newTree(client), out: out, encoder: newEncoder(s),
		progress: newProgress(p.Stderr, *quiet),
	}
	err = j.run(ctx)
	j.progress.end()
	return r.finish(ctx, j, err)
}

// formatOf returns the format that the name of a file stands for.
func formatOf(name string) string {
	if strings.EqualFold(filepath.Ext(name), ".csv") {
		return "csv"
	}
	return "jsonl"
}

// rateLimit returns the rate limit of the client.
func rateLimit(qps int) dingtalk.Option {
	if qps == 0 {
		return dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	}
	return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: qps})
}
