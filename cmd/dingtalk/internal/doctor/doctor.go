package doctor

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// doctor examines one app.
type doctor struct {
	report
	target *service.Target
	client *dingtalk.Client
	probes []*probe

	stopped string               // why no further call is made; empty while calls go on
	denied  error                // refuses this machine or the app, whatever the call is
	allowed bool                 // a call has shown that neither machine nor app is refused
	scopes  *dingtalk.AuthScopes // nil while unknown
}

func newDoctor(target *service.Target, out io.Writer, format output.Format) *doctor {
	return &doctor{report: newReport(out, format), target: target, client: target.Client, probes: newProbes()}
}

const interrupted = "interrupted"

// examine runs all checks, prints the report and returns the exit code.
func (d *doctor) examine(ctx context.Context, getenv func(string) string) int {
	d.print("DingTalk Contacts doctor on %s: read-only, it changes nothing\n\n", d.target.Name)
	d.checkSettings(getenv)
	d.checkToken(ctx)
	d.checkAccess(ctx)
	for _, p := range d.probes {
		d.checkPoint(ctx, p)
	}
	d.checkFields(ctx)
	d.checkVisibleRange(ctx)
	return d.summary()
}

// summary prints what to do and the overall result, and returns the exit code.
func (d *doctor) summary() int {
	console := ""
	if own, _, known := regionOf(d.target.Name); known {
		console = " (the developer console is " + own.console + ")"
	}
	hasFindings := d.printToDo(console)
	switch {
	case d.stopped == interrupted:
		d.print("\nInterrupted: the remaining checks were not run.\n")
		return cli.Failed
	case hasFindings:
		return cli.Failed
	case d.untested:
		d.print("\nAll is well, as far as it could be tested.\n")
	default:
		d.print("\nAll is well.\n")
	}
	if d.target.Emulator != nil {
		d.print("To see what findings look like, add -without qyapi_get_member. To examine an app of yours, omit\n" +
			"-emulator and set DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET, and for one of mainland China\n" +
			"DINGTALK_BASE_URL=" + dingtalk.BaseURLChina + "\n")
	}
	return cli.OK
}

// stopIfFatal stops further calls if err makes them pointless or, after a ban, harmful. It returns err.
func (d *doctor) stopIfFatal(ctx context.Context, err error) error {
	e, failed := errors.AsType[*dingtalk.Error](err)
	switch {
	case !failed:
	case ctx.Err() != nil:
		d.stopped = interrupted
	case e.Code == addressRefused:
		d.denied, d.stopped = err, "this machine's IP address is refused"
	case isDisabled(e.Code):
		d.denied, d.stopped = err, "the app or its organization is disabled"
	case advice.IsForeignPage(err):
		d.stopped = foreignPage
	case errors.Is(err, dingtalk.ErrRateLimited) && !isEndpointLimit(e.Code):
		d.stopped = "DingTalk asks to wait"
	}
	return err
}

const (
	addressRefused = 60020
	foreignPage    = "a page of another site came in place of a response"
)

// isDisabled reports whether the app or organization is stopped, disabled or deleted.
func isDisabled(code int) bool {
	switch code {
	case 12012, 50003, 50005, 70001, 400043:
		return true
	}
	return false
}

// isEndpointLimit reports whether a rate limit ends by itself and concerns no other endpoint.
func isEndpointLimit(code int) bool {
	switch code {
	case 90002, 90005, 90006, 90018, 90019:
		return true
	}
	return false
}

// isMissingPoint reports whether the app lacks one or more permission points.
func isMissingPoint(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && (e.Code == 60011 || len(e.RequiredScopes) > 0)
}

// isWithoutResponse reports whether a call failed before a response arrived.
func isWithoutResponse(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && errors.Is(err, dingtalk.ErrTransient) && e.HTTPStatus == 0 && e.Code == 0
}

// inconclusive reports that an unrelated error prevented a check.
func (d *doctor) inconclusive(name string, err error) {
	e, _ := errors.AsType[*dingtalk.Error](err)
	toDo := cmp.Or(advice.For(err), "look up the code in DingTalk's documentation, or ask its support with the request ID")
	switch {
	case d.stopped == interrupted, d.denied != nil && !d.allowed: // checkAccess reports the denial
		d.skip(name, d.stopped)
	case errors.Is(err, dingtalk.ErrRateLimited):
		d.trouble(name, "inconclusive: DingTalk asks to wait", toDo, err)
	case advice.IsForeignPage(err):
		d.trouble(name, "inconclusive: "+foreignPage, toDo, err)
	case errors.Is(err, dingtalk.ErrOutcomeUnknown):
		d.trouble(name, "inconclusive: no reliable response",
			"try again later; nothing can have been changed, because the call names no existing user and sets no field", err)
	case isWithoutResponse(err):
		d.trouble(name, "inconclusive: no response", toDo, err)
	case errors.Is(err, dingtalk.ErrTransient):
		d.trouble(name, "inconclusive: DingTalk is busy or out of order", toDo, err)
	case e.Code == 0:
		d.trouble(name, "inconclusive: the server is not DingTalk", toDo, err)
	default:
		d.trouble(name, fmt.Sprintf("inconclusive: refused (errcode %d)", e.Code), toDo, err)
	}
}
