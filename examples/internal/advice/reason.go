package advice

import (
	"context"
	"errors"
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
	case ok && (e.Code == 50002 || e.Code == 50004):
		return "out of the app's sight"
	case ok && len(e.RequiredScopes) > 0:
		return "the app lacks " + strings.Join(e.RequiredScopes, ", ")
	case errors.Is(err, dingtalk.ErrRateLimited):
		return "too many calls"
	}
	return strings.TrimPrefix(err.Error(), "dingtalk: ")
}
