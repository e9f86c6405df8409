package dingtalk

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// attempt makes one HTTP round trip, classifies its end, and releases the permit. Before it the call waited for wait.
func (c *Client) attempt(ctx context.Context, call *Call, req *rest.Request, admitted admission, wait time.Duration) result {
	call.Attempts++
	var start time.Time
	logs := c.logger.Enabled(ctx, slog.LevelDebug)
	if logs {
		start = time.Now()
	}
	response, res := c.roundTrip(ctx, call, req, admitted)
	if res.err == nil {
		call.Response = call.target.result()
	}
	if logs {
		c.logAttempt(ctx, call, wait, time.Since(start), response, res.err)
	}
	return res
}

// roundTrip sends the request. It releases the permit and tells the gate how the request ended, even if the transport ends
// the goroutine, as t.FailNow does.
func (c *Client) roundTrip(ctx context.Context, call *Call, req *rest.Request, admitted admission) (response rest.Response, res result) {
	res.outcome.NoResponse = true
	defer func() {
		outcome := res.outcome
		if c.corpID != "" && res.err != nil && isOrganizationBan(res.err.Code) {
			outcome.Blocked = 0 // the gate of this client holds its calls back, and the limiter is for others, too
		}
		admitted.permit.Release(outcome)
		c.gate.record(ctx, admitted.probe, &res)
	}()
	switch call.want.Credential { // a signature is valid for a minute, and the call may have waited
	case contract.Signature:
		req.Query = c.signature(time.Now())
	case contract.SuiteSignature:
		req.Query = c.suiteSignature(time.Now(), req.Query.Get(suiteTicketParameter))
	case contract.AppToken, contract.UserToken, contract.SSOToken, contract.SuiteToken, contract.NoToken:
	}
	want := rest.Want{Payload: call.want.Payload, Fields: call.want.Response, Into: call.target.into()}
	response, err := c.rest.Do(ctx, *req, want)
	if err == nil && !response.Refused() {
		err = c.checkPayload(call, response)
	}
	return response, classify(ctx, call.want, response, err)
}

// checkPayload decodes the payload of a success, as far as that is left to do, and compares it with the request.
func (c *Client) checkPayload(call *Call, response rest.Response) error {
	if err := call.target.decode(response.Status); err != nil {
		return err
	}
	if r, ok := call.Request.(hasID); ok && !r.matchesID(call.target.result()) {
		if response.HTTP1 {
			c.rest.RetireConnections()
		}
		return &rest.Failure{Kind: rest.Malformed, Status: response.Status, Err: errOtherID}
	}
	return nil
}

// logAttempt logs an attempt at level Debug.
func (c *Client) logAttempt(ctx context.Context, call *Call, wait, took time.Duration, response rest.Response, err *Error) {
	attrs := []slog.Attr{
		slog.String("op", call.Op), slog.Int("attempts", call.Attempts), slog.Duration("wait", wait), slog.Duration("duration", took),
	}
	switch {
	case response.Status == 0: // the documented response did not come
	case response.StringCode != "":
		attrs = append(attrs, slog.String("code", response.StringCode), slog.String("request_id", response.RequestID))
	default:
		attrs = append(attrs, slog.Int("errcode", response.Code), slog.String("request_id", response.RequestID))
	}
	if err != nil {
		if class := err.Class(); class != nil {
			attrs = append(attrs, slog.String("class", className(class)))
		}
		attrs = append(attrs, slog.Int("http_status", err.HTTPStatus), slog.String("error", err.Error()))
	}
	c.logger.LogAttrs(ctx, slog.LevelDebug, "dingtalk attempt", attrs...)
}

// errOtherID is the failure of a response that is about another user or department than the request. Such a response
// belongs to another call: on a connection that is one response behind, each call gets that of the one before.
var errOtherID = errors.New("the response is for another ID than the request")

// hasID is a request with an ID that a response to it repeats.
type hasID interface {
	// matchesID reports whether the response has the ID of the request, as far as both have one.
	matchesID(response any) bool
}

func (r CreateUserRequest) matchesID(response any) bool {
	created, ok := response.(*CreateUserResponse)
	return !ok || sameUserID(r.UserID, created.UserID)
}

func (r GetUserRequest) matchesID(response any) bool {
	user, ok := response.(*User)
	return !ok || r.LoginID != "" || sameUserID(r.UserID, user.UserID) // a login ID overrides the user ID
}

func (r GetExternalContactRequest) matchesID(response any) bool {
	contact, ok := response.(*ExternalContact)
	return !ok || sameUserID(r.UserID, contact.UserID)
}

func (r GetDepartmentRequest) matchesID(response any) bool {
	dept, ok := response.(*Department)
	return !ok || r.DeptID == 0 || dept.DeptID == 0 || r.DeptID == dept.DeptID
}

// sameUserID reports whether two user IDs are the same, or one is missing. The service ignores their case.
func sameUserID(a, b string) bool { return a == "" || b == "" || strings.EqualFold(a, b) }
