package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// The stages of a call, from the outside in:
//
//	call.go      a method makes the Call and runs the middleware
//	send.go      send repeats attempts until one succeeds or another makes no sense
//	retry.go       retryDelay decides whether to repeat, and when
//	admit.go       admit waits for a token and a permit of the limiter
//	attempt.go     attempt makes one HTTP round trip and logs it
//	classify.go    classify decides what the end of the attempt means for the call
//	internal/rest   sends the request, and decodes envelope and result in one pass

// send makes attempts until one succeeds or another makes no sense.
func (c *Client) send(ctx context.Context, call *Call) error {
	if ctx == nil {
		return noContext(call.Op)
	}
	req, err := c.prepare(call)
	if err != nil {
		return &Error{Op: call.Op, Err: err, class: ErrInvalidArgument}
	}
	unknown := false // whether an attempt so far may have been applied
	idle := time.Now()
	waited := func() time.Duration {
		wait := time.Since(idle)
		call.Waited += wait
		return wait
	}
	var spent waitTimes
	var refused []string
	for n, replaced := 0, false; ; {
		if ctx.Err() != nil {
			waited()
			return &Error{Op: call.Op, Err: rest.ContextError(ctx), unknown: unknown}
		}
		admitted, fail := c.admit(ctx, call, &req, &spent)
		wait := waited()
		if fail != nil {
			fail.unknown = unknown
			return fail
		}
		res := c.attempt(ctx, call, &req, admitted, wait)
		idle = time.Now()
		if res.err == nil {
			return nil
		}
		unknown = unknown || res.err.unknown
		res.err.unknown = unknown

		switch token := req.Token; {
		case res.tokenRefused && len(refused) < c.refetches && !slices.Contains(refused, token):
			c.tokensFor(call.want).Invalidate(token)
			refused = append(refused, token)
			req.EarlierTokens = append(req.EarlierTokens, token)
			continue
		case res.permissionMissing && !replaced && c.tokensFor(call.want).ReplaceStale(ctx, token):
			replaced = true // the point may have been granted after the token was issued
			req.EarlierTokens = append(req.EarlierTokens, token)
			continue
		}
		if !admitted.probe || !res.foreignPage { // the gate bounds the probes
			n++
		}
		delay, again := c.retryDelay(ctx, call, res, n)
		if !again {
			return res.err
		}
		_ = backoff.Sleep(ctx, delay) // the check at the top of the loop sees a sleep that was cut short
	}
}

// prepare encodes the request of a call.
func (c *Client) prepare(call *Call) (rest.Request, error) {
	ep := call.want
	if ep == nil {
		return rest.Request{}, errors.New("a middleware passed on a Call that it made itself")
	}
	req := rest.Request{
		API: ep.API, Method: ep.Method, Path: ep.Path, Secret: c.secret.reveal(), Write: ep.Write,
		Close: ep.Credential == contract.NoToken || ep == &contract.GetJSAPITicket, // the response has a secret
	}
	if t, ok := call.target.(*anyTarget); ok {
		req.Path = t.path
	}
	request, err := c.complete(call, &req)
	if r, ok := request.(interface {
		path(ep *contract.Endpoint) string
	}); ok {
		req.Path = r.path(ep)
	}
	switch {
	case err != nil:
		return req, err
	case ep.Method == http.MethodGet:
		if r, ok := request.(interface{ query() (url.Values, []string) }); ok {
			req.Query, req.Secrets = r.query()
		} else if request != nil {
			req.Query, req.Secrets, err = marshalQuery(request)
		}
	case request == nil && ep.API == contract.New: // no body is documented
	case request == nil:
		req.Body = []byte("{}")
	default:
		req.Body, req.Secrets, err = marshalRequest(request)
	}
	return req, err
}

// complete returns the request of a call with what the client adds to it, and checks that the client has the credential
// that the endpoint takes. It sets the token of the request if that is the caller's.
func (c *Client) complete(call *Call, req *rest.Request) (request any, err error) {
	switch call.want.Credential {
	case contract.UserToken:
		r, _ := call.Request.(withUserToken)
		if t, ok := call.target.(*anyTarget); ok {
			r = t
		}
		if r == nil || r.userToken().IsZero() {
			return nil, errors.New("the access token of the user is empty")
		}
		req.Token = r.userToken().Reveal()
	case contract.SSOToken:
		if c.ssoTokens == nil {
			return nil, errNoSSOSecret
		}
	case contract.SuiteToken:
		if c.suiteTokens == nil {
			return nil, errNoTicketStore
		}
	case contract.SuiteSignature:
		if c.suite == nil {
			return nil, errNoTicketStore
		}
	case contract.Signature:
		if c.clientID == "" || c.secret.reveal() == "" {
			return nil, errNoCredentials
		}
	case contract.AppToken, contract.NoToken:
	}
	if secret, ok := call.target.(interface{ secretRequest() any }); ok {
		return secret.secretRequest(), nil
	}
	if r, ok := call.Request.(interface{ complete(*Client) (any, error) }); ok {
		return r.complete(c)
	}
	return call.Request, nil
}
