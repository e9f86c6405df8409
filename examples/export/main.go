// Export writes a whole organisation to a file, as CSV or as lines of JSON: one record for each person, with all
// that the service tells about them and with the path of each department of theirs ("/研发中心/Platform").
//
// It reads an emulator in its own process, or DingTalk if DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are set;
// DINGTALK_BASE_URL then chooses the host. The app needs the permission points qyapi_get_department_list and
// qyapi_get_member, or qyapi_get_department_member for -fast.
//
//	export                                  lines of JSON on standard output
//	export -o people.jsonl                  to a file
//	export -o people.csv -format csv -bom   to a file for a spreadsheet
//
// With -o, people.csv.state says what is done, until all is. However the program ends, be it by a kill, the same
// command goes on from there: nobody is lost, and nobody comes twice. A department that cannot be read is named
// at the end, and tried again by the same command. Everybody is shown as they were when they were read; somebody
// who is moved meanwhile, from a department that is not done yet to one that is, is missing. It ends with 0 if all
// is written, 1 if something is missing, 2 if it was called wrongly.
//
// A line of JSON has the names of the documentation, and decodes into a dingtalk.User; "departments" is added.
// The path of a department begins at the root, or with "…" where what is above is out of the app's sight. A
// department that itself is out of sight has an ID and no path.
//
// In CSV, lists of objects are JSON, dates that are a day in China are written as one, and a cell that begins
// with = + - @ or the like gets an apostrophe before it: names and remarks come from whoever wrote them, and a
// spreadsheet would run them as formulas. With -raw they are left as they are. The separator is a comma: where a
// spreadsheet expects another, import the file instead of opening it.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("export", flag.ContinueOnError)
	flags.SetOutput(errOut)
	var s settings
	flags.StringVar(&s.Format, "format", "jsonl", "`format`: csv or jsonl, lines of JSON")
	flags.BoolVar(&s.BOM, "bom", false, "begin the CSV with a byte order mark, by which spreadsheets know UTF-8")
	flags.BoolVar(&s.Raw, "raw", false, "leave cells of the CSV as they are, even if a spreadsheet would run them as formulas")
	flags.BoolVar(&s.Fast, "fast", false,
		"write only what lists of people tell: a call for 100 people instead of one for each,\n"+
			"but neither managers, roles, positions nor places in all departments")
	name := flags.String("o", "", "`file` to write to; without it, standard output")
	restart := flags.Bool("restart", false, "begin anew, whatever is in the file")
	qps := flags.Int("qps", 20, "how many `calls` a second the app may make to each endpoint: 20 in the standard edition,\n"+
		"60 with the paid pack; 0 is no limit, which an emulator may have")
	quiet := flags.Bool("q", false, "show no progress and no summary")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	case flags.NArg() > 0:
		return complain(errOut, 2, "it takes no argument: %q: name a file with -o", flags.Args())
	case s.Format != "csv" && s.Format != "jsonl":
		return complain(errOut, 2, "-format %s: choose csv or jsonl", s.Format)
	case s.Format != "csv" && (s.BOM || s.Raw):
		return complain(errOut, 2, "-bom and -raw are for -format csv")
	case *qps < 0:
		return complain(errOut, 2, "-qps %d: it is 0 at least", *qps)
	case *restart && *name == "":
		return complain(errOut, 2, "-restart is for a file: name it with -o")
	}

	place, err := demo.Open(getenv, demo.Sample())
	if err != nil {
		return complain(errOut, 2, "%v", err)
	}
	defer place.Close()
	s.App = place.Name
	if place.Emulator == nil {
		s.App = "client ID " + getenv("DINGTALK_CLIENT_ID") + " at " + place.Name
	}
	client, err := place.With(rate(*qps))
	if err != nil {
		return complain(errOut, 2, "%v", err)
	}
	if _, err := client.Token(ctx); err != nil { // before there is any file
		return complain(errOut, 1, "%v%s", err, whatToDo(err))
	}

	to := newOutput(out)
	if *name != "" {
		if to, err = openOutput(*name, s, *restart); err != nil {
			return complain(errOut, 2, "%v", err)
		}
	}
	r := report{to: errOut, file: *name, quiet: *quiet}
	r.begin(to)
	j := &job{
		client: client, fast: s.Fast, tree: newTree(client), out: to, encoder: newEncoder(s),
		progress: newProgress(errOut, *quiet),
	}
	err = j.run(ctx)
	j.progress.end()
	return r.end(ctx, j, err)
}

// rate is the limit that the client keeps to.
func rate(qps int) dingtalk.Option {
	if qps == 0 {
		return dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	}
	return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: qps})
}

func complain(errOut io.Writer, code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "export: "+format+"\n", args...)
	return code
}
