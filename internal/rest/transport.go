package rest

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"
)

// DefaultTransport is net/http's, with idle connections for as many calls as a busy program has under way:
// the default of two per host makes every further caller pay for a new connection.
func DefaultTransport() *http.Transport {
	var t *http.Transport
	if d, ok := http.DefaultTransport.(*http.Transport); ok {
		t = d.Clone()
	} else { // somebody replaced it; take what net/http would have had
		t = &http.Transport{Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true, TLSHandshakeTimeout: 10 * time.Second}
	}
	if t.TLSClientConfig != nil {
		t.TLSClientConfig.InsecureSkipVerify = false // whatever another part of the program did to net/http's
	}
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 256
	t.IdleConnTimeout = 90 * time.Second
	return t
}

// distrust is how long no connection is kept after one of them brought the response to another request.
const distrust = time.Minute

// Distrust closes the idle connections, and has each of the others closed after its next response, for a minute. It is
// called when an HTTP/1.1 connection has brought the response to another request: by then it may be in use again.
func (c *Client) Distrust() {
	c.forward.distrusted.Store(time.Now().Add(distrust).UnixNano())
	c.forward.hc.CloseIdleConnections()
}

// forwarder passes requests on to the transport that hc has at that moment.
type forwarder struct {
	hc         *http.Client
	distrusted atomic.Int64 // until when no connection is kept, in nanoseconds of Unix time; 0: not at all
}

func (f *forwarder) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	transport := f.hc.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	req.GetBody = nil // by which a transport would send the body again
	if trace, ok := req.Context().Value(sendingKey{}).(*sending); ok {
		trace.watch(req, transport)
	}
	if until := f.distrusted.Load(); until != 0 && time.Now().UnixNano() < until {
		req.Close = true
	}
	defer func() {
		// A panic would take the process down when it is the token that is being fetched, and its
		// value may quote the URL.
		if p := recover(); p != nil {
			resp, err = nil, transportError(fmt.Sprintf("the HTTP transport panicked (%T)", p))
		}
	}()
	resp, err = transport.RoundTrip(req)
	if err == nil && len(resp.Header["Location"]) > 0 {
		// Nowhere to go: a redirect would carry the token to another host, in the URL and as its Referer.
		resp.Header = resp.Header.Clone()
		resp.Header.Del("Location")
	}
	return resp, err
}
