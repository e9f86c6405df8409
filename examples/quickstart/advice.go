package main

import (
	"cmp"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
)

// whatToDo says what a person at the keyboard can do about an error, or nothing if there is nothing to say.
func whatToDo(err error) string {
	if e, ok := errors.AsType[*dingtalk.Error](err); ok && errors.Is(err, dingtalk.ErrAlreadyExists) {
		return "choose another mobile number with -mobile: " + cmp.Or(e.HolderUserID, "somebody") + " has this one"
	}
	return advice.For(err)
}
