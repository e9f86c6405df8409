package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
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
	t.MaxIdleConns = 0
	t.MaxIdleConnsPerHost = 256
	t.IdleConnTimeout = 90 * time.Second
	return t
}

// forwarder passes requests on to the transport that hc has at that moment.
type forwarder struct{ hc *http.Client }

func (f forwarder) RoundTrip(req *http.Request) (resp *http.Response, err error) {
	transport := f.hc.Transport
	if transport == nil {
		transport = http.DefaultTransport
	}
	if trace, ok := req.Context().Value(sentKey{}).(*sent); ok && req.Body != nil {
		_, trace.real = transport.(*http.Transport)
		clone := *req
		clone.Body = &watched{req.Body, trace}
		if again := req.GetBody; again != nil { // HTTP/2 takes it from the start when it sends once more
			clone.GetBody = func() (io.ReadCloser, error) {
				trace.taken.Store(true)
				return again()
			}
		}
		req = &clone
	}
	defer func() {
		// A panic would take the process down when it is the token that is being fetched, and its
		// value may quote the URL.
		if p := recover(); p != nil {
			resp, err = nil, fmt.Errorf("the HTTP transport panicked (%T)", p)
		}
	}()
	resp, err = transport.RoundTrip(req)
	if err == nil && resp.Header.Get("Location") != "" {
		// Nowhere to go: a redirect would carry the token to another host, in the URL and as its Referer.
		resp.Header = resp.Header.Clone()
		resp.Header.Del("Location")
	}
	return resp, err
}

// sent is the context of an exchange that remembers whether the request's body was taken for sending.
type sent struct {
	context.Context
	real  bool // the transport is net/http's own, which reads a body only to send it
	taken atomic.Bool
}

type sentKey struct{}

func (s *sent) Value(key any) any {
	if key == (sentKey{}) {
		return s
	}
	return s.Context.Value(key)
}

type watched struct {
	io.ReadCloser
	trace *sent
}

func (w *watched) Read(p []byte) (int, error) {
	w.trace.taken.Store(true)
	return w.ReadCloser.Read(p)
}

// kind says whether a failed round trip can have reached the service.
func (s *sent) kind(err error) Kind {
	switch {
	case strings.HasPrefix(bare(err).Error(), "no responder found"):
		return Unanswerable // httpmock has nothing to answer with, and will not have next time
	case s != nil && s.taken.Load():
		return Lost // whatever the error: a transport that repeats by itself may end with a failed dial
	case neverConnected(err), s != nil && s.real:
		return Unsent
	default:
		return Lost
	}
}

// neverConnected knows the errors that arise before a connection can carry a request.
func neverConnected(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op == "dial" || op.Op == "proxyconnect"
	}
	return as[*net.DNSError](err) || as[*tls.CertificateVerificationError](err) || as[tls.RecordHeaderError](err)
}

func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
