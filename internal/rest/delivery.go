package rest

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
)

// errResend ends an attempt whose request a transport was about to send again.
var errResend error = transportError("the HTTP transport was about to send the request a second time")

// delivery records the evidence of whether a request can have reached the service, and ends the attempt before the
// request is sent a second time. It is also the body of the request, if that is watched.
//
// net/http's transport reports when it requests a connection, when it obtains one and when it has written the headers.
// With other transports delivery watches whether they read the request's body. It does not with net/http's, which would
// then send the headers in a packet of their own.
type delivery struct {
	exchange
	io.ReadCloser // nil if the body is not watched

	cancel context.CancelFunc // ends the attempt
	close  bool               // close the connection after the response
	events httptrace.ClientTrace

	resends bool     // the transport can send the request again
	url     *url.URL // of the request, for a transport that may make other requests first
	host    string   // of net/http's transport: host and port of the first connection that was requested
	h2c     bool     // the transport may speak HTTP/2 without TLS

	connRequested  atomic.Bool // the transport requested a connection
	started        atomic.Bool // the transport obtained a connection, or read from the body
	ownHost        atomic.Bool // the last connection was requested for host
	ownConn        atomic.Bool // a connection to host was obtained
	headersWritten atomic.Bool // on such a connection
	bodyRead       atomic.Bool // the body is watched, and was read
	resendStopped  atomic.Bool // the transport was about to send the request again
}

// trace returns the context of the attempt, which reports the events of the connection to d.
func (d *delivery) trace(ctx context.Context) context.Context {
	d.events = httptrace.ClientTrace{
		GetConn:      d.getConn,
		GotConn:      d.gotConn,
		WroteHeaders: func() { d.headersWritten.Store(d.ownConn.Load()) },
	}
	return httptrace.WithClientTrace(ctx, &d.events)
}

// getConn records whether a connection is requested for the request itself. Other requests have the same context: those
// of a dialer that resolves names over HTTPS, or of a transport that fetches a credential first. They are told by their
// host. A transport of the caller may request connections concurrently; net/http's requests the first one, which is for
// the request or its proxy, before it dials.
func (d *delivery) getConn(hostPort string) {
	d.connRequested.Store(true)
	if d.url != nil {
		d.ownHost.Store(hostPort == hostAndPort(d.url))
		return
	}
	if d.host == "" {
		d.host = hostPort
	}
	d.ownHost.Store(hostPort == d.host)
}

// gotConn ends the attempt if its request is about to be sent again. The transport calls it before it writes the
// request to a connection. net/http resends requests without a body on connections that fail, once for each of them,
// and transports of the caller may resend any. The limiter has issued no permit for a resent request, and nothing
// proves that resending a write is safe.
func (d *delivery) gotConn(info httptrace.GotConnInfo) {
	d.started.Store(true)
	if !d.resends || !d.ownHost.Load() {
		return
	}
	if !d.headersWritten.Load() || d.ReadCloser != nil && !d.bodyRead.Load() {
		d.ownConn.Store(true)
		return // the request was not sent yet
	}
	d.resendStopped.Store(true)
	d.cancel()
	conn, secure := info.Conn.(*tls.Conn)
	if shared := d.h2c || secure && conn.ConnectionState().NegotiatedProtocol == "h2"; !shared {
		_ = info.Conn.Close() // net/http writes HTTP/1.1 without checking the context
	}
}

// attach prepares the request for the transport, and puts d in the place of its body if the body is to be watched.
func (d *delivery) attach(req *http.Request, transport http.RoundTripper) {
	req.Close = d.close
	own, ok := transport.(*http.Transport)
	d.resends = !ok || req.Body == nil // net/http resends no body without GetBody
	if ok {
		d.h2c = own.Protocols != nil && own.Protocols.UnencryptedHTTP2()
		return
	}
	d.url = req.URL
	if req.Body != nil {
		d.ReadCloser, req.Body = req.Body, d
	}
}

// hostAndPort returns the host and port that net/http connects to for u.
func hostAndPort(u *url.URL) string {
	port := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	return net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port))
}

// Read reads from the body that is watched.
func (d *delivery) Read(p []byte) (int, error) {
	d.started.Store(true)
	d.bodyRead.Store(true)
	return d.ReadCloser.Read(p)
}

// failureKind returns what a failed round trip means for the request. Without evidence the request may have reached the
// service: the error of a transport that retries by itself may be that of its last attempt, which sent nothing.
func (d *delivery) failureKind(err error) Kind {
	switch {
	case strings.HasPrefix(unwrapURL(err).Error(), noResponder):
		return TransportRefused // httpmock has no response, and will not have one next time
	case unprocessed(err):
		return Unprocessed
	case d == nil && neverConnected(err): // only reads lack a delivery; for them it makes no difference
		return Unsent
	case d == nil || d.started.Load():
		return Lost
	case d.connRequested.Load(), d.ReadCloser != nil && neverConnected(err):
		return Unsent
	default:
		return Lost
	}
}

// noResponder is the prefix of httpmock's error.
const noResponder = "no responder found"

// cannotRetry is the prefix of net/http's error for an HTTP/2 request that it would resend if there were a GetBody.
const cannotRetry = "http2: Transport: cannot retry err ["

// unprocessed reports whether an HTTP/2 server has declared that it did not process the request. It may refuse a stream
// in this way by REFUSED_STREAM, or by a GOAWAY that names an earlier stream as the last. net/http has no type for
// these errors; if it changes their texts, such a request counts as lost.
func unprocessed(err error) bool {
	reason, ok := strings.CutPrefix(unwrapURL(err).Error(), cannotRetry)
	return ok && (strings.HasPrefix(reason, "http2: Transport received Server's graceful shutdown GOAWAY]") ||
		strings.HasPrefix(reason, "stream error: stream ID ") && strings.Contains(reason, "; REFUSED_STREAM"))
}

// neverConnected reports whether err occurred before a connection could carry a request.
func neverConnected(err error) bool {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Op == "dial" || op.Op == "proxyconnect"
	}
	return as[*net.DNSError](err) || as[*tls.CertificateVerificationError](err) || as[tls.RecordHeaderError](err)
}

// as reports whether there is an error of type E in the chain of err.
func as[E error](err error) bool {
	_, ok := errors.AsType[E](err)
	return ok
}
