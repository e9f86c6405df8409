package dingtalk

import (
	"context"
	"errors"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// verdict is what one attempt's end means for the call.
type verdict struct {
	err          *Error // nil: success
	passing      bool   // the trouble may pass: another attempt makes sense
	undone       bool   // it is proven that nothing was done, so that even a create may be repeated
	tokenRefused bool
}

// minThrottle is the wait after a throttle that does not name its end: the limits count by the second.
const minThrottle = time.Second

func judge(ctx context.Context, ep *contract.Endpoint, answer rest.Answer, err error) verdict {
	if err != nil {
		return judgeFailure(ctx, ep, err)
	}
	if answer.Code == 0 {
		return verdict{}
	}
	e := &Error{
		Op: ep.Name, Code: answer.Code, Message: answer.Message, RequestID: answer.RequestID,
		HTTPStatus: answer.Status, RetryAfter: answer.RetryAfter, RequiredScopes: answer.RequiredScopes,
		HolderUserID: answer.HolderUserID,
		class:        classify(ep.Name, answer.Code, answer.Gateway),
	}
	v := verdict{err: e, undone: answer.Gateway, tokenRefused: e.class == ErrInvalidToken && !ep.Anonymous} //nolint:errorlint // identity is meant
	switch {
	case shortThrottle(answer.Code):
		v.passing, v.undone = true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	case errors.Is(e.class, ErrTransient):
		v.passing = true
		e.unknown = ep.Write && !v.undone // "system busy" does not say that nothing was done
	}
	return v
}

// judgeFailure judges an exchange that did not bring the envelope.
func judgeFailure(ctx context.Context, ep *contract.Endpoint, err error) verdict {
	f, ok := errors.AsType[*rest.Failure](err)
	if !ok {
		return verdict{err: &Error{Op: ep.Name, Err: err}}
	}
	e := &Error{Op: ep.Name, HTTPStatus: f.Status, RetryAfter: f.RetryAfter, Err: f.Err}
	v := verdict{err: e}
	switch f.Kind {
	case rest.Unsent:
		e.class, v.passing, v.undone = unlessEnded(ctx, ErrTransient), true, true
	case rest.Lost:
		e.class, v.passing = unlessEnded(ctx, ErrTransient), true
		e.unknown = ep.Write
	case rest.Malformed:
		e.class, v.passing = ErrTransient, true
		e.unknown = ep.Write
	case rest.Foreign:
		e.class = ErrUnsupported
		e.unknown = ep.Write
	case rest.Unanswerable:
		e.class = ErrUnsupported
	case rest.Blocked:
		e.class = ErrRateLimited
	case rest.Throttled:
		e.class, v.passing, v.undone = ErrRateLimited, true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	}
	if e.unknown {
		e.class = ErrOutcomeUnknown
	}
	return v
}

// unlessEnded is class, or none where it was the caller who ended the exchange.
func unlessEnded(ctx context.Context, class error) error {
	if ctx.Err() != nil {
		return nil
	}
	return class
}
