package advice

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Reason says in a few words why something could not be read, for the place where it would stand.
func Reason(err error) string {
	e, ok := errors.AsType[*dingtalk.Error](err)
	switch {
	case errors.Is(err, context.Canceled):
		return "interrupted"
	case errors.Is(err, dingtalk.ErrNotFound):
		return "not found"
	case OutOfSight(err):
		return "out of the app's sight"
	case ok && len(e.RequiredScopes) > 0:
		return "the app lacks " + strings.Join(e.RequiredScopes, ", ")
	case errors.Is(err, dingtalk.ErrRateLimited):
		return "too many calls"
	case ok && errors.Is(err, dingtalk.ErrInvalidArgument):
		return fmt.Sprintf("not accepted (errcode %d: %s)", e.Code, e.Message)
	}
	return strings.TrimPrefix(err.Error(), "dingtalk: ")
}

// OutOfSight knows the refusal of a person or a department that is outside of the app's visible range, unlike the
// one that concerns the app as such.
func OutOfSight(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && (e.Code == 50002 || e.Code == 50004)
}
