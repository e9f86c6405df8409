// Quickstart shows the whole life of a user in the directory: it obtains a token, lists departments, creates a user,
// reads it, updates it, reads it again, and deletes it.
//
// It runs on an emulator in its own process, or on DingTalk if DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET are set.
// DINGTALK_BASE_URL then chooses the host, and -mobile or DINGTALK_MOBILE gives the mobile number of the user. The user
// is deleted at the end, also after a failure.
//
// With -console the emulator shows its directory and its calls in a browser: quickstart prints the address, waits for
// Enter before each call, and keeps serving after the last call until Enter or Ctrl-C.
package main

import (
	"context"
	"fmt"
	"io"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/cli"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

func main() { cli.Main("quickstart", run) }

func run(ctx context.Context, p cli.Process) int {
	flags := p.Flags()
	mobile := flags.String("mobile", "", "mobile number of the user to create, such as +86-13800001234")
	console := flags.Bool("console", false, "show the built-in emulator in a browser, and wait for Enter before each call")
	if code, done := p.Parse(flags); done {
		return code
	}
	if flags.NArg() > 0 {
		return p.Fail(cli.Usage, "unexpected arguments: %q", flags.Args())
	}

	var options []dingtalktest.Option
	if *console {
		options = append(options, dingtalktest.WithConsole())
	}
	target, err := demo.Open(p.Getenv, options...)
	if err != nil {
		return p.Fail(cli.Usage, "%v", err)
	}
	defer target.Close()
	if *console && target.Emulator == nil {
		return p.Fail(cli.Usage, "-console shows the built-in emulator, not %s: unset DINGTALK_CLIENT_ID, DINGTALK_CLIENT_SECRET "+
			"and DINGTALK_BASE_URL to run on it", target.Name)
	}
	t := tour{out: p.Stdout, client: target.Client, names: map[int64]string{dingtalk.RootDepartmentID: "root department"}}
	if t.userID, t.mobile, err = target.NewUser(*mobile); err != nil {
		return p.Fail(cli.Usage, "%v (or give it with -mobile)", err)
	}
	if target.Emulator != nil {
		demo.Seed(target.Emulator)
		t.manager = demo.Manager
		for _, d := range target.Emulator.Departments() {
			t.names[d.ID] = d.Name
		}
	}

	_, _ = fmt.Fprintf(p.Stdout, "DingTalk Contacts quickstart on %s\n\n", target.Name)
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
