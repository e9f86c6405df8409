package demo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/cli"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
)

// nameTimeout bounds the time to find the name of the organization.
const nameTimeout = 5 * time.Second

// Announce prints the place where the program works: the emulator, or the organization by the name of its root
// department. If the app may not see that, the place is the client ID and the address.
func (t *Target) Announce(ctx context.Context, p cli.Process) {
	if t.Emulator == nil {
		t.place = t.organization(ctx)
	}
	p.Log("on %s", t.place)
}

func (t *Target) organization(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, nameTimeout)
	defer cancel()
	root, err := t.Client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: dingtalk.RootDepartmentID})
	switch {
	case err == nil && root.Name != "":
		return fmt.Sprintf("%s (%s)", columns.OneLine(root.Name), t.App)
	case err == nil || hasToken(err):
		return "the organization of " + t.App
	}
	return t.Name // an ID that no token has proven right may be the secret, in the wrong variable
}

// hasToken reports whether the call behind an error had a token.
func hasToken(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if e, ok := err.(*dingtalk.Error); ok && e.Op == "GetToken" { //nolint:errorlint // each error of the chain is tested
			return false
		}
	}
	return true
}

// AnnounceAddress prints the place without a call, for a program that examines whether calls work.
func (t *Target) AnnounceAddress(p cli.Process) { p.Log("on %s", t.place) }

// CheckConfirm returns an error if the program may write to the target only after a confirmation that no one can give.
func (t *Target) CheckConfirm(p cli.Process) error {
	if t.Emulator != nil || t.yes || p.Interactive {
		return nil
	}
	return fmt.Errorf("this writes to %s: add -yes to confirm it, or run it on a terminal, which asks; nothing was written", t.place)
}

// Confirm asks before a program does something to the target, and reports whether it may.
func (t *Target) Confirm(ctx context.Context, p cli.Process, action string) bool {
	if t.Emulator != nil || t.yes {
		return true
	}
	if p.Interactive && p.Ask(ctx, fmt.Sprintf("%s in %s?", action, t.place)) {
		return true
	}
	p.Log("nothing was written")
	return false
}
