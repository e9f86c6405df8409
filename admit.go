package dingtalk

import (
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// admit waits until there is a token and a permit of the limiter, and returns with both. It holds no permit while the
// token is fetched, because the fetch needs one as well.
func (c *Client) admit(ctx context.Context, call *Call, req *rest.Request) (LimitPermit, *Error) {
	tokens := c.tokensFor(call.want)
	for again := false; ; again = true {
		if tokens != nil {
			token, err := tokens.Get(ctx)
			if err != nil && (again || !limiterRefused(err)) {
				return nil, tokenFailure(ctx, call.Op, err)
			}
			req.Token = token.Value
		}
		permit, err := c.acquire(ctx, call)
		if err != nil {
			return nil, notAdmitted(ctx, call.Op, err)
		}
		if tokens == nil {
			return permit, nil
		}
		// The wait may have been long.
		if token, ok := tokens.TryGet(ctx); ok || again {
			if ok {
				req.Token = token.Value
			}
			return permit, nil
		}
		permit.Release(LimitOutcome{Unsent: true})
	}
}

// tokensFor returns the cache with the tokens that an endpoint takes, or nil if it takes none of the client's own.
func (c *Client) tokensFor(ep *contract.Endpoint) *tokencache.Cache {
	switch ep.Credential {
	case contract.AppToken:
		return c.tokens
	case contract.SSOToken:
		return c.ssoTokens
	case contract.UserToken, contract.NoToken, contract.Signature:
	}
	return nil
}

// limiterRefused reports whether there is no token because the limiter has no room for its fetch. A call may have more
// time to wait than the fetch of a token.
func limiterRefused(err error) bool {
	failed, ok := err.(tokenError) //nolint:errorlint // the cache passes on what fetchFrom made
	if !ok {
		return false
	}
	_, ok = errors.AsType[*LimitError](failed.cause)
	return ok
}

// acquire waits for a permit of the limiter.
func (c *Client) acquire(ctx context.Context, call *Call) (LimitPermit, error) {
	permit, err := c.limiter.Acquire(ctx, LimitRequest{Path: call.want.Path, Bulk: call.bulk})
	switch {
	case err != nil:
		return nil, err
	case permit == nil:
		return nil, errors.New("the limiter returned neither a permit nor an error")
	case ctx.Err() != nil:
		permit.Release(LimitOutcome{Unsent: true})
		return nil, ctx.Err()
	}
	return permit, nil
}

// notAdmitted returns the error of a call that the limiter did not let go.
func notAdmitted(ctx context.Context, op string, err error) *Error {
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return &Error{Op: op, RetryAfter: limit.Wait, Err: rest.Redact(err), class: ErrRateLimited}
	}
	if ctx.Err() != nil {
		return &Error{Op: op, Err: rest.ContextError(ctx)}
	}
	return &Error{Op: op, Err: rest.Redact(err), class: ErrTransient}
}

// tokenFailure returns the error of a call that was not sent because there is no token.
func tokenFailure(ctx context.Context, op string, err error) *Error {
	if failed, ok := err.(tokenError); ok { //nolint:errorlint // the cache passes on what fetchFrom made
		return failed.cause.under(op)
	}
	if ctx.Err() != nil {
		return &Error{Op: op, Err: rest.ContextError(ctx)}
	}
	class := ErrInvalidToken
	if t, ok := err.(interface{ Timeout() bool }); ok && t.Timeout() {
		class = ErrTransient
	}
	return &Error{Op: op, Err: err, class: class}
}
