package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
)

// unexpected returns the failure of a response that is not the documented one.
func unexpected(raw *http.Response, body []byte) *Failure {
	f := &Failure{Status: raw.StatusCode, RetryAfter: retryAfter(raw.Header, serverTime(raw.Header))}
	html := isHTML(body)
	if b := FindBan(raw, body); b != (Ban{}) {
		f.Kind, f.RetryAfter = Banned, b.Lasts
		f.Err = fmt.Errorf("%s in a response with HTTP status %d", b.Evidence, raw.StatusCode)
		return f
	}
	switch {
	case raw.StatusCode == http.StatusTooManyRequests:
		f.Kind = Throttled
	case html && raw.StatusCode == http.StatusOK:
		f.Kind = ForeignPage
	case raw.StatusCode >= 300 && raw.StatusCode <= 499:
		f.Kind = WrongHost
	default:
		f.Kind = Malformed
	}
	f.Err = fmt.Errorf("HTTP status %d with %s instead of the documented response", raw.StatusCode, describeBody(body, html))
	return f
}

// isHTML reports whether a body is a page.
func isHTML(body []byte) bool { return bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")) }

// describeBody names the sort of a body without quoting it, because it may contain personal data, or the URL.
func describeBody(body []byte, html bool) string {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return "an empty body"
	case html:
		return "an HTML page"
	case json.Valid(body):
		return "other JSON"
	default:
		return "unreadable text"
	}
}
