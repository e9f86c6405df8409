package doctor

import (
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// checkAccess tests whether DingTalk accepts this machine and this app at all. Only a call that reached its endpoint's
// own work proves that; a missing permission point proves nothing, because it may be checked first.
func (d *doctor) checkAccess(ctx context.Context) {
	const address, state = "address of this machine", "app and organization"
	for i, p := range d.probes {
		err := d.run(ctx, p)
		if p.done && isAuthorized(err) && i > 0 { // the first is not behind the gateway, which checks the address
			d.allowed = true
			d.ok(address, "it may call for the app")
			d.ok(state, "both are in use")
			return
		}
	}
	e, isDenied := errors.AsType[*dingtalk.Error](d.denied)
	switch {
	case isDenied && e.Code == addressRefused:
		d.trouble(address, "it is not among the app's allowed addresses", advice.For(e), e)
		d.skip(state, d.stopped)
	case isDenied:
		d.skip(address, d.stopped)
		d.trouble(state, "one of them is stopped, disabled or deleted", advice.For(e), e)
	default:
		reason := d.stopped
		if reason == "" {
			reason = "inconclusive: no call got past the permission check"
		}
		d.skip(address, reason)
		d.skip(state, reason)
	}
}

// isAuthorized reports whether a call passed all checks of access: it succeeded, or was refused for its arguments.
func isAuthorized(err error) bool {
	return err == nil || errors.Is(err, dingtalk.ErrNotFound) || errors.Is(err, dingtalk.ErrInvalidArgument)
}
