// Fleet imports a list of people with several processes at once, which share a token and a rate limit through Redis.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Fleet imports a list of people with several processes at once. Each takes a share of the list, and all of them share
one access token and one rate limit through Redis. Together they are as fast as the service permits, and never faster.

  fleet -emulator                           120 invented people, 4 processes
  fleet -emulator -processes 8 -people 1000 more of both
  fleet -emulator -redis localhost:6379     with an existing Redis
  fleet -list people.csv                    shows how many people of your own list would be written to DingTalk
  fleet -list people.csv -apply             writes them

Without -redis it starts a redis-server for its own run, or an imitation in this process if there is none. The emulator
has the limits of the standard edition.

The userid decides the share, so no person is in two. A process plans its share, stores the plan with a journal, and
applies it. If you kill a process, by the pid that is shown, it is restarted and continues with its plan. After Ctrl-C
the same command continues as well, with new plans.

Shares are independent of each other. No user is deleted, because each share would miss the people of the others. A
person whose manager is in another share and not in the organization yet is a conflict; run the command again. The exit
code is 0 if the whole list is imported, 1 if something is missing, 2 for wrong usage.`

// options holds the command line.
type options struct {
	processes, people     int
	list                  string
	redis, program        string
	apply, peopleAreGiven bool
}

// The summary counts the calls that the emulator remembers, which are 10,000.
const (
	maxProcesses = 32
	maxPeople    = 5_000
)

func main() {
	if len(os.Args) == 2 && os.Args[1] == "worker" {
		cli.Main("fleet", work)
	}
	cli.Main("fleet", run)
}

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	var o options
	flags.IntVar(&o.processes, "processes", 4, "`number` of processes")
	flags.IntVar(&o.people, "people", 120, "`number` of people to invent")
	flags.StringVar(&o.list, "list", "", "CSV `file` of people, instead of invented ones")
	flags.StringVar(&o.redis, "redis", "", "`address` of a Redis, such as localhost:6379; without it, one is started")
	flags.StringVar(&o.program, "redis-server", "redis-server", "`program` to start as Redis, such as valkey-server")
	flags.BoolVar(&o.apply, "apply", false, "write the list to DingTalk; without it, only print what would be written")
	choice := service.WriteFlags(flags)
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env}); done {
		return code
	}
	flags.Visit(func(f *flag.Flag) { o.peopleAreGiven = o.peopleAreGiven || f.Name == "people" })
	if err := o.validate(); err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}

	target, err := openTarget(ctx, p, choice, o)
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	if o.apply && !target.Confirm(ctx, p, "write the people of "+o.list) {
		return cli.Failed
	}
	dir, err := os.MkdirTemp("", "fleet")
	if err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	redis, err := openRedis(ctx, o, dir)
	if err != nil {
		return p.Fail(cli.Failed, "%v", err)
	}
	defer redis.close()
	_, _ = fmt.Fprintf(p.Stdout, "%d processes, %s\n", o.processes, redis.name)
	if redis.isNew {
		_, _ = fmt.Fprintln(p.Stdout, "The first calls wait for 3 s: this Redis is new, and calls that it does not know of may still count.")
	}
	o.redis = redis.addr
	f := newFleet(o, target, dir, newProgress(p.Stdout), p.Stderr)
	f.run(ctx)
	return f.summary(ctx)
}

// validate returns an error for the first wrong option or argument.
func (o options) validate() error {
	switch {
	case o.processes < 1 || o.processes > maxProcesses:
		return fmt.Errorf("-processes %d: it must be 1 to %d", o.processes, maxProcesses)
	case o.people < 1 || o.people > maxPeople:
		return fmt.Errorf("-people %d: it must be 1 to %d", o.people, maxPeople)
	case o.list != "" && o.peopleAreGiven:
		return errors.New("-people invents people, and -list names others: choose one of them")
	}
	if o.list == "" {
		return nil
	}
	file, err := os.Open(o.list)
	if err != nil {
		return fmt.Errorf("-list: %w", err)
	}
	_ = file.Close()
	return nil
}
