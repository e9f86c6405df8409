package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/demo"
)

// doctor examines one app.
type doctor struct {
	report
	place  *demo.Target
	client *dingtalk.Client
	probes []*probe

	halted   string               // why nothing more is asked; empty: go on
	barred   error                // what turned the machine or the app away, whatever is called
	admitted bool                 // neither was turned away at the door
	scopes   *dingtalk.AuthScopes // nil: not known
}

func newDoctor(place *demo.Target, out io.Writer) *doctor {
	return &doctor{report: report{out: out}, place: place, client: place.Client, probes: probes()}
}

const interrupted = "interrupted"

func (d *doctor) examine(ctx context.Context, getenv func(string) string) int {
	_, _ = fmt.Fprintf(d.out, "DingTalk Contacts doctor on %s: it looks, and changes nothing\n\n", d.place.Name)
	d.settings(getenv)
	d.token(ctx)
	d.door(ctx)
	for _, p := range d.probes {
		d.point(ctx, p)
	}
	d.fields(ctx)
	d.visibleRange(ctx)
	return d.summary()
}

func (d *doctor) summary() int {
	console := ""
	if here, _, known := regionOf(d.place.Name); known {
		console = " (the developer console is " + here.console + ")"
	}
	found := d.toDo(console)
	switch {
	case d.halted == interrupted:
		_, _ = fmt.Fprintln(d.out, "\nInterrupted: what is not tested was not reached.")
		return 1
	case found:
		return 1
	case d.untested:
		_, _ = fmt.Fprintln(d.out, "\nAll is well, as far as it could be tested.")
	default:
		_, _ = fmt.Fprintln(d.out, "\nAll is well.")
	}
	if d.place.Emulator != nil {
		_, _ = fmt.Fprintln(d.out, "To see what findings look like, add -without qyapi_get_member. To examine an app of yours, set\n"+
			"DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET, and for one of mainland China\n"+
			"DINGTALK_BASE_URL="+dingtalk.BaseURLChina)
	}
	return 0
}

// heed looks whether an error makes further calls pointless, or, with a ban, harmful.
func (d *doctor) heed(ctx context.Context, err error) error {
	e, failed := errors.AsType[*dingtalk.Error](err)
	switch {
	case !failed:
	case ctx.Err() != nil:
		d.halted = interrupted
	case e.Code == addressRefused:
		d.barred, d.halted = err, "the address of this machine is refused"
	case isShut(e.Code):
		d.barred, d.halted = err, "the app or its organisation is shut"
	case errors.Is(err, dingtalk.ErrRateLimited) && !ofOneCall(e.Code):
		d.halted = "DingTalk asks to wait"
	}
	return err
}

const addressRefused = 60020

// isShut knows the codes of an app or organisation that is stopped, disabled or gone.
func isShut(code int) bool {
	switch code {
	case 12012, 50003, 50005, 70001, 400043:
		return true
	}
	return false
}

// ofOneCall knows the limits that end by themselves and do not concern other calls.
func ofOneCall(code int) bool {
	switch code {
	case 90002, 90005, 90006, 90018, 90019:
		return true
	}
	return false
}

// outOfSight knows the refusals of a person or department beyond the visible range.
func outOfSight(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && (e.Code == 50002 || e.Code == 50004)
}

// lacksPoint knows the refusal for want of a permission point, of which there may be several.
func lacksPoint(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && (e.Code == 60011 || len(e.RequiredScopes) > 0)
}

// unanswered knows the failures of a call that nothing came back from.
func unanswered(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && errors.Is(err, dingtalk.ErrTransient) && e.HTTPStatus == 0 && e.Code == 0
}

// cannotTell reports a check that an error of another sort kept from its end.
func (d *doctor) cannotTell(name string, err error) {
	e, _ := errors.AsType[*dingtalk.Error](err)
	toDo := cmp.Or(advice.For(err), "look the code up in DingTalk's documentation, or ask its support, with the request's ID")
	switch {
	case d.halted == interrupted, d.barred != nil && !d.admitted: // the door says so
		d.skip(name, d.halted)
	case errors.Is(err, dingtalk.ErrRateLimited):
		d.trouble(name, "cannot be told: DingTalk asks to wait", toDo, err)
	case errors.Is(err, dingtalk.ErrOutcomeUnknown):
		d.trouble(name, "cannot be told: there was no answer to rely on",
			"try again later; nothing can have been changed, for nobody was named and no change was asked for", err)
	case unanswered(err):
		d.trouble(name, "cannot be told: there was no answer", toDo, err)
	case errors.Is(err, dingtalk.ErrTransient):
		d.trouble(name, "cannot be told: DingTalk is busy or out of order", toDo, err)
	case e.Code == 0:
		d.trouble(name, "cannot be told: what answers is not DingTalk", toDo, err)
	default:
		d.trouble(name, fmt.Sprintf("cannot be told: refused (errcode %d)", e.Code), toDo, err)
	}
}
