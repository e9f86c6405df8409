package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// The new (v1.0) API has hosts and paths of its own. Its successes have no envelope, and its refusals have an HTTP
// status and a string code where the others have a number.

// isV1 reports whether a path belongs to the new API.
func isV1(path string) bool { return strings.HasPrefix(path, "/v1.0/") }

// refusalV1 is the body of a refusal.
type refusalV1 struct {
	Code      string  `json:"code"`
	Message   string  `json:"message"`
	RequestID string  `json:"requestid"`
	Denied    *denial `json:"accessdenieddetail,omitempty"`
}

type denial struct {
	RequiredScopes []string `json:"requiredScopes"`
}

// codeV1 is the counterpart of a numeric code on the new API.
type codeV1 struct {
	status int
	code   string
}

// codesV1 holds the string codes by numeric code. Those that are marked are not documented.
//
// Assumed: The new (v1.0) API has the same checks and texts as the legacy one. Its string codes beyond
// invalidClientIdOrSecret and those of the limits are SystemError (HTTP 500), BadRequest (400), NotFound (404) and a
// bare Forbidden.AccessDenied (403) for a missing permission and for an address that is not allowed. It takes POST and
// JSON only, and its requestid looks like a request_id. Call.Code is the number that the legacy API has for a string
// code.
var codesV1 = map[int]codeV1{
	-1:    {http.StatusInternalServerError, "SystemError"}, // assumed, except for the status
	404:   {http.StatusNotFound, "NotFound"},               // assumed
	40089: {http.StatusBadRequest, "invalidClientIdOrSecret"},
	40096: {http.StatusBadRequest, "invalidClientIdOrSecret"},
	60011: {http.StatusForbidden, "Forbidden.AccessDenied"}, // what may follow is not known
	60020: {http.StatusForbidden, "Forbidden.AccessDenied"}, // likewise
	90002: {http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForApi"},
	90018: {http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"},
	90020: {http.StatusForbidden, "Forbidden.AccessDenied.ApiCountLimitForOrg"},
}

// badRequest is assumed for what is wrong with a request itself.
var badRequest = codeV1{http.StatusBadRequest, "BadRequest"}

// failedV1 returns the response of a refusal on the new API.
func failedV1(r *refusal) response {
	c, known := codesV1[r.code]
	if !known {
		c = badRequest
	}
	body := refusalV1{Code: c.code, Message: r.message(), RequestID: requestID()}
	if r.scope != "" {
		body.Denied = &denial{[]string{r.scope}}
	}
	return response{
		status: c.status, contentType: "application/json", body: encode(body),
		code: r.code, message: body.Message, requestID: body.RequestID,
	}
}

// supports returns an error for a fault whose response on an operation is not known: a test against an invented response
// would prove nothing.
func (rt *route) supports(f Fault) error {
	if _, known := codesV1[f.code]; f.kind == refused && isV1(rt.Path) && !known {
		return fmt.Errorf("%s refuses with string codes, and the one for %d is not known", rt.Name, f.code)
	}
	return nil
}
