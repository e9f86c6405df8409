package dingtalk

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// The classes of errors, for errors.Is. Every refusal by the service whose code is documented has one.
var (
	// ErrNotFound: no such person, department or role.
	ErrNotFound = errors.New("dingtalk: not found")
	// ErrAlreadyExists: the userid, mobile number, mail address, extension number or name is taken.
	ErrAlreadyExists = errors.New("dingtalk: already exists")
	// ErrInvalidToken: the access token was refused, also after it was fetched anew.
	ErrInvalidToken = errors.New("dingtalk: invalid access token")
	// ErrInvalidCredential: client ID or client secret are wrong, or belong to the other region.
	ErrInvalidCredential = errors.New("dingtalk: invalid credential")
	// ErrPermission: the app lacks a permission point (see Error.RequiredScopes) or may not see the person
	// or department, or the caller's IP address is not on its list.
	ErrPermission = errors.New("dingtalk: permission denied")
	// ErrRateLimited: too many calls. Error.RetryAfter says how long to wait, where that is known. With a
	// *LimitError as its cause the call was not made, because it would not have had room before the caller's deadline.
	ErrRateLimited = errors.New("dingtalk: rate limited")
	// ErrInvalidArgument: the service cannot accept a value of the request.
	ErrInvalidArgument = errors.New("dingtalk: invalid argument")
	// ErrTransient: the service was busy or out of reach; the same call may succeed later.
	ErrTransient = errors.New("dingtalk: transient failure")
	// ErrPrecondition: the state of the organisation forbids the call.
	ErrPrecondition = errors.New("dingtalk: precondition failed")
	// ErrUnsupported: the address called does not offer this operation.
	ErrUnsupported = errors.New("dingtalk: unsupported")
	// ErrOutcomeUnknown: a write was sent, and no answer proves whether it was applied. Read the person
	// back before deciding.
	ErrOutcomeUnknown = errors.New("dingtalk: outcome unknown")
)

// Error is what every method returns when it fails. Test it for a class with errors.Is, and take it out
// with errors.AsType[*dingtalk.Error] for the rest. Its text is one line, without the address called, the body
// or a secret; the service's own message in it may name a page of the console.
//
// Codes are numbers, but for the words of the new API, which only OAuth2TokenSource calls: then Code is 0 and
// Message begins with the word, "invalidClientIdOrSecret" for example. Tell the case by the class.
//
// A write can match two classes: one that the service answered with "system busy", for example, is
// ErrTransient and, because such an answer does not prove that nothing was done, ErrOutcomeUnknown too.
// So is a write whose first attempt's answer was lost, whatever its repetition was answered. Where the
// caller's own context ended a call, errors.Is matches context.Canceled or context.DeadlineExceeded; such
// an error has no class, or is ErrOutcomeUnknown if a write was under way.
type Error struct {
	Op             string        // the operation: "CreateUser"
	Code           int           // the effective code: sub_code where errcode is 88; 0 if there was none
	Message        string        // errmsg or sub_msg as received, for people: its language and wording vary
	RequestID      string        // to quote to DingTalk's support
	HTTPStatus     int           // 200 even for most refusals by the service; 0 if there was no answer
	RetryAfter     time.Duration // how long to wait, where the service, its documentation or the limiter says so
	RequiredScopes []string      // the permission points to request, on a missing permission
	HolderUserID   string        // the person who has the mobile number already, where the service tells
	DeptID         int64         // the department of the failed call, in a walk through the organisation
	Err            error         // the cause in transport, decoding, token or context; nil for a refusal

	class   error // nil: to be told from Op and Code
	unknown bool  // an attempt may have been applied although this error does not say so
}

// Error says what failed, in one line.
func (e *Error) Error() string {
	text := e.detail()
	if e.unknown || errors.Is(e.category(), ErrOutcomeUnknown) {
		text += ": it is unknown whether the change was made"
	}
	return "dingtalk" + text
}

// detail is the text with a colon before each part.
func (e *Error) detail() string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(": " + e.Op)
	}
	if e.DeptID != 0 {
		fmt.Fprintf(&b, ": department %d", e.DeptID)
	}
	if inner, ok := e.Err.(*Error); ok { //nolint:errorlint // only the direct cause repeats the prefix
		return b.String() + inner.detail()
	}
	if e.Code != 0 {
		fmt.Fprintf(&b, ": errcode %d", e.Code)
	}
	if e.Message != "" {
		b.WriteString(": " + oneLine(e.Message))
	}
	if e.RequestID != "" {
		b.WriteString(" (request " + oneLine(e.RequestID) + ")")
	}
	if e.Err != nil {
		b.WriteString(": " + oneLine(e.Err.Error()))
	}
	return b.String()
}

// oneLine keeps what a server or transport said from breaking out of its line in a log.
func oneLine(text string) string {
	breaks := func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
	if strings.IndexFunc(text, breaks) < 0 {
		return text
	}
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// Unwrap returns the cause, if there is one besides the service's answer.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether the error is of the class target.
func (e *Error) Is(target error) bool {
	return target == e.category() || (e.unknown && target == ErrOutcomeUnknown)
}

func (e *Error) category() error {
	if e.class != nil || e.Code == 0 {
		return e.class
	}
	return classify(e.Op, e.Code, false)
}

// Hopeless reports whether every further call, about whomever, would meet the error as well, and perhaps make it
// worse: a refused token or credential, a missing permission point, a ban, a quota, an address that is not the
// service's. Whoever works through many people stops there, and goes on after any other error. That the rate limit
// has no room before a deadline, a *LimitError, is about that deadline and not hopeless.
func (e *Error) Hopeless() bool {
	switch {
	case outOfTime(e):
		return false
	case errors.Is(e, ErrInvalidToken), errors.Is(e, ErrInvalidCredential):
		return true
	case errors.Is(e, ErrPermission):
		return e.Code != 50002 && e.Code != 50004 // the person or department alone is out of the app's scope
	case errors.Is(e, ErrRateLimited):
		return !shortThrottle(e.Code) && e.HTTPStatus != http.StatusTooManyRequests // a ban, or a quota
	}
	return e.Code == 22 || e.Code == 404 // there is no such operation here
}

func outOfTime(err error) bool {
	_, ok := errors.AsType[*LimitError](err)
	return ok
}

// Format prints the text for every verb: the causes behind it may hold what must not be printed.
func (e *Error) Format(f fmt.State, verb rune) {
	if verb == 'q' {
		_, _ = io.WriteString(f, strconv.Quote(e.Error()))
		return
	}
	_, _ = io.WriteString(f, e.Error())
}

// LogValue gives the parts of the error as attributes.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("op", e.Op), slog.String("text", e.Error())}
	if e.Code != 0 {
		attrs = append(attrs, slog.Int("errcode", e.Code))
	}
	if e.DeptID != 0 {
		attrs = append(attrs, slog.Int64("dept_id", e.DeptID))
	}
	if e.RequestID != "" {
		attrs = append(attrs, slog.String("request_id", e.RequestID))
	}
	if e.HTTPStatus != 0 {
		attrs = append(attrs, slog.Int("http_status", e.HTTPStatus))
	}
	if e.RetryAfter != 0 {
		attrs = append(attrs, slog.Duration("retry_after", e.RetryAfter))
	}
	return slog.GroupValue(attrs...)
}

// MarshalText is the text, so that an error put into JSON shows nothing else.
func (e *Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }
