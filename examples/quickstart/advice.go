package main

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// advice says what a person at the keyboard can do about an error, or nothing if there is nothing to say.
func advice(err error) string {
	e, ok := errors.AsType[*dingtalk.Error](err)
	if !ok {
		return ""
	}
	switch {
	case errors.Is(err, context.Canceled):
		return ""
	case errors.Is(err, dingtalk.ErrInvalidCredential):
		return "check DINGTALK_CLIENT_ID and DINGTALK_CLIENT_SECRET in the developer console, under Credentials and " +
			"basic information; an app of mainland China needs DINGTALK_BASE_URL=" + dingtalk.BaseURLChina
	case errors.Is(err, dingtalk.ErrPermission) && len(e.RequiredScopes) > 0:
		return "request " + strings.Join(e.RequiredScopes, ", ") +
			" in the developer console, under Development configuration > Manage permissions"
	case errors.Is(err, dingtalk.ErrPermission):
		return "in the developer console, let the app see the departments it works with, " +
			"and allow the address of this machine"
	case errors.Is(err, dingtalk.ErrAlreadyExists):
		return "choose another mobile number with -mobile: " + cmp.Or(e.HolderUserID, "somebody") + " has this one"
	case errors.Is(err, dingtalk.ErrRateLimited):
		return "try again in " + max(e.RetryAfter, time.Second).String()
	case errors.Is(err, dingtalk.ErrUnsupported):
		return "what answers is not DingTalk: check DINGTALK_BASE_URL"
	case errors.Is(err, dingtalk.ErrTransient) && e.HTTPStatus == 0 && e.Code == 0:
		return "check the network and DINGTALK_BASE_URL, or try again later"
	case errors.Is(err, dingtalk.ErrTransient):
		return "try again later"
	}
	return ""
}
