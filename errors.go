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
	// ErrNotFound: no such user, department or role.
	ErrNotFound = errors.New("dingtalk: not found")
	// ErrAlreadyExists: the userid, mobile number, mail address, extension number or name is taken.
	ErrAlreadyExists = errors.New("dingtalk: already exists")
	// ErrInvalidToken: the access token was refused, and so was the one fetched after it. That of a user, which the
	// client does not fetch, has expired or is unknown.
	ErrInvalidToken = errors.New("dingtalk: invalid access token")
	// ErrInvalidCredential: client ID or client secret are wrong, or belong to the other region.
	ErrInvalidCredential = errors.New("dingtalk: invalid credential")
	// ErrPermission: the app lacks a permission point (see Error.RequiredScopes) or may not see the user
	// or department, or the caller's IP address is not on its allowlist.
	ErrPermission = errors.New("dingtalk: permission denied")
	// ErrRateLimited: too many calls. Error.RetryAfter is how long to wait, where that is known. With a
	// *LimitError as its cause the call was not sent, because the limit had no room before the caller's deadline, or because
	// of a ban.
	ErrRateLimited = errors.New("dingtalk: rate limited")
	// ErrInvalidArgument: the service cannot accept a value of the request.
	ErrInvalidArgument = errors.New("dingtalk: invalid argument")
	// ErrTransient: the service was busy or could not be reached; the same call may succeed later.
	ErrTransient = errors.New("dingtalk: transient failure")
	// ErrPrecondition: the state of the organization forbids the call.
	ErrPrecondition = errors.New("dingtalk: precondition failed")
	// ErrInvalidAuthCode: the login code is unknown, spent, expired or of another flow. Request a new one.
	ErrInvalidAuthCode = errors.New("dingtalk: invalid login code")
	// ErrUnsupported: the server at this address does not offer the operation.
	ErrUnsupported = errors.New("dingtalk: unsupported")
	// ErrOutcomeUnknown: a write was sent, and no response proves whether it was applied. Read the user
	// back before you decide. A login code that was sent may be spent: request a new one.
	ErrOutcomeUnknown = errors.New("dingtalk: outcome unknown")
)

// Error is the error of every method. Test its class with errors.Is, and get its fields with
// errors.AsType[*dingtalk.Error]. Its text is one line, without the URL, the body or a secret; the service's own
// message in it may link to a page of the console.
//
// Codes are numbers, except on the new (v1.0) API: there Code is 0, and Reason is the string code. Branch on the class.
//
// A write can match two classes: one to which the service responded "system busy", for example, is ErrTransient and,
// because that does not prove that nothing was applied, ErrOutcomeUnknown as well. So is a write whose first response
// was lost, whatever the response to its repetition was. Where the caller's context ended a call, errors.Is matches
// context.Canceled or context.DeadlineExceeded; such an error has no class, or is ErrOutcomeUnknown if a write was
// in flight.
type Error struct {
	Op             string        // the operation: "CreateUser"
	Code           int           // the effective code: sub_code where errcode is 88; 0 if there was none
	Reason         string        // the string code of the new API, "Forbidden.AccessDenied.QpsLimitForApi"; else empty
	Message        string        // errmsg or sub_msg, at most 2 KiB: its language and wording vary
	RequestID      string        // to quote to DingTalk's support
	HTTPStatus     int           // 200 even for most refusals by the service; 0 if there was no response
	RetryAfter     time.Duration // how long to wait, where the service, its documentation or the limiter specifies it
	RequiredScopes []string      // the permission points to request, on a missing permission
	HolderUserID   string        // the user who has the mobile number already, where the service names them
	DeptID         int64         // the department of the failed call, in a walk over the organization
	Err            error         // the cause in transport, decoding, token or context; nil for a refusal

	class   error // nil: follows from Op and Code, from Reason and HTTPStatus, or from a method Class of Err
	unknown bool  // an attempt may have been applied, whatever the class
	fatal   bool  // whatever the class
}

// Error returns a text of one line: the operation, the class in words, what the code means, the code, and the texts of
// the service and of the cause. Its wording may change.
func (e *Error) Error() string { return "dingtalk" + e.detail(true) }

