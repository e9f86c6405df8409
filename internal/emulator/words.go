package emulator

import (
	"fmt"
	"net/http"
	"strings"
)

// The new API has hosts and paths of its own. Its successes have no envelope, and its refusals have an HTTP status
// and a word where the others have a number.

// isNew says whether the path is one of the new API.
func isNew(path string) bool { return strings.HasPrefix(path, "/v1.0/") }

// refusalInWords is the body of a refusal.
type refusalInWords struct {
	Code      string  `json:"code"`
	Message   string  `json:"message"`
	RequestID string  `json:"requestid"`
	Denied    *denial `json:"accessdenieddetail,omitempty"`
}

type denial struct {
	RequiredScopes []string `json:"requiredScopes"`
}

// word is what the new API has in place of a number.
type word struct {
	status int
	code   string
}

// words are those that are known, and, marked, those that had to be made up.
var words = map[int]word{
	-1:    {http.StatusInternalServerError, "SystemError"}, // made up, but for the status
	404:   {http.StatusNotFound, "NotFound"},               // made up
	40089: {http.StatusBadRequest, "invalidClientIdOrSecret"},
	40096: {http.StatusBadRequest, "invalidClientIdOrSecret"},
	60011: {http.StatusForbidden, "Forbidden.AccessDenied"}, // what may follow is not known
	60020: {http.StatusForbidden, "Forbidden.AccessDenied"}, // likewise
	90002: {http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForApi"},
	90018: {http.StatusForbidden, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"},
	90020: {http.StatusForbidden, "Forbidden.AccessDenied.ApiCountLimitForOrg"},
}

// badRequest is made up, for what is wrong with a request itself.
var badRequest = word{http.StatusBadRequest, "BadRequest"}

func inWords(r *refusal) reply {
	w, known := words[r.code]
	if !known {
		w = badRequest
	}
	body := refusalInWords{Code: w.code, Message: r.message(), RequestID: requestID()}
	if r.scope != "" {
		body.Denied = &denial{[]string{r.scope}}
	}
	return reply{
		status: w.status, contentType: "application/json", body: encode(body),
		code: r.code, message: body.Message, requestID: body.RequestID,
	}
}

// speaks returns an error for a fault that an operation has no words for: an answer that nobody ever gave would prove
// nothing.
func (rt *route) speaks(f Fault) error {
	if _, known := words[f.code]; f.kind == refused && isNew(rt.Path) && !known {
		return fmt.Errorf("%s refuses in words, and what it says for %d is not known", rt.Name, f.code)
	}
	return nil
}
