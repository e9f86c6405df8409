// Quickstart shows the whole life of a user in the directory, on an emulator in its own process or on DingTalk.
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

const help = `Quickstart shows the whole life of a user in the directory: it obtains a token, lists departments, creates a user,
reads it, updates it, reads it again, and deletes it.

On a service it asks before it creates the user, and deletes it at the end, also after a failure. With -console the
built-in emulator shows its directory and its calls in a browser: quickstart prints the address, waits for Enter before
each call, and keeps serving after the last call until Enter or Ctrl-C.`

func main() { cli.Main("quickstart", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	choice := service.WriteFlags(flags)
	mobile := flags.String("mobile", "", "mobile `number` of the user to create, such as +86-13800001234")
	console := flags.Bool("console", false, "run on the built-in emulator, show it in a browser, and wait for Enter before each call")
	if code, done := p.Parse(flags, cli.Help{Text: help, Env: service.Env + "\n" + service.EnvMobile}); done {
		return code
	}

	var options []dingtalktest.Option
	if *console {
		choice.Emulator = true
		options = append(options, dingtalktest.WithConsole())
	}
	target, err := choice.Open(ctx, p, service.Options{Emulator: options})
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	t := newTour(p.Stdout, target.Client)
	t.userID, t.mobile, err = target.NewUser(*mobile)
	if err == nil {
		err = target.CheckConfirm(p)
	}
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	if code, done := target.Announce(ctx, p); done {
		return code
	}
	if !target.Confirm(ctx, p, "create a user and delete it again") {
		return cli.Failed
	}
	if target.Emulator != nil {
		demo.Seed(target.Emulator)
		t.manager = demo.Manager
		for _, d := range target.Emulator.Departments() {
			t.names[d.ID] = d.Name
		}
	}

	_, _ = fmt.Fprint(p.Stdout, "DingTalk Contacts quickstart\n\n")
	if *console {
		return t.runInBrowser(ctx, target.Emulator, p.Stdin, p.Stderr)
	}
	return finish(t.run(ctx), p.Stderr)
}

// finish prints the error of a tour and what to do about it, and returns the exit code.
func finish(err error, errOut io.Writer) int {
	if err == nil {
		return cli.OK
	}
	_, _ = fmt.Fprintln(errOut, "\nquickstart:", err)
	if text := adviceFor(err); text != "" {
		_, _ = fmt.Fprintln(errOut, "what to do:", text)
	}
	return cli.Failed
}
