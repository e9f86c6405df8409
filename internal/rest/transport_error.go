package rest

import (
	"compress/flate"
	"compress/gzip"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"strings"
	"syscall"
)

// hideTransportError returns an error in place of one of the transport. errors.Is and errors.As find what they find in
// err, but the text is its own: net/http quotes what it cannot parse, which may contain a new token or personal data.
func hideTransportError(err error) error {
	err = unwrapURL(err)
	return hideError(err, describeCause(err))
}

// describeCause returns a text that quotes only parts of err that belong to a fixed set.
func describeCause(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok && knownOp[op.Op] {
		return op.Op + ": " + describeReason(op.Err)
	}
	return describeReason(err)
}

// transportError is an error that this package makes itself, and that quotes nothing.
type transportError string

func (e transportError) Error() string { return string(e) }

var knownOp = map[string]bool{"dial": true, "proxyconnect": true, "read": true, "write": true, "local error": true, "remote error": true}

// describeReason describes an error below a net.OpError.
func describeReason(err error) string {
	if own, ok := errors.AsType[transportError](err); ok {
		return own.Error()
	}
	for _, describe := range []func(error) string{describeNetwork, describeTLS, describeHTTP} {
		if text := describe(err); text != "" {
			return text
		}
	}
	return fmt.Sprintf("the HTTP transport failed (%T)", err)
}

// describeNetwork describes errors of connections and contexts. It returns "" for others.
func describeNetwork(err error) string {
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		switch {
		case dns.IsNotFound:
			return "no such host"
		case dns.IsTimeout:
			return "the lookup of the host timed out"
		default:
			return "the lookup of the host failed"
		}
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded.Error()
	case errors.Is(err, net.ErrClosed):
		return net.ErrClosed.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the connection was closed in the middle of the response"
	case errors.Is(err, io.EOF):
		return "the connection was closed without a response"
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() {
		return "timeout"
	}
	return ""
}

// describeTLS describes errors of TLS. It returns "" for others.
func describeTLS(err error) string {
	switch {
	case as[x509.UnknownAuthorityError](err):
		return "the TLS certificate is signed by an unknown authority"
	case as[x509.HostnameError](err):
		return "the TLS certificate is for another host"
	case as[x509.CertificateInvalidError](err):
		return "the TLS certificate is expired or not valid"
	case as[*tls.CertificateVerificationError](err):
		return "the TLS certificate could not be verified"
	case as[tls.RecordHeaderError](err):
		return "the server does not speak TLS"
	}
	if alert, ok := errors.AsType[tls.AlertError](err); ok {
		return alert.Error()
	}
	if strings.HasPrefix(err.Error(), "tls: ") || strings.HasPrefix(err.Error(), "remote error: tls: ") {
		return "the TLS connection failed"
	}
	return ""
}

// streamError matches net/http's error for an HTTP/2 stream that the server reset.
var streamError = regexp.MustCompile(`stream error: stream ID \d+; ([A-Z0-9_]{3,30})\b`)

// describeHTTP describes errors of net/http, most of which have no type, by their prefixes. It returns "" for others.
func describeHTTP(err error) string {
	text := err.Error()
	switch {
	case unprocessed(err):
		return "the server did not process the request (HTTP/2)"
	case strings.HasPrefix(text, noResponder):
		return "no responder found: the mock has none for this method and path"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum), as[flate.CorruptInputError](err):
		return "the response cannot be unpacked"
	case strings.HasPrefix(text, "http: server closed idle connection"):
		return "the server closed the idle connection"
	case strings.Contains(text, "malformed"), strings.HasPrefix(text, "net/http: HTTP/1.x transport connection broken"),
		strings.HasPrefix(text, "http: "), strings.HasPrefix(text, "net/http: "):
		return "the response is not valid HTTP"
	}
	if m := streamError.FindStringSubmatch(text); m != nil {
		return "HTTP/2 stream error " + m[1]
	}
	if strings.HasPrefix(text, "http2: ") {
		return "the HTTP/2 connection failed"
	}
	return ""
}
