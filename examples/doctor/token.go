package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
)

// token finds out whether the host can be reached and takes the credentials.
func (d *doctor) token(ctx context.Context) {
	const name = "host and token"
	token, err := d.client.Token(ctx)
	if err == nil {
		d.unproven = ""
		d.ok(name, fmt.Sprint("the host answers and gives a token, valid for ", time.Until(token.Expires).Round(time.Minute)))
		return
	}
	_ = d.heed(ctx, err)
	switch {
	case errors.Is(err, dingtalk.ErrInvalidCredential):
		d.credential(ctx, name, err)
	case unanswered(err):
		d.trouble(name, "the host cannot be reached", advice.For(err), err)
	case errors.Is(err, dingtalk.ErrUnsupported):
		d.trouble(name, "what answers there is not DingTalk", advice.For(err), err)
	default:
		d.cannotTell(name, err)
	}
	if d.halted == "" {
		d.halted = "there is no token"
	}
}

// credential tells wrong credentials from those of the other region.
func (d *doctor) credential(ctx context.Context, name string, refusal error) {
	const recopy = "copy client ID and client secret again from the developer console, Credentials and basic information"
	here, other, known := regionOf(d.place.Name)
	if !known {
		d.trouble(name, "the host refuses the credentials", recopy, refusal)
		return
	}
	client, err := d.place.WithBaseURL(other.baseURL)
	if err == nil {
		_, err = client.Token(ctx)
	}
	switch {
	case err == nil:
		d.trouble(name, here.name+" does not know these credentials; "+other.name+" does",
			"your app belongs to "+other.name+": set DINGTALK_BASE_URL="+other.baseURL, refusal)
	case errors.Is(err, dingtalk.ErrInvalidCredential):
		d.trouble(name, "neither "+here.name+" nor "+other.name+" knows these credentials", recopy, refusal)
	case ctx.Err() != nil:
		d.halted = interrupted
		fallthrough
	default:
		d.trouble(name, here.name+" does not know these credentials; "+other.name+" could not be asked",
			recopy+"; if they are right, try DINGTALK_BASE_URL="+other.baseURL, refusal, err)
	}
}

// door finds out whether this machine and this app are let in at all. It takes one call that got as far as its
// own work to know; a missing permission point proves nothing, for that may be looked at first.
func (d *doctor) door(ctx context.Context) {
	const address, state = "address of this machine", "app and organisation"
	for i, p := range d.probes {
		err := d.ask(ctx, p)
		if p.asked && passed(err) && i > 0 { // the first is not behind the gateway, which knows the addresses
			d.admitted = true
			d.ok(address, "it may call for the app")
			d.ok(state, "both are in use")
			return
		}
	}
	e, isBarred := errors.AsType[*dingtalk.Error](d.barred)
	switch {
	case isBarred && e.Code == addressRefused:
		d.trouble(address, "it is not among those that may call for the app", advice.For(e), e)
		d.skip(state, d.halted)
	case isBarred:
		d.skip(address, d.halted)
		d.trouble(state, "one of them is stopped, disabled or gone", advice.For(e), e)
	default:
		reason := d.halted
		if reason == "" {
			reason = "cannot be told: no call came as far as its own work"
		}
		d.skip(address, reason)
		d.skip(state, reason)
	}
}

// passed says whether a call was let in: it was carried out, or refused for what it asked for.
func passed(err error) bool {
	return err == nil || errors.Is(err, dingtalk.ErrNotFound) || errors.Is(err, dingtalk.ErrInvalidArgument)
}
