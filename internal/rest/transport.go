package rest

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// DefaultTransport returns a copy of net/http's transport that keeps as many idle connections as a busy program has
// calls in flight. With net/http's default of two for a host, every further caller pays for a new connection.
func DefaultTransport() *http.Transport {
	var t *http.Transport
	if d, ok := http.DefaultTransport.(*http.Transport); ok {
		t = d.Clone()
	} else { // the program replaced it; these are net/http's values
		t = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second}
	}
	if t.TLSClientConfig != nil {
		t.TLSClientConfig.InsecureSkipVerify = false // also if another part of the program set it in net/http's transport
	}
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 256
	t.IdleConnTimeout = 90 * time.Second
	return t
}

// retirePeriod is how long connections are closed after each response once one of them returned the response to another
// request.
const retirePeriod = time.Minute

// RetireConnections closes the idle connections and, for a minute, each of the others after its next response. Call it
// when an HTTP/1.1 connection has returned the response to another request: by then it may be in use again.
func (c *Client) RetireConnections() {
	c.transport.retireUntil.Store(time.Now().Add(retirePeriod).UnixNano())
	c.transport.hc.CloseIdleConnections()
}

// guardedTransport sends requests through the transport that hc has at that moment. It keeps the transport from
// resending and resty from following redirects, and turns panics into errors.
type guardedTransport struct {
	hc          *http.Client
	retireUntil atomic.Int64 // in nanoseconds of Unix time: until then connections are closed after use; 0 is never
}

// RoundTrip sends one request.
func (g *guardedTransport) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	transport := g.hc.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	req.Context().Value(exchangeKey{}).(*exchange).attach(req, transport)
	if until := g.retireUntil.Load(); until != 0 && time.Now().UnixNano() < until {
		req.Close = true
	}
	defer func() {
		// A panic would crash the process if it happened while the token is fetched, and its value may quote the URL.
		if p := recover(); p != nil {
			resp, err = nil, transportError(fmt.Sprintf("the HTTP transport panicked (%T)", p))
		}
	}()
	resp, err = transport.RoundTrip(req)
	if err == nil && len(resp.Header["Location"]) > 0 {
		// Without a Location nothing follows the redirect, which would carry the token to another host, in the URL and
		// as the Referer.
		resp.Header = resp.Header.Clone()
		resp.Header.Del("Location")
	}
	return resp, err
}
