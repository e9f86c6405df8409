// Fleet imports a list of people with several processes at once: each takes its share of the list, and all of them
// have one access token and one rate limit through Redis. Together they are as fast as the service permits, and
// never faster.
//
//	fleet                                     120 invented people, 4 processes
//	fleet -processes 8 -people 1000           more of both
//	fleet -redis localhost:6379               with a Redis that is there already
//	fleet -list people.csv                    a list of one's own, as provision.CSV describes it
//
// Without -redis it starts a redis-server of its own for the time it runs, or has a stand-in in this process where
// there is none. The people go to an emulator in this process, with the limits of the standard edition. If
// DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are set they go to DingTalk; DINGTALK_BASE_URL then chooses the
// host. There -list is needed, and nothing is written without -apply.
//
// The shares go by userid: nobody is in two. A process makes the plan for its share, keeps it with a journal, and
// applies it. Kill one while it works, by the pid that is shown: it is started again, and goes on with its plan.
// After Ctrl-C the same command goes on, too, by making new plans.
//
// Shares know nothing of one another. Nobody is deleted, for each would miss the people of the others. Whose
// manager is in another share and not in the organisation yet is a conflict; run it again. It ends with 0 if the
// whole list is there, 1 if something is missing, 2 if it was called wrongly.
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
)

// options are what the command line asks for.
type options struct {
	processes, people     int
	list                  string
	redis, program        string
	apply, peopleAreGiven bool
}

// The emulator remembers 10,000 calls, by which this program judges how it went.
const (
	mostProcesses = 32
	mostPeople    = 5_000
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		os.Exit(work(os.Stdin, os.Stdout, os.Stderr))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

func run(ctx context.Context, args []string, getenv func(string) string, out, errOut io.Writer) int {
	flags := flag.NewFlagSet("fleet", flag.ContinueOnError)
	flags.SetOutput(errOut)
	var o options
	flags.IntVar(&o.processes, "processes", 4, "`number` of processes")
	flags.IntVar(&o.people, "people", 120, "`number` of people to invent")
	flags.StringVar(&o.list, "list", "", "CSV `file` of people, instead of invented ones")
	flags.StringVar(&o.redis, "redis", "", "`address` of a Redis, as localhost:6379; without it, one is started")
	flags.StringVar(&o.program, "redis-server", "redis-server", "`program` to start as Redis, such as valkey-server")
	flags.BoolVar(&o.apply, "apply", false, "write to DingTalk; without it, only say what would be written. An emulator is always written to")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return 0
	case err != nil:
		return 2
	}
	flags.Visit(func(f *flag.Flag) { o.peopleAreGiven = o.peopleAreGiven || f.Name == "people" })
	if wrong := o.wrong(flags.Args()); wrong != "" {
		return complain(errOut, 2, "%s", wrong)
	}

	place, err := open(getenv, o)
	if err != nil {
		return complain(errOut, 2, "%v", err)
	}
	defer place.close()
	dir, err := os.MkdirTemp("", "fleet")
	if err != nil {
		return complain(errOut, 1, "%v", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	redis, err := openRedis(ctx, o, dir)
	if err != nil {
		return complain(errOut, 1, "%v", err)
	}
	defer redis.close()
	_, _ = fmt.Fprintf(out, "%d processes, %s, %s\n", o.processes, place.name, redis.name)

	o.redis = redis.addr
	f := newFleet(o, place, dir, newScreen(out), errOut)
	f.run(ctx)
	return f.summary(ctx)
}

func (o options) wrong(args []string) string {
	switch {
	case len(args) > 0:
		return fmt.Sprintf("it takes no argument: %q: name a list with -list", args)
	case o.processes < 1 || o.processes > mostProcesses:
		return fmt.Sprintf("-processes %d: it is 1 to %d", o.processes, mostProcesses)
	case o.people < 1 || o.people > mostPeople:
		return fmt.Sprintf("-people %d: it is 1 to %d", o.people, mostPeople)
	case o.list != "" && o.peopleAreGiven:
		return "-people are invented, and -list names others: choose one of them"
	}
	if o.list == "" {
		return ""
	}
	file, err := os.Open(o.list)
	if err != nil {
		return fmt.Sprintf("-list: %v", err)
	}
	_ = file.Close()
	return ""
}

func complain(errOut io.Writer, code int, format string, args ...any) int {
	_, _ = fmt.Fprintf(errOut, "fleet: "+format+"\n", args...)
	return code
}
