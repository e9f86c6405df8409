package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
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
	if t.TLSClientConfig != nil {
		t.TLSClientConfig.InsecureSkipVerify = false // whatever another part of the program did to net/http's
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
	if trace, ok := req.Context().Value(sendingKey{}).(*sending); ok {
		trace.watch(req, transport)
	}
	defer func() {
		// A panic would take the process down when it is the token that is being fetched, and its
		// value may quote the URL.
		if p := recover(); p != nil {
			resp, err = nil, fmt.Errorf("the HTTP transport panicked (%T)", p)
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

// sending gathers evidence of whether a request can have reached the service. It is the context of the attempt, by
// which the forwarder finds it, and the body of the request where that is watched.
//
// net/http's transport tells when it looks for a connection and when it has one. Other transports are
// watched for reading the request's body; net/http's is not, for then it would send the headers in a packet
// of their own.
type sending struct {
	context.Context
	io.ReadCloser // nil: not watched

	begun  bool        // the forwarder has the request
	sought atomic.Bool // a connection was looked for
	taken  atomic.Bool // a connection was found, or the body was read
}

type sendingKey struct{}

// Value returns s itself for its key.
func (s *sending) Value(key any) any {
	if key == (sendingKey{}) {
		return s
	}
	return s.Context.Value(key)
}

// trace returns a context by which s learns of the connection.
func (s *sending) trace(ctx context.Context) context.Context {
	s.Context = ctx
	return httptrace.WithClientTrace(s, &httptrace.ClientTrace{
		GetConn: func(string) { s.sought.Store(true) },
		GotConn: func(httptrace.GotConnInfo) { s.taken.Store(true) },
	})
}

// watch has s take the place of the body. The request is resty's own, made for this exchange. A later one with the same
// context is not: the transport makes it on the way, through a client like this one.
func (s *sending) watch(req *http.Request, transport http.RoundTripper) {
	if s.begun {
		return
	}
	s.begun = true
	if _, own := transport.(*http.Transport); own || req.Body == nil {
		return
	}
	s.ReadCloser, req.Body = req.Body, s
	if again := req.GetBody; again != nil { // by which the body is taken from the start
		req.GetBody = func() (io.ReadCloser, error) {
			s.taken.Store(true)
			return again()
		}
	}
}

// Read reads the body that is watched.
func (s *sending) Read(p []byte) (int, error) {
	s.taken.Store(true)
	return s.ReadCloser.Read(p)
}

// kind says whether a failed round trip can have reached the service. Without evidence it can: a transport
// that repeats by itself may well end with an error of its last, vain attempt.
func (s *sending) kind(err error) Kind {
	switch {
	case strings.HasPrefix(bare(err).Error(), "no responder found"):
		return Unanswerable // httpmock has nothing to answer with, and will not have next time
	case s == nil && neverConnected(err): // of a read, for which it makes no difference
		return Unsent
	case s == nil || s.taken.Load():
		return Lost
	case s.sought.Load(), s.ReadCloser != nil && neverConnected(err):
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
