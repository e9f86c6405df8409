package rest

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// stray judges an answer that is not the envelope.
func stray(raw *http.Response, body []byte) *Failure {
	f := &Failure{Status: raw.StatusCode, RetryAfter: retryAfter(raw.Header, serverTime(raw.Header))}
	html := bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
	var ban struct {
		Status int `json:"status"`
	}
	switch {
	case raw.StatusCode == http.StatusTooManyRequests:
		f.Kind = Throttled
	case json.Unmarshal(body, &ban) == nil && ban.Status == banStatus:
		f.Kind, f.RetryAfter = Banned, banTime
	case html && raw.StatusCode == http.StatusOK:
		f.Kind, f.RetryAfter = Page, banTime
	case raw.StatusCode >= 300 && raw.StatusCode <= 499:
		f.Kind = Foreign
	default:
		f.Kind = Malformed
	}
	f.Err = fmt.Errorf("HTTP status %d with %s instead of the documented answer", raw.StatusCode, describe(body, html))
	return f
}

const (
	banStatus = 1111
	banTime   = 5 * time.Minute
)

// describe names a body without quoting it: it may hold personal data, or the URL.
func describe(body []byte, html bool) string {
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
