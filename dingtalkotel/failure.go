package dingtalkotel

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// other stands for a value that is not reported, as in the conventions.
const other = "_OTHER"

// failure holds what is reported of an error: nothing that the request, or a text of the service, could have put there.
type failure struct {
	class          string
	code           string // empty: it was not a refusal
	requestID      string
	requiredScopes []string
}

// failureOf returns what is reported of an error, or nil if there is none.
func failureOf(err error) *failure {
	if err == nil {
		return nil
	}
	f := &failure{class: other}
	e, ok := errors.AsType[*dingtalk.Error](err)
	if !ok {
		e = &dingtalk.Error{Err: err} // of another middleware
	}
	switch class := e.Class(); {
	case class != nil:
		f.class = strings.ReplaceAll(strings.TrimPrefix(class.Error(), "dingtalk: "), " ", "_")
	case errors.Is(err, context.Canceled):
		f.class = "canceled"
	case errors.Is(err, context.DeadlineExceeded):
		f.class = "deadline_exceeded"
	}
	switch {
	case e.Reason != "":
		f.code = identifier(e.Reason)
	case e.Code != 0:
		f.code = strconv.Itoa(e.Code)
	}
	if e.RequestID != "" {
		f.requestID = identifier(e.RequestID)
	}
	for _, point := range e.RequiredScopes {
		f.requiredScopes = append(f.requiredScopes, identifier(point))
	}
	return f
}

var isIdentifier = regexp.MustCompile(`^[0-9A-Za-z_.:-]{1,100}$`)

// identifier returns a code or an ID of the service, or "_OTHER" if it is not of their form.
func identifier(s string) string {
	if !isIdentifier.MatchString(s) {
		return other
	}
	return s
}

// bounded holds the values of an attribute, of which there are at most limit.
type bounded struct {
	limit int
	mu    sync.Mutex
	seen  map[string]bool
}

// value returns s, or "_OTHER" if it is not among the first values.
func (b *bounded) value(s string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.seen[s]:
	case len(b.seen) >= b.limit:
		return other
	case b.seen == nil:
		b.seen = map[string]bool{s: true}
	default:
		b.seen[s] = true
	}
	return s
}
