package dingtalk

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Operation describes a call that this package does not offer, for Do.
type Operation struct {
	// Name stands for the call in errors, logs and middleware: "SendWorkNotification". It has 1 to 64 letters, digits,
	// "_", "." and "-".
	Name string
	// Method is GET or POST, and on the new API PUT, PATCH or DELETE as well. Empty is POST.
	Method string
	// Path is the endpoint, "/topapi/message/corpconversation/asyncsend_v2". A path that begins with a version, such as
	// "/v1.0/", is on the new API. {…} stands for a segment that differs from call to call, "/v1.0/contact/users/{unionId}":
	// logs, middleware and the rate limit, which counts each path for itself, see the braces.
	Path string
	// Values are the segments for the braces in Path, in this order. They are escaped.
	Values []string
	// Write is set for a call that changes something, or that spends a code: if its response is lost, the error matches
	// ErrOutcomeUnknown. PUT, PATCH and DELETE are writes without it. A call that is no write is repeated after a lost
	// response.
	Write bool
	// Repeat allows that a write is repeated after a lost response, because a second application leaves what the first
	// one left.
	Repeat bool
	// TopLevel is set for an endpoint of the legacy API whose response has its fields beside errcode, not under "result".
	TopLevel bool
	// Required are the fields of the response without which it is not usable, and therefore an error.
	Required []string
	// AccessToken is that of a user in whose name the call is made, on the new API only. The zero Secret is the token of
	// the app.
	AccessToken Secret
}

var (
	operationName = regexp.MustCompile(`^[0-9A-Za-z_.-]{1,64}$`)
	pathSegment   = regexp.MustCompile(`^([0-9A-Za-z_~-][0-9A-Za-z_.~-]*|\{[0-9A-Za-z_]+\})$`)
	apiVersion    = regexp.MustCompile(`^/v\d+\.\d+/`)
)

// endpoint returns the endpoint of the operation, and its path with the values, or the faults of the operation.
func (o *Operation) endpoint() (ep *contract.Endpoint, path string, faults []string) {
	require := func(ok bool, format string, args ...any) {
		if !ok {
			faults = append(faults, fmt.Sprintf(format, args...))
		}
	}
	ep = &contract.Endpoint{
		Name: o.Name, Method: cmp.Or(o.Method, http.MethodPost), Path: o.Path,
		Repeat: contract.Always, Payload: contract.UnderResult,
	}
	methods := []string{http.MethodGet, http.MethodPost}
	switch {
	case apiVersion.MatchString(o.Path):
		ep.API, ep.Payload = contract.New, contract.Whole
		methods = append(methods, http.MethodPut, http.MethodPatch, http.MethodDelete)
	case o.TopLevel:
		ep.Payload = contract.TopLevel
	}
	ep.Write = o.Write || slices.Contains(methods[2:], ep.Method)
	if ep.Write && !o.Repeat {
		ep.Repeat = contract.Never
	}
	if !o.AccessToken.IsZero() {
		ep.Credential = contract.UserToken
		require(ep.API == contract.New, "the legacy API takes no access token of a user")
	}
	require(operationName.MatchString(o.Name), "the name must have 1 to 64 letters, digits, _, . and -")
	require(slices.Contains(methods, ep.Method), "the method must be one of %s", strings.Join(methods, ", "))
	path, ok := o.expand()
	require(ok, "the path must have segments of letters, digits, _, ., ~ and -, or in braces, each after a /, and neither host nor query")
	braces := strings.Count(o.Path, "{")
	require(!ok || len(o.Values) == braces, "the path has %d segments in braces, but there are %d values", braces, len(o.Values))
	for i, value := range o.Values {
		require(value != "" && value != "." && value != "..", "value %d would change the path: it is empty, . or ..", i+1)
	}
	return ep, path, faults
}

// expand returns the path with the values in place of the braces, as far as there are any, and whether it is valid.
func (o *Operation) expand() (path string, ok bool) {
	values := o.Values
	first, rest, slash := strings.Cut(o.Path, "/")
	if first != "" || !slash {
		return "", false
	}
	for segment := range strings.SplitSeq(rest, "/") {
		if !pathSegment.MatchString(segment) {
			return "", false
		}
		if segment[0] == '{' && len(values) > 0 {
			segment, values = url.PathEscape(values[0]), values[1:]
		}
		path += "/" + segment
	}
	return path, true
}
