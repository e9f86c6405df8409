package main

import (
	"cmp"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// adviceFor returns what to do about an error, or nothing if the error leaves nothing to do.
func adviceFor(err error) string {
	e, ok := errors.AsType[*dingtalk.Error](err)
	switch {
	case ok && errors.Is(err, dingtalk.ErrAlreadyExists):
		return "choose another mobile number with -mobile: " + cmp.Or(e.HolderUserID, "another user") + " has this one"
	case ok && e.Op == "CreateUser" && errors.Is(err, dingtalk.ErrInvalidArgument):
		return "check the mobile number of -mobile: it is written 13800001234 in mainland China, and +852-51234567 elsewhere"
	}
	return advice.For(err)
}
