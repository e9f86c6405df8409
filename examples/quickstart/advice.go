package main

import (
	"cmp"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
)

// adviceFor returns what to do about an error, or nothing if the error leaves nothing to do.
func adviceFor(err error) string {
	if e, ok := errors.AsType[*dingtalk.Error](err); ok && errors.Is(err, dingtalk.ErrAlreadyExists) {
		return "choose another mobile number with -mobile: " + cmp.Or(e.HolderUserID, "another user") + " has this one"
	}
	return advice.For(err)
}
