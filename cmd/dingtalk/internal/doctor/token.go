package doctor

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// checkToken tests whether the host can be reached and accepts the credentials.
func (d *doctor) checkToken(ctx context.Context) {
	const name = "host and token"
	token, err := d.client.Token(ctx)
	if err == nil {
		d.unverifiedID = ""
		d.ok(name, fmt.Sprint("the host responds and issues a token, valid for ", time.Until(token.Expires).Round(time.Minute)))
		return
	}
	_ = d.stopIfFatal(ctx, err)
	switch {
	case errors.Is(err, dingtalk.ErrInvalidCredential):
		d.checkRegion(ctx, name, err)
	case isWithoutResponse(err):
		d.trouble(name, "the host cannot be reached", advice.For(err), err)
	case errors.Is(err, dingtalk.ErrUnsupported):
		d.trouble(name, "the server is not DingTalk", advice.For(err), err)
	default:
		d.inconclusive(name, err)
	}
	if d.stopped == "" {
		d.stopped = "there is no token"
	}
}

// checkRegion distinguishes wrong credentials from those of the other region.
func (d *doctor) checkRegion(ctx context.Context, name string, refusal error) {
	const copyAgain = "copy client ID and client secret again from the developer console, Credentials and basic information"
	own, other, known := regionOf(d.target.Name)
	if !known {
		d.trouble(name, "the host refuses the credentials", copyAgain, refusal)
		return
	}
	client, err := d.target.WithBaseURL(other.baseURL)
	if err == nil {
		_, err = client.Token(ctx)
	}
	switch {
	case err == nil:
		d.trouble(name, own.name+" refuses these credentials; "+other.name+" accepts them",
			"your app belongs to "+other.name+": set DINGTALK_BASE_URL="+other.baseURL, refusal)
	case errors.Is(err, dingtalk.ErrInvalidCredential):
		d.trouble(name, "neither "+own.name+" nor "+other.name+" accepts these credentials", copyAgain, refusal)
	case ctx.Err() != nil:
		d.stopped = interrupted
		fallthrough
	default:
		d.trouble(name, own.name+" refuses these credentials; "+other.name+" could not be reached",
			copyAgain+"; if they are right, try DINGTALK_BASE_URL="+other.baseURL, refusal, err)
	}
}
