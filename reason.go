package dingtalk

import (
	"net/http"
	"strings"
)

// denied is the prefix of the string codes for what the app may not do, or not as often.
const denied = "Forbidden.AccessDenied"

// limitByMinute is the prefix of the string codes for limits that count the calls of a minute.
const limitByMinute = denied + ".QpmLimitFor"

// noSuchAction is the string code for a path, or a method of it, that does not exist.
const noSuchAction = "InvalidAction.NotFound"

// orgDenied is the string code, with HTTP 400, for another organization that has not authorized the app.
const orgDenied = "permission.denied"

// orgNotAuthorized is the string code, with HTTP 400, for an organization that has not authorized the third-party app.
const orgNotAuthorized = "orgNotAuthApp"

// invalidTicket is the string code, with HTTP 400, for a suite ticket that is not the latest.
const invalidTicket = "invalidSuiteTicket"

// classOfReason returns the class of a string code of the new API, or nil. One that is not documented has the class of
// its HTTP status.
func classOfReason(reason string, status int) error {
	switch {
	case shortThrottleReason(reason, status), strings.HasPrefix(reason, limitByMinute),
		strings.HasPrefix(reason, denied+".ApiCountLimitFor"):
		return ErrRateLimited
	case strings.HasPrefix(reason, denied):
		return ErrPermission
	case reasons[reason] != nil:
		return reasons[reason]
	case status >= http.StatusInternalServerError:
		return ErrTransient
	}
	return statusClasses[status]
}

// reasons maps the string codes whose class is not that of their HTTP status.
var reasons = map[string]error{
	"InvalidAuthentication": ErrInvalidToken,
	"invalidToken":          ErrInvalidToken, // for the admin console
	"accesstoken.expired":   ErrInvalidToken, // a user's

	"invalidClientIdOrSecret": ErrInvalidCredential,
	"invalid.client":          ErrInvalidCredential,
	"invalidSuiteKey":         ErrInvalidCredential,
	invalidTicket:             ErrInvalidCredential,
	"authFailed":              ErrInvalidCredential, // of the gateway of Stream mode

	"invalidParameter.authCode.notFound": ErrInvalidAuthCode,
	"invalidCode":                        ErrInvalidAuthCode,

	"invalidParameter.user.notFound": ErrNotFound,

	orgDenied:                             ErrPermission,
	"unauthorized.client":                 ErrPermission, // with HTTP 401: the organization has not authorized the app
	"invalidAuthInfo":                     ErrPermission, // likewise
	orgNotAuthorized:                      ErrPermission, // likewise
	"invalidParameter.param.orgIdInvalid": ErrPermission, // as errcode 70001: the organization is gone
	"corpNotOpenHrm":                      ErrPrecondition,

	"orgNotExist":             ErrNotFound, // with HTTP 400, as the next three
	"user.not.exist":          ErrNotFound,
	"employee.not.exist":      ErrNotFound,
	"profile.not.exist":       ErrNotFound,
	"parameter.userNotExists": ErrNotFound, // with HTTP 500

	"exclusive.account.only":  ErrPrecondition, // with HTTP 400
	"exclusive.account.limit": ErrPrecondition,

	"parameter.orgNotExists": ErrPermission, // with HTTP 500; as errcode 70001

	noSuchAction: ErrUnsupported,

	"system.busy": ErrTransient,
	"systemBusy":  ErrTransient,
}

// statusClasses maps the HTTP status of refusals whose string code is not documented.
var statusClasses = map[int]error{
	http.StatusBadRequest:   ErrInvalidArgument,
	http.StatusUnauthorized: ErrInvalidToken,
	http.StatusForbidden:    ErrPermission,
	http.StatusNotFound:     ErrNotFound,
}

// shortThrottleReason reports whether a string code stands for such a limit as shortThrottle means.
func shortThrottleReason(reason string, status int) bool {
	return strings.HasPrefix(reason, denied+".QpsLimitFor") || status == http.StatusTooManyRequests
}
