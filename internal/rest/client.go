// Package rest makes one HTTP exchange with DingTalk: it sends a request, accepts only the documented response, and
// reports what is known if another one came, or none. It neither repeats requests nor classifies errors.
//
// It is the only package that imports resty, and uses it for what it is good at, the request itself. It does not use
// resty's retries (they resend creates and log URLs with tokens), its redirects (they carry the token to other hosts),
// its cookie jar, its debugging and its decoding (which accepts an HTML page as a success).
package rest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Hosts holds the base URLs of the two APIs.
type Hosts struct{ Legacy, New string }

// Client sends requests to the hosts of the two APIs.
type Client struct {
	// Limit is the largest size of a response body in bytes, as it arrives and unpacked.
	Limit int64

	template  resty.Request
	hosts     Hosts
	timeout   time.Duration
	timedOut  *timeoutError
	transport *guardedTransport
}

// New returns a client that sends through the transport of hc. It reads hc at each request and never writes to it, so
// that a test may replace the transport before or after. The user agent must not be blank; see newTemplate.
func New(hc *http.Client, hosts Hosts, userAgent string, timeout time.Duration) *Client {
	transport := &guardedTransport{hc: hc}
	return &Client{
		Limit: maxBody, template: newTemplate(transport, userAgent), transport: transport,
		hosts:   Hosts{Legacy: strings.TrimRight(hosts.Legacy, "/"), New: strings.TrimRight(hosts.New, "/")},
		timeout: timeout, timedOut: &timeoutError{timeout},
	}
}

// newTemplate returns a request that is complete except for what differs from call to call. A copy of it costs a third
// of a new request, but shares its maps. So there is only one map, the headers. resty copies it into the request that
// it sends and, because all of its own headers are there, has no reason to write to it. A release of resty that writes
// to one of the other maps panics at the first call, and one that writes to the headers fails
// TestTemplate_IsNeverWrittenTo.
func newTemplate(transport *guardedTransport, userAgent string) resty.Request {
	rc := resty.NewWithClient(&http.Client{Transport: transport})
	rc.SetLogger(discardLogger{})
	rc.SetPreRequestHook(complete)
	r := rc.R().SetDoNotParseResponse(true)
	r.QueryParam, r.FormData, r.PathParams, r.RawPathParams = nil, nil, nil, nil
	r.Header = http.Header{
		"Content-Type":    {"application/json"},
		"Accept":          {"application/json"},
		"Accept-Encoding": {"gzip"}, // set here, so that net/http does not unpack it, which it does without a limit
		"User-Agent":      {userAgent},
	}
	return *r
}

// Request describes a request to send.
type Request struct {
	API           contract.API
	Method        string
	Path          string
	Query         url.Values // without the token
	Token         string     // sent where the API takes it; empty if there is none
	EarlierTokens []string   // the tokens of earlier attempts, which like this one must not appear in an error
	Secret        string     // the client secret; like the tokens it must not appear in an error
	Body          []byte
	Secrets       []string // the secrets in the query and the body, which must not appear in an error either
	Write         bool     // on a failure, determine whether anything was sent
	Close         bool     // close the HTTP/1.1 connection afterward: net/http logs what arrives on an idle one
}

// Format prints the method and path only: the rest is secret or personal data.
func (r Request) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.Method+" "+r.Path) }

func (r Request) secrets() []string {
	return slices.Concat([]string{r.Token, r.Secret}, r.EarlierTokens, r.Secrets)
}

// Do sends a request once. Without an error the response is a documented one: a success, decoded into want.Into, or a
// refusal. Otherwise the error is a *Failure.
func (c *Client) Do(ctx context.Context, req Request, want Want) (Response, error) {
	res, failure := c.roundTrip(ctx, &req, want)
	if failure != nil {
		failure.Err = Redact(failure.Err, req.secrets()...)
		return Response{}, failure
	}
	if res.Refused() { // a refusal may quote the value that it refuses
		secrets := req.secrets()
		redact := func(text string) string { return redactText(text, secrets...) }
		res.StringCode, res.Message = redact(res.StringCode), redact(res.Message)
		res.RequestID, res.HolderUserID = redact(res.RequestID), redact(res.HolderUserID)
		for i, scope := range res.RequiredScopes {
			res.RequiredScopes[i] = redact(scope)
		}
	}
	res.truncate()
	return res, nil
}

// roundTrip sends a request, and reads and decodes the response.
func (c *Client) roundTrip(ctx context.Context, req *Request, want Want) (Response, *Failure) {
	attempt, cancel := context.WithTimeoutCause(ctx, c.timeout, c.timedOut)
	defer cancel()
	x := newExchange(req, cancel)
	attempt = x.within(attempt)

	b := bufferPool.Get().(*buffers)
	defer b.release()
	b.request = c.template
	b.request.SetContext(attempt)
	resp, err := b.request.Execute(http.MethodGet, c.url(req)) // complete sets the method
	if x.delivery != nil && x.delivery.resendStopped.Load() {
		return Response{}, &Failure{Kind: Lost, Err: errResend}
	}
	if err != nil {
		return Response{}, &Failure{Kind: x.delivery.failureKind(err), Err: attemptError(attempt, err)}
	}
	raw := resp.RawResponse
	if raw.StatusCode == http.StatusSwitchingProtocols { // its body is the connection, and ends with no context
		_ = raw.Body.Close()
		return Response{}, unexpected(raw, nil)
	}
	body, err := b.read(raw, c.Limit)
	switch {
	case errors.Is(err, errTooLarge):
		err = fmt.Errorf("%w %d KiB", err, c.Limit>>10)
		return Response{}, &Failure{Kind: WrongHost, Status: raw.StatusCode, Err: err}
	case err != nil:
		return Response{}, &Failure{Kind: Lost, Status: raw.StatusCode, Err: attemptError(attempt, err)}
	}
	decode := decode
	if req.API == contract.New {
		decode = decodeV1
	}
	res, failure := decode(attempt, raw, body, want)
	res.HTTP1 = failure == nil && !res.Refused() && raw.ProtoMajor == 1
	return res, failure
}

func (c *Client) url(req *Request) string {
	base, token := c.hosts.Legacy, req.Token
	if req.API == contract.New {
		base, token = c.hosts.New, "" // in the header
	}
	switch {
	case token != "" && len(req.Query) > 0:
		return base + req.Path + "?" + req.Query.Encode() + "&access_token=" + url.QueryEscape(token)
	case token != "":
		return base + req.Path + "?access_token=" + url.QueryEscape(token)
	case len(req.Query) > 0:
		return base + req.Path + "?" + req.Query.Encode()
	default:
		return base + req.Path
	}
}

// discardLogger discards what resty logs, because it quotes URLs.
type discardLogger struct{}

func (discardLogger) Errorf(string, ...any) {}
func (discardLogger) Warnf(string, ...any)  {}
func (discardLogger) Debugf(string, ...any) {}
