package rest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"

	"github.com/go-resty/resty/v2"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// exchange holds what a request to send has beyond resty's part. It is the context of the attempt, through which the hook
// of resty and the guardedTransport find it. It is never reused: a transport may refer to the body after it has returned.
type exchange struct {
	context.Context

	method   string
	token    string // for the header; empty if the token is in the URL
	hasBody  bool
	body     bytes.Reader
	header   http.Header
	delivery *delivery // nil: a read with a body
}

// newExchange returns what is sent of req. cancel ends the attempt.
func newExchange(req *Request, cancel context.CancelFunc) (x *exchange) {
	if req.Write || req.Body == nil || req.Close { // net/http never resends a body for which there is no GetBody
		d := &delivery{close: req.Close, cancel: cancel}
		x, d.delivery = &d.exchange, d
	} else {
		x = new(exchange)
	}
	x.method, x.hasBody = req.Method, req.Body != nil
	x.body.Reset(req.Body)
	if req.API == contract.New {
		x.token = req.Token
	}
	return x
}

// within returns the context of the attempt, which ends with ctx.
func (x *exchange) within(ctx context.Context) context.Context {
	x.Context = ctx
	if x.delivery != nil {
		return x.delivery.trace(x)
	}
	return x
}

type exchangeKey struct{}

// noHeader is the header of a request while it passes through http.Client, which copies it for redirects. There are none.
var noHeader = http.Header{}

// Value returns x itself for its key.
func (x *exchange) Value(key any) any {
	if key == (exchangeKey{}) {
		return x
	}
	return x.Context.Value(key)
}

// Format prints nothing of the request: a transport may log its context.
func (x *exchange) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, "dingtalk request") }

// complete adds to a request what resty and http.Client would copy. It is the last step of resty before it sends the request,
// which for resty is a GET, so that it prepares no body.
func complete(_ *resty.Client, raw *http.Request) error {
	x := raw.Context().Value(exchangeKey{}).(*exchange)
	raw.Method = x.method
	if x.token != "" {
		raw.Header.Set(contract.TokenHeader, x.token)
	}
	x.header, raw.Header = raw.Header, noHeader
	if x.hasBody {
		raw.Body, raw.ContentLength = io.NopCloser(&x.body), x.body.Size()
	}
	raw.GetBody = nil // with it a transport could resend the body
	return nil
}

// attach completes the request for the transport.
func (x *exchange) attach(req *http.Request, transport http.RoundTripper) {
	req.Header = x.header
	if x.delivery != nil {
		x.delivery.attach(req, transport)
	}
}
