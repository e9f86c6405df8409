// Package advice explains what the user of a program can do about an error of the client.
package advice

import (
	"context"
	"crypto/tls"
	"errors"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// Console is the place where permission points are requested.
const Console = "in the developer console, under Development configuration > Manage permissions"

// For returns a clause such as "try again later", or nothing if the error leaves nothing to do.
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
		return "try again; if this host's token is rejected again, check DINGTALK_BASE_URL"
	case errors.Is(err, dingtalk.ErrPermission) && len(e.RequiredScopes) > 0:
		return "request " + strings.Join(e.RequiredScopes, ", ") + " " + Console
	case errors.Is(err, dingtalk.ErrPermission):
		return permission(e.Code)
	case errors.Is(err, dingtalk.ErrRateLimited):
		return rateLimit(e)
	case errors.Is(err, dingtalk.ErrUnsupported):
		return "the server is not DingTalk, or does not support this call: check DINGTALK_BASE_URL"
	case IsForeignPage(err):
		return "open any web page on this machine: its network or a proxy may want a login; check HTTPS_PROXY, " +
			"HTTP_PROXY and DINGTALK_BASE_URL, then try again"
	case errors.Is(err, dingtalk.ErrTransient) && e.HTTPStatus == 0 && e.Code == 0:
		return connection(err)
	case errors.Is(err, dingtalk.ErrTransient):
		return "try again later"
	}
	return ""
}

// ForAll returns the advice for several errors, each piece once, in the order of the errors.
func ForAll(errs []error) []string {
	var all []string
	for _, err := range errs {
		if text := For(err); text != "" && !slices.Contains(all, text) {
			all = append(all, text)
		}
	}
	return all
}

// permission returns the advice for a refusal that names no permission point.
func permission(code int) string {
	switch code {
	case 50002, 50004:
		return "widen the app's visible range in the developer console: the person or department is outside of it"
	case 50003:
		return "the app is stopped: have it started again in the developer console"
	case 50005:
		return "the organization is disabled: ask its administrator or DingTalk's support"
	case 12012, 70001, 400043:
		return "the organization no longer exists or is no longer valid: ask its administrator, or use an app of another one"
	case 60020:
		return "add this machine's IP address, which is in DingTalk's message, to the app's allowed addresses " +
			"in the developer console"
	}
	return "check the app's permission points " + Console + ", and its visible range"
}

func rateLimit(e *dingtalk.Error) string {
	const monthlyQuota = 90020
	wait := max(time.Second, e.RetryAfter.Round(time.Second))
	switch {
	case e.Code == monthlyQuota:
		return "the organization's monthly quota of calls is used up: try again next month, or buy more"
	case e.RetryAfter > 0 && e.Fatal():
		return "DingTalk blocks this app, or the address of this machine's network or proxy: try again in " + wait.String() +
			", and slow down the other programs that use it, because calls until then may prolong the block"
	case e.RetryAfter > 0:
		return "try again in " + wait.String()
	}
	return "try again in a few minutes"
}

// IsForeignPage reports whether an HTML page of another site came in place of a response, or the client sends nothing
// because one did.
func IsForeignPage(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && errors.Is(err, dingtalk.ErrTransient) && e.Code == 0 && e.RetryAfter > 0 &&
		(e.HTTPStatus == 0 || e.HTTPStatus == http.StatusOK)
}

// Blocked reports whether an error ends all calls for now, whatever they are for: there is no token, the service has
// banned the app or this machine, or it is out of reach behind another site's pages.
func Blocked(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return IsForeignPage(err) || WithoutToken(err) || ok && errors.Is(err, dingtalk.ErrRateLimited) && e.Fatal()
}

// WithoutToken reports whether a call failed because no token could be fetched for it.
func WithoutToken(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if e, ok := err.(*dingtalk.Error); ok && e.Op == "GetToken" { //nolint:errorlint // each error of the chain is tested
			return true
		}
	}
	return false
}

// connection returns the advice for a call without a response.
func connection(err error) string {
	const check = "check the network and DINGTALK_BASE_URL"
	switch {
	case is[*net.DNSError](err):
		return check + ": the host name cannot be resolved"
	case is[*tls.CertificateVerificationError](err):
		return check + ": this machine does not trust the certificate, as with a proxy that inspects TLS"
	}
	return check + ", or try again later"
}

// is reports whether the chain of err holds an error of type E.
func is[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
