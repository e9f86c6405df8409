package main

import (
	"bufio"
	"context"
	"fmt"
	"io"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// inBrowser runs the tour under the eyes of somebody who looks into the emulator's console: it waits for them before
// each call and at the end, when there is still something to be looked at.
func (t *tour) inBrowser(ctx context.Context, srv *dingtalktest.Server, in io.Reader, errOut io.Writer) int {
	base, err := srv.Listen("")
	if err != nil {
		return finish(err, errOut)
	}
	t.console = base + "/console/"
	viewer := viewer{out: t.out, enter: lines(ctx, in)}
	stop := func(next dingtalk.Invoker) dingtalk.Invoker {
		return func(callCtx context.Context, call *dingtalk.Call) error {
			viewer.pause(ctx, "call "+call.Op)
			return next(callCtx, call)
		}
	}
	// The client calls over the port, as any program would.
	t.client, err = dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(base), dingtalk.WithMiddleware(stop))
	if err != nil {
		return finish(err, errOut)
	}
	_, _ = fmt.Fprintf(t.out, "console: %s\n\n", t.console)
	viewer.pause(ctx, "begin")
	code := finish(t.run(ctx), errOut)
	_, _ = fmt.Fprintln(t.out)
	viewer.pause(ctx, "end")
	return code
}

// viewer is the person who looks and says when to go on.
type viewer struct {
	out   io.Writer
	enter <-chan struct{} // closed at the end of the input, which stands for every Enter that is still wanted
}

// pause waits for Enter, or for the end of the context: after Ctrl-C, cleaning up waits for nobody.
func (v viewer) pause(ctx context.Context, next string) {
	_, _ = fmt.Fprintf(v.out, "Press Enter to %s ", next)
	pressed := false
	select {
	case _, pressed = <-v.enter:
	case <-ctx.Done():
	}
	if !pressed { // nobody has begun a new line
		_, _ = fmt.Fprintln(v.out)
	}
}

// lines hands on that a line was read, until the end of the input or of the context.
func lines(ctx context.Context, in io.Reader) <-chan struct{} {
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