// detail returns the text with a colon before each part. Only the outermost error says that the outcome is unknown.
func (e *Error) detail(outermost bool) string {
	var b strings.Builder
	if e.Op != "" {
		b.WriteString(": " + e.Op)
	}
	if e.DeptID != 0 {
		fmt.Fprintf(&b, ": department %d", e.DeptID)
	}
	if outermost && e.Is(ErrOutcomeUnknown) {
		b.WriteString(": " + className(ErrOutcomeUnknown) + ": " + e.effect())
	}
	if inner, ok := e.Err.(*Error); ok { //nolint:errorlint // only the direct cause repeats the prefix
		return b.String() + inner.detail(false)
	}
	if class := e.category(); class != nil && class != ErrOutcomeUnknown { //nolint:errorlint // identity is meant
		b.WriteString(": " + className(class))
	}
	if hint := e.hint(); hint != "" {
		b.WriteString(": " + hint)
	}
	if e.Code != 0 {
		fmt.Fprintf(&b, ": errcode %d", e.Code)
	}
	if e.Reason != "" {
		b.WriteString(": " + oneLine(e.Reason))
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

// className returns a class in words.
func className(class error) string { return strings.TrimPrefix(class.Error(), "dingtalk: ") }

// oneLine escapes control characters, so that a text from outside cannot break out of its line in a log.
func oneLine(text string) string {
	breaks := func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }
	if strings.IndexFunc(text, breaks) < 0 {
		return text
	}
	quoted := strconv.Quote(text)
	return quoted[1 : len(quoted)-1]
}

// Unwrap returns the cause, if there is one besides a refusal by the service.
func (e *Error) Unwrap() error { return e.Err }

// Is reports whether target is the class of the error.
func (e *Error) Is(target error) bool {
	return target == e.category() || (e.unknown && target == ErrOutcomeUnknown)
}

// Class returns the class that decides what to do: ErrOutcomeUnknown before any other, or nil if the error has none, as
// when the caller's context ended the call. A switch over it or a metric needs no series of errors.Is.
func (e *Error) Class() error {
	if e.unknown {
		return ErrOutcomeUnknown
	}
	return e.category()
}

// under returns the error of operation op that e caused. It has the fields of e, but not its department.
func (e *Error) under(op string) *Error {
	outer := *e
	outer.Op, outer.Err, outer.class = op, e, e.category()
	outer.DeptID, outer.unknown = 0, false
	return &outer
}

// asError returns the *Error in the chain of err, or nil.
func asError(err error) *Error {
	e, _ := errors.AsType[*Error](err)
	return e
}

// category returns the class of the error, or nil, whether the outcome is unknown or not.
func (e *Error) category() error {
	switch {
	case e.class != nil:
		return e.class
	case e.Reason != "":
		return classOfReason(e.Reason, e.HTTPStatus)
	case e.Code != 0:
		return classOf(e.Op, e.Code, false)
	}
	if cause, ok := e.Err.(interface{ Class() error }); ok {
		return cause.Class()
	}
	return nil
}

// Fatal reports whether every further call would meet the error as well, and perhaps make it worse: a refused token
// or credential, a missing permission point, a ban, a quota, a server that is not the service. A loop over many users
// stops there, and goes on after any other error. A *LimitError is not fatal unless it is Blocked: it concerns one deadline.
func (e *Error) Fatal() bool {
	switch {
	case e.fatal:
		return true
	case exceedsDeadline(e):
		return false
	case errors.Is(e, ErrInvalidCredential):
		return true
	case usesUserToken(e.Op) && (errors.Is(e, ErrInvalidToken) || errors.Is(e, ErrPermission)):
		return false // it concerns this user's token, and what the user permits
	case errors.Is(e, ErrInvalidToken):
		return true
	case errors.Is(e, ErrPermission):
		switch e.Code {
		case 50002, 50004, 40079: // only this user or department is out of the app's scope
			return false
		}
		return e.Reason != orgDenied && e.Reason != orgNotAuthorized // only this organization
	case errors.Is(e, ErrRateLimited):
		throttle := shortThrottle(e.Code) || shortThrottleReason(e.Reason, e.HTTPStatus)
		return !throttle && e.HTTPStatus != http.StatusTooManyRequests // a ban, or a quota
	}
	return e.Code == 22 || e.Code == 404 || e.Reason == noSuchAction // there is no such operation here
}

// exceedsDeadline reports whether the rate limit had no room before the deadline of the call.
func exceedsDeadline(err error) bool {
	limit, ok := errors.AsType[*LimitError](err)
	return ok && !limit.Blocked
}

// Format prints the text for every verb, because the causes behind it may hold secrets.
func (e *Error) Format(f fmt.State, verb rune) {
	if verb == 'q' {
		_, _ = io.WriteString(f, strconv.Quote(e.Error()))
		return
	}
	_, _ = io.WriteString(f, e.Error())
}

// LogValue returns the fields of the error as attributes.
func (e *Error) LogValue() slog.Value {
	attrs := []slog.Attr{slog.String("op", e.Op), slog.String("text", e.Error())}
	if class := e.Class(); class != nil {
		attrs = append(attrs, slog.String("class", className(class)))
	}
	if e.Code != 0 {
		attrs = append(attrs, slog.Int("errcode", e.Code))
	}
	if e.Reason != "" {
		attrs = append(attrs, slog.String("reason", oneLine(e.Reason)))
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

// MarshalText returns the text, so that an error in JSON shows nothing else.
func (e *Error) MarshalText() ([]byte, error) { return []byte(e.Error()), nil }
