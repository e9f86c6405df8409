package dingtalk

import (
	"context"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// admit waits until there is a token and the limiter has given its leave, and returns with both. Nobody keeps a
// permit while the token is fetched, for which another one is needed.
func (c *Client) admit(ctx context.Context, call *Call, req *rest.Request) (Permit, *Error) {
	for again := false; ; again = true {
		if !call.want.Anonymous {
			token, err := c.tokens.Get(ctx)
			if err != nil && (again || !tooEarly(err)) {
				return nil, noToken(ctx, call.Op, err)
			}
			req.Token = token.Value
		}
		permit, err := c.acquire(ctx, call)
		if err != nil {
			return nil, notAdmitted(ctx, call.Op, err)
		}
		if call.want.Anonymous {
			return permit, nil
		}
		// The wait may have been long.
		if token, ok := c.tokens.Present(ctx); ok || again {
			if ok {
				req.Token = token.Value
			}
			return permit, nil
		}
		permit.Release(Outcome{Unsent: true})
	}
}

// tooEarly says whether it is the limiter that stands between the client and a token. It may let a call wait for
// longer than the fetching of a token.
func tooEarly(err error) bool {
	failed, ok := err.(tokenError) //nolint:errorlint // the cache passes on what fetchFrom made
	if !ok {
		return false
	}
	_, ok = errors.AsType[*LimitError](failed.cause)
	return ok
}

func (c *Client) acquire(ctx context.Context, call *Call) (Permit, error) {
	permit, err := c.limiter.Acquire(ctx, Admission{Path: call.want.Path, Bulk: call.bulk})
	switch {
	case err != nil:
		return nil, err
	case permit == nil:
		return nil, errors.New("the limiter returned neither a permit nor an error")
	case ctx.Err() != nil:
		permit.Release(Outcome{Unsent: true})
		return nil, ctx.Err()
	}
	return permit, nil
}

// notAdmitted is the error of a call that the limiter did not let go.
func notAdmitted(ctx context.Context, op string, err error) *Error {
	if limit, ok := errors.AsType[*LimitError](err); ok {
		return &Error{Op: op, RetryAfter: limit.Wait, Err: rest.Clean(err), class: ErrRateLimited}
	}
	if ctx.Err() != nil {
		return &Error{Op: op, Err: rest.ContextError(ctx)}
	}
	return &Error{Op: op, Err: rest.Clean(err), class: ErrTransient}
}

// Bulk returns a client that shares everything with c, and whose calls go behind those of c where the rate limit
// makes them wait: for the import that nobody waits for, beside the pages that somebody does. Its calls go out
// evenly, not in bursts, and still use all of the limit that is left.
func (c *Client) Bulk() *Client {
	bulk := *c
	bulk.bulk = true
	return &bulk
}
