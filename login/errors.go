package login

import (
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// ErrState is the error of a return from the login page without the cookie of its beginning, with the state of another
// sign-in, or more than ten minutes after it began. It was forged, or the user took too long: let the user start again.
var ErrState = errors.New("login: not the sign-in that this browser began")

// refusal is the cause of an error of this package: a text, and the class of the error.
type refusal struct {
	class error
	text  string
	more  error // another error that it matches; may be nil
}

func (r *refusal) Error() string { return r.text }

// Class returns the class of the error.
func (r *refusal) Class() error { return r.class }

// Is reports whether the error matches target besides its class.
func (r *refusal) Is(target error) bool { return r.more != nil && target == r.more }

// refuse returns the error of an operation.
func refuse(op string, class error, text string) *dingtalk.Error {
	return &dingtalk.Error{Op: "login." + op, Err: &refusal{class: class, text: text}}
}

// refuseState returns the error of a return that does not belong to a sign-in of this browser.
func refuseState(text string) *dingtalk.Error {
	return &dingtalk.Error{Op: "login.Handler", Err: &refusal{class: dingtalk.ErrInvalidArgument, text: text, more: ErrState}}
}
