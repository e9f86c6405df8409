// Eventprobe finds out what the documentation leaves open about events: which writes send which, how late, and how often.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Eventprobe finds out what the documentation leaves open about events, in an hour and a half: which writes of an app send which
events, in which spelling, how late, and when reads show the write; when an event that is not acknowledged comes again; and what
comes after 1, 10 and 60 minutes without a connection. It prints a table, and what it did not observe.

It creates two departments, a person and, with -role-group, a role, changes them, and deletes them at the end, also after a
failure or Ctrl-C. It changes nothing else. On a service it asks before it writes.

Use an app that receives events in Stream mode for no other program, with the types of contact events ticked: the probe takes
events in place of the other receivers. Events about others it refuses, so that DingTalk sends them again.

On the emulator the times are short, unless they are given.`

func main() { cli.Main("eventprobe", run) }

// settings holds the flags.
type settings struct {
	times     times
	gaps      string
	mobile    string
	roleGroup int64
}

func (s *settings) add(flags *flag.FlagSet) {
	flags.DurationVar(&s.times.wait, "wait", 15*time.Second, "how long to wait for the events of each write")
	flags.DurationVar(&s.times.repeats, "repeats", 5*time.Minute, "how long to refuse an event, once with LATER and once without a reply")
	flags.StringVar(&s.gaps, "gaps", "1m,10m,60m", "`times` without a connection; empty for none")
	flags.DurationVar(&s.times.after, "after", 3*time.Minute, "how long to wait for events after each of these times")
	flags.DurationVar(&s.times.console, "console", 0, "how long to wait while you change the probe's person and departments in the admin console; 0 for not at all")
	flags.StringVar(&s.mobile, "mobile", "", "mobile `number` of the person to create, such as +86-13800001234")
	flags.Int64Var(&s.roleGroup, "role-group", 0, "`ID` of a role group in which to create a role; without it no role is created, because groups cannot be deleted again")
}

// parse completes the settings.
func (s *settings) parse(flags *flag.FlagSet, onEmulator bool) error {
	given := map[string]bool{}
	flags.Visit(func(f *flag.Flag) { given[f.Name] = true })
	if onEmulator {
		for name, value := range map[string]string{"wait": "50ms", "repeats": "1s", "gaps": "1s", "after": "1s"} {
			if !given[name] {
				_ = flags.Set(name, value)
			}
		}
	}
	for _, text := range strings.FieldsFunc(s.gaps, func(r rune) bool { return r == ',' }) {
		d, err := time.ParseDuration(strings.TrimSpace(text))
		if err != nil || d < 0 {
			return fmt.Errorf("-gaps: %q is not a time such as 10m", text)
		}
		s.times.gaps = append(s.times.gaps, d)
	}
	if s.times.wait <= 0 || min(s.times.repeats, s.times.after, s.times.console) < 0 {
		return errors.New("-wait must be positive, and no other time negative")
	}
	return nil
}

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.WriteFlags(flags)
	var s settings
	s.add(flags)
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env + "\n" + service.EnvMobile}); done {
		return code
	}
	target, err := choice.Open(ctx, p, service.Options{Emulator: []dingtalktest.Option{
		dingtalktest.WithStreamAck(200 * time.Millisecond), dingtalktest.WithStreamRetries(300*time.Millisecond, 500*time.Millisecond),
	}})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	org := &organization{client: target.Client, name: "eventprobe " + strings.ToLower(rand.Text()[:8]), groupID: s.roleGroup}
	org.userID, org.mobile, err = target.NewUser(s.mobile)
	err = errors.Join(err, s.parse(flags, target.Emulator != nil))
	if err == nil {
		err = target.CheckConfirm(p)
	}
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	if !target.Confirm(ctx, p, "create, change and delete two departments and a person") {
		return cli.Failed
	}
	id, secret := p.Getenv(service.EnvClientID), p.Getenv(service.EnvClientSecret)
	if target.Emulator != nil {
		id, secret = target.Emulator.ClientID(), target.Emulator.ClientSecret()
		group, err := target.Client.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Projects"})
		if err != nil {
			return p.Fail(cli.Failed, "%v", err)
		}
		org.groupID = group.GroupID
	}
	report, err := observe(ctx, org, id, secret, s.times, p.Log)
	_, _ = fmt.Fprint(p.Stdout, report)
	if err != nil {
		if what := advice.For(err); what != "" {
			p.Log("what to do: %s", what)
		}
		return p.Fail(cli.Failed, "%v", err)
	}
	return cli.OK
}

// observe makes all observations, and deletes what it has made.
func observe(ctx context.Context, org *organization, id, secret string, t times, log func(string, ...any)) (*report, error) {
	p := &probe{org: org, times: t, log: log, report: report{times: t}, seen: map[string]bool{}}
	if org.groupID == 0 {
		p.report.miss("roles: no -role-group was given")
	}
	p.receiver = &receiver{client: org.client, id: id, secret: secret, handle: p.receive}
	err := p.run(ctx)
	if err != nil {
		p.report.miss("what follows the error at which the probe ended")
		log("cleaning up")
	}
	return &p.report, errors.Join(err, org.clean(context.WithoutCancel(ctx)))
}
