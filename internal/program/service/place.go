package service

import (
	"context"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// nameTimeout bounds the time to find the name of the organization.
const nameTimeout = 5 * time.Second

// Announce prints the place where the program works: the emulator, or the organization by the name of its root
// department. If the app may not see that, the place is the client ID and the address. If done is true, the program ends
// with the exit code: there is no token, or the service takes no calls for now, and the error is printed.
func (t *Target) Announce(ctx context.Context, p cli.Process) (code int, done bool) {
	var err error
	if t.Emulator == nil {
		err = t.findPlace(ctx)
	}
	t.AnnounceAddress(p)
	if err == nil {
		return cli.OK, false
	}
	p.Log("%v", err)
	if text := advice.For(err); text != "" {
		_, _ = fmt.Fprintln(p.Stderr, "what to do:", text)
	}
	return cli.Failed, true
}

// findPlace sets the place. It returns an error that every further call would meet as well.
func (t *Target) findPlace(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, nameTimeout)
	defer cancel()
	root, err := t.Client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: dingtalk.RootDepartmentID})
	switch {
	case err == nil && root.Name != "":
		t.place = fmt.Sprintf("%s (%s)", columns.OneLine(root.Name), t.App)
	case !advice.WithoutToken(err): // otherwise the ID may be the secret, in the wrong variable
		t.place = "the organization of " + t.App
	}
	if ctx.Err() == nil && advice.Blocked(err) {
		return err
	}
	return nil
}

// AnnounceAddress prints the place, as far as it is known, without a call, for a program that examines whether calls work.
func (t *Target) AnnounceAddress(p cli.Process) {
	if !t.flags.Quiet {
		p.Log("on %s", t.place)
	}
}

// CheckConfirm returns an error if the program may write to the target only after a confirmation that no one can give.
func (t *Target) CheckConfirm(p cli.Process) error {
	if t.Emulator != nil || t.flags.Yes || p.Interactive {
		return nil
	}
	return fmt.Errorf("this writes to %s: add -yes to confirm it, or run it on a terminal, which asks; nothing was written", t.place)
}

// Confirm asks before a program does something to the target, and reports whether it may.
func (t *Target) Confirm(ctx context.Context, p cli.Process, action string) bool {
	if t.Emulator != nil || t.flags.Yes {
		return true
	}
	if p.Interactive && p.Ask(ctx, fmt.Sprintf("%s in %s?", action, t.place)) {
		return true
	}
	p.Log("nothing was written")
	return false
}
