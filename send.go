package dingtalk

import (
	"context"
	"errors"
	"net/http"
	"slices"

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
	var refused []string
	for n, replaced := 1, false; ; {
		if ctx.Err() != nil {
			return &Error{Op: call.Op, Err: rest.ContextError(ctx), unknown: unknown}
		}
		permit, fail := c.admit(ctx, call, &req)
		if fail != nil {
			fail.unknown = unknown
			return fail
		}
		res := c.attempt(ctx, call, &req, permit, n)
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
		delay, again := c.retryDelay(ctx, call.want, res, n)
		if !again {
			return res.err
		}
		_ = backoff.Sleep(ctx, delay) // the check at the top of the loop sees a sleep that was cut short
		n++
	}
}

// prepare encodes the request of a call.
func (c *Client) prepare(call *Call) (rest.Request, error) {
	if call.want == nil {
		return rest.Request{}, errors.New("a middleware passed on a Call that it made itself")
	}
	req := rest.Request{
		API: call.want.API, Method: call.want.Method, Path: call.want.Path, Secret: c.secret.reveal(), Write: call.want.Write,
		Close: call.want.Credential == contract.NoToken, // the response has a token
	}
	if r, ok := call.Request.(getTokenRequest); ok {
		req.Query = r.query()
		return req, nil
	}
	switch {
	case call.want.Method == http.MethodGet:
		return req, nil
	case call.Request == nil:
		req.Body = []byte("{}")
		return req, nil
	}
	var err error
	req.Body, req.Secrets, err = marshalRequest(call.Request)
	return req, err
}
