package advice

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Reason returns a few words on why something could not be read, to be shown in its place.
func Reason(err error) string {
	e, ok := errors.AsType[*dingtalk.Error](err)
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, dingtalk.ErrNotFound):
		return "not found"
	case OutOfSight(err):
		return "outside the app's visible range"
	case ok && len(e.RequiredScopes) > 0:
		return "the app lacks " + strings.Join(e.RequiredScopes, ", ")
	case IsForeignPage(err):
		return "another site's page came in place of a response"
	case ok && errors.Is(err, dingtalk.ErrRateLimited) && e.Fatal() && e.RetryAfter > 0:
		return "blocked by DingTalk"
	case errors.Is(err, dingtalk.ErrRateLimited):
		return "too many calls"
	case ok && errors.Is(err, dingtalk.ErrInvalidArgument):
		return fmt.Sprintf("not accepted (errcode %d: %s)", e.Code, e.Message)
	}
	return strings.TrimPrefix(err.Error(), "dingtalk: ")
}

// OutOfSight reports whether a person or department was refused because it is outside the app's visible range, as
// opposed to a refusal of the app as a whole.
func OutOfSight(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && (e.Code == 50002 || e.Code == 50004)
}
