package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync/atomic"
)

// errResent ends an attempt whose request a transport was about to send again.
var errResent error = transportError("the HTTP transport was about to send the request a second time")

// sending gathers evidence of whether a request can have reached the service, and ends the attempt before its request
// goes out a second time. It is the context of the attempt, by which the forwarder finds it, and the body of the
// request where that is watched.
//
// net/http's transport reports when it looks for a connection, when it has one and when it has written the headers.
// Other transports are watched for reading the request's body; net/http's is not, because it would then send the
// headers in a packet of their own.
type sending struct {
	context.Context
	io.ReadCloser // nil: not watched

	cancel context.CancelFunc
	close  bool // do not keep the connection

	begun  bool        // the forwarder has the request
	sought atomic.Bool // a connection was looked for
	taken  atomic.Bool // a connection was found, or the body was read
	wrote  atomic.Bool // the headers were written
	resent atomic.Bool // the transport was about to send the request again
}

type sendingKey struct{}

// Value returns s itself for its key.
func (s *sending) Value(key any) any {
	if key == (sendingKey{}) {
		return s
	}
	return s.Context.Value(key)
}

// trace returns a context by which s learns of the connection. cancel ends the attempt.
func (s *sending) trace(ctx context.Context, cancel context.CancelFunc) context.Context {
	s.Context, s.cancel = ctx, cancel
	return httptrace.WithClientTrace(s, &httptrace.ClientTrace{
		GetConn:      func(string) { s.sought.Store(true) },
		GotConn:      s.gotConn,
		WroteHeaders: func() { s.wrote.Store(true) },
	})
}

// gotConn is called before the request is written to a connection. net/http repeats requests without a body on
// connections that fail, as often as there are connections, and transports above it may repeat any. A repetition has
// no permit of the limiter, and of a write nothing proves that it is safe.
func (s *sending) gotConn(info httptrace.GotConnInfo) {
	s.taken.Store(true)
	if !s.wrote.Load() {
		return // nothing has gone out yet
	}
	s.resent.Store(true)
	s.cancel()
	if conn, ok := info.Conn.(*tls.Conn); !ok || conn.ConnectionState().NegotiatedProtocol != "h2" {
		_ = info.Conn.Close() // HTTP/1.1 is written without a look at the context
	}
}

// watch has s take the place of the body. The request is resty's own, made for this exchange. A later one with the same
// context is not: the transport makes it on the way, through a client like this one.
func (s *sending) watch(req *http.Request, transport http.RoundTripper) {
	if s.begun {
		return
	}
	s.begun = true
	req.Close = s.close
	if _, own := transport.(*http.Transport); own || req.Body == nil {
		return
	}
	s.ReadCloser, req.Body = req.Body, s
}

// Read reads the body that is watched.
func (s *sending) Read(p []byte) (int, error) {
	s.taken.Store(true)
	return s.ReadCloser.Read(p)
}

// kind tells from a failed round trip whether the request can have reached the service. Without evidence it can: a
// transport that repeats by itself may well end with an error of its last, vain attempt.
func (s *sending) kind(err error) Kind {
	switch {
	case strings.HasPrefix(bare(err).Error(), noResponder):
		return Unanswerable // httpmock has no response, and will have none next time
	case unprocessed(err):
		return Unprocessed
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

// noResponder begins httpmock's error.
const noResponder = "no responder found"

// cannotRetry begins net/http's error for an HTTP/2 request that it would repeat, had its body a GetBody.
const cannotRetry = "http2: Transport: cannot retry err ["

// unprocessed reports whether an HTTP/2 server has declared that it did not process the request. It is free to refuse
// a stream in this way, by REFUSED_STREAM or by a GOAWAY that names a last stream before it. net/http has no type for
// these errors; where it changes their texts, such a request counts as lost.
func unprocessed(err error) bool {
	reason, ok := strings.CutPrefix(bare(err).Error(), cannotRetry)
	return ok && (strings.HasPrefix(reason, "http2: Transport received Server's graceful shutdown GOAWAY]") ||
		strings.HasPrefix(reason, "stream error: stream ID ") && strings.Contains(reason, "; REFUSED_STREAM"))
}

// neverConnected reports whether err arose before a connection could carry a request.
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
