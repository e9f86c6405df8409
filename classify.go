package dingtalk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// result describes what the end of one attempt means for the call.
type result struct {
	err          *Error // nil: success
	retryable    bool   // the failure may be temporary: another attempt makes sense
	notApplied   bool   // it is proven that nothing was applied, so that even a create may be repeated
	tokenRefused bool
	documented   bool // the response came from the service
	foreignPage  bool // an HTML page came in place of a response
	// permissionMissing: the app lacks a permission point, or the token is older than the permission.
	permissionMissing bool
	outcome           LimitOutcome
}

// minThrottle is the wait after a throttle that does not name its end: the limits count by the second.
const minThrottle = time.Second

// classify decides what a response, or the failure to get one, means for the call.
func classify(ctx context.Context, ep *contract.Endpoint, response rest.Response, err error) result {
	if err != nil {
		return classifyFailure(ctx, ep, err)
	}
	switch {
	case !response.Refused():
		return result{documented: true}
	case response.StringCode != "":
		return classifyV1(ep, response)
	}
	e := &Error{
		Op: ep.Name, Code: response.Code, Message: response.Message, RequestID: response.RequestID,
		HTTPStatus: response.Status, RetryAfter: response.RetryAfter, RequiredScopes: response.RequiredScopes,
		HolderUserID: response.HolderUserID,
		class:        classOf(ep.Name, response.Code, response.Gateway),
	}
	res := refusal(ep, e)
	switch {
	case shortThrottle(response.Code):
		res.retryable, res.notApplied, res.outcome.Throttled = true, true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	case isBanCode(response.Code):
		e.RetryAfter = cmp.Or(e.RetryAfter, contract.BanTime)
		res.outcome.Blocked = e.RetryAfter
	case errors.Is(e.class, ErrTransient):
		res.retryable = true
		e.unknown = ep.Write // "system busy" does not prove that nothing was applied
	}
	return res
}

// refusal returns the result of a refusal, as far as its error decides it.
func refusal(ep *contract.Endpoint, e *Error) result {
	res := result{err: e, documented: true}
	if ep.Credential.Renewable() {
		res.tokenRefused = errors.Is(e.class, ErrInvalidToken)
		res.permissionMissing = errors.Is(e.class, ErrPermission) && (e.Code == 60011 || len(e.RequiredScopes) > 0)
	}
	return res
}

// classifyV1 classifies a refusal by the new API, whose code is a string.
func classifyV1(ep *contract.Endpoint, response rest.Response) result {
	e := &Error{
		Op: ep.Name, Reason: response.StringCode, Message: response.Message, RequestID: response.RequestID,
		HTTPStatus: response.Status, RetryAfter: response.RetryAfter, RequiredScopes: response.RequiredScopes,
	}
	e.class = e.category()
	res := refusal(ep, e)
	switch {
	case shortThrottleReason(response.StringCode, response.Status):
		res.retryable, res.notApplied, res.outcome.Throttled = true, true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	case strings.HasPrefix(e.Reason, limitByMinute):
		e.RetryAfter = max(e.RetryAfter, time.Minute)
	case errors.Is(e.class, ErrTransient):
		res.retryable = true
		e.unknown = ep.Write // as above
	}
	return res
}

// classifyFailure classifies a round trip that did not bring the documented response.
func classifyFailure(ctx context.Context, ep *contract.Endpoint, err error) result {
	f, ok := errors.AsType[*rest.Failure](err)
	if !ok {
		return result{err: &Error{Op: ep.Name, Err: err}, outcome: LimitOutcome{NoResponse: true}}
	}
	e := &Error{Op: ep.Name, HTTPStatus: f.Status, RetryAfter: f.RetryAfter, Err: f.Err}
	res := result{err: e}
	switch f.Kind {
	case rest.Unsent:
		e.class, res.retryable, res.notApplied, res.outcome.Unsent = ErrTransient, true, true, true
	case rest.Unprocessed:
		e.class, res.retryable, res.notApplied = ErrTransient, true, true
	case rest.Lost, rest.Malformed:
		res.outcome.NoResponse = f.Status == 0
		e.class, res.retryable, e.unknown = ErrTransient, true, ep.Write
	case rest.WrongHost:
		e.class, e.unknown = ErrUnsupported, ep.Write
	case rest.TransportRefused:
		e.class, res.outcome.Unsent = ErrUnsupported, true
	case rest.Banned:
		e.class, res.documented, res.outcome.Blocked = ErrRateLimited, true, f.RetryAfter
		e.Err = &banError{time.Now().Add(f.RetryAfter), f.Error(), f.Err}
	case rest.ForeignPage:
		e.class, res.foreignPage, e.unknown = ErrTransient, true, ep.Write
	case rest.Throttled:
		e.class, res.retryable, res.notApplied, res.outcome.Throttled = ErrRateLimited, true, true, true
		e.RetryAfter = max(e.RetryAfter, minThrottle)
	}
	switch {
	case e.unknown:
		e.class = ErrOutcomeUnknown
	case f.Kind <= rest.Lost && ctx.Err() != nil:
		e.class = nil // the caller ended it
	}
	return res
}

// banCause returns what shows that the service blocks this address or app.
func (r *result) banCause() string {
	if banned, ok := errors.AsType[*banError](r.err); ok {
		return banned.cause
	}
	return fmt.Sprintf("errcode %d", r.err.Code)
}
