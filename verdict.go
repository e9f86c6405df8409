package dingtalk

import (
	"cmp"
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
	outcome      Outcome
}

// gatewayCode is all there is of a refusal whose reason, in sub_code, is no number.
const gatewayCode = 88

// minThrottle is the wait after a throttle that does not name its end: the limits count by the second.
const minThrottle = time.Second

// minBan is how long nothing is called after a ban of everything that does not name its end. The documentation
// says "minutes", and five for the one of an address.
const minBan = 5 * time.Minute

func judge(ctx context.Context, ep *contract.Endpoint, answer rest.Answer, err error) verdict {
	if err != nil {
		return judgeFailure(ctx, ep, err)
	}
	switch {
	case !answer.Refused():
		return verdict{}
	case answer.Word != "":
		return judgeWord(ep, answer)
	}
	e := &Error{
		Op: ep.Name, Code: answer.Code, Message: answer.Message, RequestID: answer.RequestID,
		HTTPStatus: answer.Status, RetryAfter: answer.RetryAfter, RequiredScopes: answer.RequiredScopes,
		HolderUserID: answer.HolderUserID,
		class:        classify(ep.Name, answer.Code, answer.Gateway),
	}
	v := verdict{err: e, tokenRefused: e.class == ErrInvalidToken && !ep.Anonymous} //nolint:errorlint // identity is meant
	switch {
	case shortThrottle(answer.Code):
		v.passing, v.undone, v.outcome.Throttled = true, true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	case banOfAll(answer.Code):
		v.outcome.Blocked = cmp.Or(e.RetryAfter, minBan)
	case answer.Code == gatewayCode:
		e.unknown = ep.Write // a reason in words, or none, proves nothing
	case errors.Is(e.class, ErrTransient):
		v.passing = true
		e.unknown = ep.Write // "system busy" does not say that nothing was done
	}
	return v
}

// judgeWord judges a refusal of the new API, whose code is a word.
func judgeWord(ep *contract.Endpoint, answer rest.Answer) verdict {
	e := &Error{
		Op: ep.Name, Message: answer.Word, RequestID: answer.RequestID,
		HTTPStatus: answer.Status, RetryAfter: answer.RetryAfter, RequiredScopes: answer.RequiredScopes,
		class: classifyWord(answer.Word, answer.Status),
	}
	if answer.Message != "" {
		e.Message += ": " + answer.Message
	}
	v := verdict{err: e}
	switch {
	case shortThrottleWord(answer.Word, answer.Status):
		v.passing, v.undone, v.outcome.Throttled = true, true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	case errors.Is(e.class, ErrTransient):
		v.passing = true
		e.unknown = ep.Write // as of "system busy"
	}
	return v
}

// judgeFailure judges an exchange that did not bring the envelope.
func judgeFailure(ctx context.Context, ep *contract.Endpoint, err error) verdict {
	f, ok := errors.AsType[*rest.Failure](err)
	if !ok {
		return verdict{err: &Error{Op: ep.Name, Err: err}, outcome: Outcome{Unanswered: true}}
	}
	e := &Error{Op: ep.Name, HTTPStatus: f.Status, RetryAfter: f.RetryAfter, Err: f.Err}
	v := verdict{err: e}
	switch f.Kind {
	case rest.Unsent:
		e.class, v.passing, v.undone, v.outcome.Unsent = ErrTransient, true, true, true
	case rest.Unprocessed:
		e.class, v.passing, v.undone = ErrTransient, true, true
	case rest.Lost, rest.Malformed:
		v.outcome.Unanswered = f.Status == 0
		e.class, v.passing, e.unknown = ErrTransient, true, ep.Write
	case rest.Foreign:
		e.class, e.unknown = ErrUnsupported, ep.Write
	case rest.Unanswerable:
		e.class, v.outcome.Unsent = ErrUnsupported, true
	case rest.Banned:
		e.class, v.outcome.Blocked = ErrRateLimited, f.RetryAfter
	case rest.Page:
		e.class, e.unknown, v.outcome.Blocked = ErrRateLimited, ep.Write, f.RetryAfter
	case rest.Throttled:
		e.class, v.passing, v.undone, v.outcome.Throttled = ErrRateLimited, true, true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	}
	switch {
	case e.unknown && f.Kind != rest.Page:
		e.class = ErrOutcomeUnknown
	case f.Kind <= rest.Lost && ctx.Err() != nil:
		e.class = nil // it was the caller who ended it
	}
	return v
}
