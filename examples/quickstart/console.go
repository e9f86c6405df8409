package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// runInBrowser runs the tour beside the emulator's console. It waits for Enter before each call and at the end, so that
// the user can look at the state in between.
func (t *tour) runInBrowser(ctx context.Context, srv *dingtalktest.Server, in io.Reader, errOut io.Writer) int {
	base, err := srv.Listen("")
	if err != nil {
		return finish(err, errOut)
	}
	t.console = base + "/console/"
	prompt := prompt{out: t.out, enter: readLines(ctx, in)}
	pause := func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(callCtx context.Context, call *dingtalk.Call) error {
			if call.Op != "GetToken" { // which the client calls by itself
				prompt.wait(ctx, "call "+call.Op)
			}
			return next(callCtx, call)
		}
	}
	// The client connects to the port, like an external program.
	t.client, err = dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(base), dingtalk.WithMiddleware(pause))
	if err != nil {
		return finish(err, errOut)
	}
	_, _ = fmt.Fprintf(t.out, "console: %s\n\n", t.console)
	prompt.wait(ctx, "begin")
	code := finish(t.run(ctx), errOut)
	_, _ = fmt.Fprintln(t.out)
	prompt.wait(ctx, "end")
	return code
}

// prompt waits for the user to press Enter.
type prompt struct {
	out   io.Writer
	enter <-chan struct{} // closed at the end of the input, after which nothing waits
}

// wait asks for Enter, and waits for it or the end of ctx. After Ctrl-C it does neither, so the cleanup is not held up.
func (p prompt) wait(ctx context.Context, next string) {
	if ctx.Err() != nil {
		return
	}
	_, _ = fmt.Fprintf(p.out, "Press Enter to %s ", next)
	pressed := false
	select {
	case _, pressed = <-p.enter:
	case <-ctx.Done():
	}
	if !pressed { // the terminal shows no new line yet
		_, _ = fmt.Fprintln(p.out)
	}
}

// readLines sends a value for each line read, and closes the channel at the end of the input or of ctx.
func readLines(ctx context.Context, in io.Reader) <-chan struct{} {
	read := make(chan struct{})
	go func() {
		defer close(read)
		for scanner := bufio.NewScanner(in); scanner.Scan(); {
			select {
			case read <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return read
}
