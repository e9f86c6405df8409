package dingtalk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/tokencache"
)

// admission is the permission to send one request.
type admission struct {
	permit LimitPermit
	probe  bool // the request probes for the breaker
}

// waitTimes holds how long the attempts of a call have waited.
type waitTimes struct {
	paced time.Duration // for the limiter and the gate, which WithMaxWait bounds
	pages time.Duration // for responses in place of pages
}

// admit waits until calls may be sent and there is a token and a permit of the limiter, and returns with all of them. It
// holds no permit while the token is fetched, because the fetch needs one as well.
func (c *Client) admit(ctx context.Context, call *Call, req *rest.Request, spent *waitTimes) (admission, *Error) {
	tokens := c.tokensFor(call.want)
	for again := false; ; {
		if fail := c.pass(ctx, call, spent); fail != nil {
			return admission{}, fail
		}
		if tokens != nil {
			token, err := c.awaitToken(ctx, tokens.Get, spent)
			switch {
			case err == nil:
			case call.bulk && isHeld(err) && c.gate.holds():
				continue // to wait
			default:
				return admission{}, tokenFailure(ctx, call.Op, err)
			}
			req.Token = token.Value
		}
		if call.want.Credential == contract.SuiteSignature {
			if fail := c.addTicket(ctx, call, req); fail != nil {
				return admission{}, fail
			}
		}
		permit, fail := c.acquire(ctx, call, spent)
		switch {
		case fail != nil:
			return admission{}, fail
		case permit == nil: // the gate has changed
			continue
		}
		if tokens != nil { // the wait may have been long
			token, ok := tokens.TryGet(ctx)
			if !ok && !again {
				again = true
				permit.Release(LimitOutcome{Unsent: true})
				continue
			}
			if ok {
				req.Token = token.Value
			}
		}
		if probe, ok := c.gate.enter(); ok {
			return admission{permit, probe}, nil
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
	case contract.SuiteToken:
		return c.suiteTokens
	case contract.UserToken, contract.NoToken, contract.Signature, contract.SuiteSignature:
	}
	return nil
}

// pass waits until the gate lets calls pass.
func (c *Client) pass(ctx context.Context, call *Call, spent *waitTimes) *Error {
	if c.gate.clear.Load() {
		return nil
	}
	start := time.Now()
	fail := c.gate.pass(ctx, call, c.lastWait(ctx, start, spent), &spent.pages)
	spent.paced += time.Since(start)
	return fail
}

// isHeld reports whether there is no token because the gate held its fetch back, or because a page came in place of it.
func isHeld(err error) bool {
	failed, ok := err.(tokenError) //nolint:errorlint // the cache passes on what fetchFrom made
	if !ok {
		return false
	}
	if limit, ok := errors.AsType[*LimitError](failed.cause); ok {
		return limit.Blocked
	}
	_, ok = errors.AsType[*pageError](failed.cause)
	return ok
}

// awaitToken returns what get, a method of a token's cache, returns. While the limiter has no room for the fetch of the token,
// it waits as a call does for its permit, and asks again: a call may have more time to wait than a fetch.
func (c *Client) awaitToken(ctx context.Context, get func(context.Context) (tokencache.Secret, error), spent *waitTimes) (tokencache.Secret, error) {
	token, err := get(ctx)
	if !limiterRefused(err) {
		return token, err
	}
	start := time.Now()
	last := c.lastWait(ctx, start, spent)
	waiting := c.waits.add(start)
	defer c.waits.remove(waiting)
	defer func() { spent.paced += time.Since(start) }()
	for limiterRefused(err) {
		failed := err.(tokenError) //nolint:errorlint,forcetypeassert // limiterRefused says that it is one
		if !last.IsZero() && time.Now().Add(failed.cause.RetryAfter).After(last) {
			return token, err
		}
		if err := backoff.Sleep(ctx, failed.RetryAfter()); err != nil {
			return token, err
		}
		token, err = get(ctx)
	}
	return token, err
}

// limiterRefused reports whether there is no token because the limiter has no room for its fetch.
func limiterRefused(err error) bool {
	failed, ok := err.(tokenError) //nolint:errorlint // the cache passes on what fetchFrom made
	return ok && exceedsDeadline(failed.cause)
}

// acquire waits for a permit of the limiter. It returns neither a permit nor an error if the gate has changed meanwhile.
func (c *Client) acquire(ctx context.Context, call *Call, spent *waitTimes) (LimitPermit, *Error) {
	request := LimitRequest{Path: call.want.Path, Bulk: call.bulk, ClientID: c.clientID}
	if call.want.Credential == contract.AppToken {
		request.CorpID = c.corpID
	}
	if own, ok := c.limiter.(interface {
		tryAcquire(ctx context.Context, call LimitRequest) LimitPermit
	}); ok {
		if permit := own.tryAcquire(ctx, request); permit != nil {
			return permit, nil
		}
	}
	start := time.Now()
	last := c.lastWait(ctx, start, spent)
	if call.fetches && !last.IsZero() {
		last = start.Add(last.Sub(start) / 2) // the rest is for the request
	}
	wait, end := c.startWait(ctx, start, last)
	permit, err := c.limiter.Acquire(wait, request)
	ended := wait.Err()
	end()
	spent.paced += time.Since(start)
	switch {
	case err != nil:
		return nil, c.notAdmitted(ctx, call, ended, err)
	case permit == nil:
		err := errors.New("the limiter returned neither a permit nor an error")
		return nil, &Error{Op: call.Op, Err: err, class: ErrTransient}
	case ctx.Err() != nil:
		permit.Release(LimitOutcome{Unsent: true})
		return nil, &Error{Op: call.Op, Err: rest.ContextError(ctx)}
	}
	return permit, nil
}

// notAdmitted returns the error of a call that the limiter did not let go, or nil if it is the gate's to decide. ended is
// why the context of the limiter has ended.
func (c *Client) notAdmitted(ctx context.Context, call *Call, ended, err error) *Error {
	op := call.Op
	limit, isLimit := errors.AsType[*LimitError](err)
	_, hasDeadline := ctx.Deadline()
	switch {
	case isLimit && limit.Blocked:
		c.gate.block(ctx, max(limit.Wait, time.Second), "as the limiter reports")
		return nil
	case ctx.Err() == nil && errors.Is(ended, context.Canceled), isLimit && c.gate.holds():
		return nil
	case c.maxWait > 0 && !hasDeadline && (isLimit || errors.Is(ended, context.DeadlineExceeded)):
		if !isLimit {
			limit = &LimitError{Wait: time.Second}
		}
		err := fmt.Errorf("WithMaxWait(%v): %w", c.maxWait, limit)
		return &Error{Op: op, RetryAfter: limit.Wait, Err: err, class: ErrRateLimited}
	case call.fetches && ctx.Err() == nil && errors.Is(ended, context.DeadlineExceeded) && !isLimit:
		return &Error{Op: op, RetryAfter: time.Second, Err: &LimitError{Wait: time.Second}, class: ErrRateLimited}
	case isLimit:
		return &Error{Op: op, RetryAfter: limit.Wait, Err: rest.Redact(err), class: ErrRateLimited}
	case ctx.Err() != nil:
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
