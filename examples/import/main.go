// Import brings the people of an organisation in line with a list. It shows what it would do, and does it when
// told to:
//
//	import people.csv             shows the plan, and writes nothing
//	import people.csv -apply      carries it out
//
// With -outcome what became of everybody goes into a file, and with -delete those go who are not in the list.
//
// It works on an emulator in its own process, or on DingTalk if DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are
// set; DINGTALK_BASE_URL then chooses the host. Without a list the emulator is shown a small one. The app needs the
// permission points qyapi_get_department_list, qyapi_get_department_member and qyapi_get_member, to apply
// qyapi_manage_addresslist, and where it does not see everybody qyapi_get_member_by_mobile.
//
// The list is CSV, or lines of JSON where its name ends with .jsonl; see provision.CSV and provision.JSONLines. A
// plan that is to be looked at by somebody else goes its own way:
//
//	import people.csv -plan september.json  shows the plan and keeps it
//	import -plan september.json             shows it again
//	import -plan september.json -apply      does that, and nothing else
//
// Whatever ends -apply, be it Ctrl-C or a kill, the same command goes on with the same plan: people.csv.journal.plan
// holds it beside people.csv.journal until everything is settled. Nobody is created twice, and nobody is forgotten.
// For a list that has been changed meanwhile -restart makes another plan, which is as safe. Who failed is tried
// again by the same command. What is in conflict, be it in the list or with somebody else's change, is left alone
// and named.
//
// It ends with 0 if all is done, or all of the plan can be; with 1 if something failed, is in conflict, or was
// interrupted; with 2 if it was called wrongly. Initial passwords of enterprise accounts are out of its reach.
package main

import (
	"context"
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
	context.AfterFunc(ctx, stop) // so that a second Ctrl-C ends it at once, which does no harm
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	s, code := parse(args, errOut)
	if s == nil {
		return code
	}
	place, err := demo.Open(getenv, demo.Sample())
	if err != nil {
		return complain(errOut, 2, "%v", err)
	}
	defer place.Close()
	j := &job{
		settings: s, app: place.Name, forgetful: place.Emulator != nil, client: place.Client,
		out: out, errOut: errOut, progress: newProgress(errOut, s.quiet),
	}
	if !j.forgetful {
		j.app = "client ID " + getenv("DINGTALK_CLIENT_ID") + " at " + place.Name
		if j.client, err = place.With(rate(s.qps)); err != nil {
			return complain(errOut, 2, "%v", err)
		}
	}
	j.client = j.client.Bulk() // whoever else uses the app comes first
	return j.run(ctx)
}

// rate is the limit that the client keeps to.
func rate(qps int) dingtalk.Option {
	if qps == 0 {
		return dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	}
	return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: qps})
}

func complain(errOut io.Writer, code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "import: "+format+"\n", args...)
	return code
}
