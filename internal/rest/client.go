// Package rest is one HTTP exchange with DingTalk: it sends a request, insists on the documented envelope
// as its answer, and says of everything else what is known. It neither repeats nor classifies.
//
// It is the only package that knows resty, and uses it for what it is good at, the request itself. Off are
// resty's retries (they re-send creates and log URLs with tokens), its redirects (they carry the token to
// other hosts), its cookie jar, its debugging and its decoding (which takes an HTML page for success).
package rest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Client sends requests to one base URL.
type Client struct {
	// Limit is the size in bytes that an answer may have, as it arrives and unpacked.
	Limit int64

	template resty.Request
	base     string
	timeout  time.Duration
	late     *timeoutError
	forward  *forwarder
}

// New returns a client over the transport of hc, which it reads at each exchange and never writes to:
// a test may replace it before or after. The user agent must not be blank, see template.
func New(hc *http.Client, baseURL, userAgent string, timeout time.Duration) *Client {
	forward := &forwarder{hc: hc}
	return &Client{
		Limit: maxAnswer, template: template(forward, userAgent), forward: forward,
		base: strings.TrimRight(baseURL, "/"), timeout: timeout, late: &timeoutError{timeout},
	}
}

// template is a request that is complete but for what differs from call to call. A copy of it costs a third of a
// request made anew, but shares its maps. So there is only one, of the headers, which resty copies into the request
// that goes out and, all of its own headers being there, has no reason to write to. A resty that writes to one of the
// others panics at the first call, and one that writes to the headers fails TestRequestsShareNothingThatIsWritten.
func template(forward *forwarder, userAgent string) resty.Request {
	rc := resty.NewWithClient(&http.Client{Transport: forward})
	rc.SetLogger(silent{})
	r := rc.R().SetDoNotParseResponse(true)
	r.QueryParam, r.FormData, r.PathParams, r.RawPathParams = nil, nil, nil, nil
	r.Header = http.Header{
		"Content-Type":    {"application/json"},
		"Accept":          {"application/json"},
		"Accept-Encoding": {"gzip"}, // asked for here, it is not undone by net/http, which sets no limit
		"User-Agent":      {userAgent},
	}
	return *r
}

// Request is what goes out.
type Request struct {
	Method string
	Path   string
	Query  url.Values // beside the token
	Token  string     // empty: none
	Former []string   // the tokens before that one, which were refused
	Secret string     // the app's; like the tokens it must not show up in an error
	Body   []byte
	Write  bool // find out, on failure, whether anything was sent
	Close  bool // do not keep the HTTP/1.1 connection, as net/http logs what arrives on an idle one
}

// Format hides what is secret, or personal.
func (r Request) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, r.Method+" "+r.Path) }

func (r Request) secrets() []string { return append([]string{r.Token, r.Secret}, r.Former...) }

// Do makes one exchange. With a nil error the answer was the documented one, be it a success, decoded into what
// want names, or a refusal. Otherwise the error is a *Failure.
func (c *Client) Do(ctx context.Context, req Request, want Want) (Answer, error) {
	answer, failure := c.exchange(ctx, &req, want)
	if failure != nil {
		failure.Err = Clean(failure.Err, req.secrets()...)
		return Answer{}, failure
	}
	if answer.Refused() { // it may quote what it refuses
		secrets := req.secrets()
		clean := func(text string) string { return scrub(text, secrets...) }
		answer.Word, answer.Message = clean(answer.Word), clean(answer.Message)
		answer.RequestID, answer.HolderUserID = clean(answer.RequestID), clean(answer.HolderUserID)
		for i, scope := range answer.RequiredScopes {
			answer.RequiredScopes[i] = clean(scope)
		}
	}
	answer.cut()
	return answer, nil
}

func (c *Client) exchange(ctx context.Context, req *Request, want Want) (Answer, *Failure) {
	attempt, cancel := context.WithTimeoutCause(ctx, c.timeout, c.late)
	defer cancel()
	var evidence *sending
	if req.Write || req.Body == nil || req.Close { // net/http repeats nothing that has a body without GetBody
		evidence = &sending{close: req.Close}
		attempt = evidence.trace(attempt, cancel)
	}

	x := exchanges.Get().(*exchange)
	defer x.release()
	x.request = c.template
	x.request.SetContext(attempt)
	if req.Body != nil {
		x.request.SetBody(bytes.NewReader(req.Body))
	}
	resp, err := x.request.Execute(req.Method, c.url(req))
	if evidence != nil && evidence.resent.Load() {
		return Answer{}, &Failure{Kind: Lost, Err: errResent}
	}
	if err != nil {
		return Answer{}, &Failure{Kind: evidence.kind(err), Err: cause(attempt, err)}
	}
	raw := resp.RawResponse
	body, err := x.read(raw, c.Limit)
	switch {
	case errors.Is(err, errTooLarge):
		err = fmt.Errorf("%w %d KiB", err, c.Limit>>10)
		return Answer{}, &Failure{Kind: Foreign, Status: raw.StatusCode, Err: err}
	case err != nil:
		return Answer{}, &Failure{Kind: Lost, Status: raw.StatusCode, Err: cause(attempt, err)}
	}
	decode := decode
	if want.Payload == contract.Whole {
		decode = decodeWhole
	}
	answer, failure := decode(attempt, raw, body, want)
	answer.HTTP1 = failure == nil && !answer.Refused() && raw.ProtoMajor == 1
	return answer, failure
}

func (c *Client) url(req *Request) string {
	switch {
	case req.Token != "" && len(req.Query) > 0:
		return c.base + req.Path + "?" + req.Query.Encode() + "&access_token=" + url.QueryEscape(req.Token)
	case req.Token != "":
		return c.base + req.Path + "?access_token=" + url.QueryEscape(req.Token)
	case len(req.Query) > 0:
		return c.base + req.Path + "?" + req.Query.Encode()
	default:
		return c.base + req.Path
	}
}

// cause prefers the reason why the exchange was given up to what the transport made of it.
func cause(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return ContextError(ctx)
	}
	return opaque(err)
}

// ContextError is why ctx ended, and still matches context.Canceled or context.DeadlineExceeded where the
// caller gave a reason of his own.
func ContextError(ctx context.Context) error {
	err, reason := ctx.Err(), context.Cause(ctx)
	var timeout *timeoutError
	if errors.Is(reason, err) || errors.As(reason, &timeout) {
		return reason
	}
	return fmt.Errorf("%w: %w", err, reason)
}

// timeoutError ends one attempt. It does not match context.DeadlineExceeded: the caller's context is fine.
type timeoutError struct{ after time.Duration }

func (e *timeoutError) Error() string { return fmt.Sprintf("no answer within %v", e.after) }
func (e *timeoutError) Timeout() bool { return true }

// silent swallows what resty has to say, which quotes URLs.
type silent struct{}

func (silent) Errorf(string, ...any) {}
func (silent) Warnf(string, ...any)  {}
func (silent) Debugf(string, ...any) {}
