package dingtalkotel

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// failing is a cause with a class.
type failing struct{ class error }

func (f failing) Error() string { return "the cause" }
func (f failing) Class() error  { return f.class }

// The names are those that dashboards and alerts are written with.
func TestFailure_NamesEachClass(t *testing.T) {
	t.Parallel()
	for class, name := range map[error]string{
		dingtalk.ErrNotFound:          "not_found",
		dingtalk.ErrAlreadyExists:     "already_exists",
		dingtalk.ErrInvalidToken:      "invalid_access_token",
		dingtalk.ErrInvalidCredential: "invalid_credential",
		dingtalk.ErrPermission:        "permission_denied",
		dingtalk.ErrRateLimited:       "rate_limited",
		dingtalk.ErrInvalidArgument:   "invalid_argument",
		dingtalk.ErrTransient:         "transient_failure",
		dingtalk.ErrPrecondition:      "precondition_failed",
		dingtalk.ErrInvalidAuthCode:   "invalid_login_code",
		dingtalk.ErrUnsupported:       "unsupported",
		dingtalk.ErrOutcomeUnknown:    "outcome_unknown",
	} {
		assert.Equal(t, name, failureOf(&dingtalk.Error{Err: failing{class}}).class)
	}
	assert.Equal(t, other, failureOf(errors.New("of another middleware")).class)
	assert.Nil(t, failureOf(nil))
}

func TestFailure_TakesNoTextForACode(t *testing.T) {
	t.Parallel()
	f := failureOf(&dingtalk.Error{Reason: "zhao.min is unknown", RequestID: "a b", RequiredScopes: []string{"a", "b c"}})
	assert.Equal(t, &failure{class: other, code: other, requestID: other, requiredScopes: []string{"a", other}}, f)
}

func TestBounded_KeepsTheFirstValues(t *testing.T) {
	t.Parallel()
	b := bounded{limit: 3}
	for i := range 5 {
		for range 2 {
			want := fmt.Sprint(i)
			if i >= 3 {
				want = other
			}
			assert.Equal(t, want, b.value(fmt.Sprint(i)))
		}
	}
	assert.Equal(t, "0", b.value("0"))
}
