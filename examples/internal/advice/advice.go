// Package advice says in plain words what a person at the keyboard can do about an error of the client.
package advice

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Console says where permission points are requested.
const Console = "in the developer console, under Development configuration > Manage permissions"

// For is a clause such as "try again later", or nothing if there is nothing to say.
func For(err error) string {
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
	case errors.Is(err, dingtalk.ErrInvalidToken):
		return "try again; if the token that this host gives is refused once more, check DINGTALK_BASE_URL"
	case errors.Is(err, dingtalk.ErrPermission) && len(e.RequiredScopes) > 0:
		return "request " + strings.Join(e.RequiredScopes, ", ") + " " + Console
	case errors.Is(err, dingtalk.ErrPermission):
		return permission(e.Code)
	case errors.Is(err, dingtalk.ErrRateLimited):
		return patience(e)
	case errors.Is(err, dingtalk.ErrUnsupported):
		return "what answers is not DingTalk, or does not offer this call: check DINGTALK_BASE_URL"
	case errors.Is(err, dingtalk.ErrTransient) && e.HTTPStatus == 0 && e.Code == 0:
		return connection(err)
	case errors.Is(err, dingtalk.ErrTransient):
		return "try again later"
	}
	return ""
}

// permission is about refusals that have nothing to do with a permission point.
func permission(code int) string {
	switch code {
	case 50002, 50004:
		return "widen the app's visible range in the developer console: the person or department is outside of it"
	case 50003:
		return "the app is stopped: have it started again in the developer console"
	case 50005:
		return "the organisation is disabled: ask its administrator, or DingTalk's support"
	case 12012, 70001, 400043:
		return "the organisation is gone or not valid any more: ask whoever ran it, or take an app of another one"
	case 60020:
		return "add the address of this machine, which DingTalk's message names, to those that may call for the app, " +
			"in the developer console"
	}
	return "look at the app's permission points " + strings.TrimPrefix(Console, "in the developer console, ") +
		" in the developer console, and at its visible range"
}

func patience(e *dingtalk.Error) string {
	const monthlyQuota = 90020
	switch {
	case e.RetryAfter > 0:
		return "try again in " + e.RetryAfter.String()
	case e.Code == monthlyQuota:
		return "the organisation's calls of this month are used up: try again next month, or buy more"
	}
	return "try again in a few minutes: a further call may prolong the ban"
}

// connection is about calls that nothing answered.
func connection(err error) string {
	const look = "check the network and DINGTALK_BASE_URL"
	switch {
	case is[*net.DNSError](err):
		return look + ": the name of the host is not known to this machine"
	case is[*tls.CertificateVerificationError](err):
		return look + ": the certificate is not one that this machine trusts, as when a proxy reads along"
	}
	return look + ", or try again later"
}

func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
