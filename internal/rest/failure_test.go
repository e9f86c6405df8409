package rest

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// freshToken stands for a token that the client does not know yet, and freshMobile for personal data. Both are in
// responses that net/http cannot parse and would quote.
const (
	freshToken  = "9f86d081884c7d659a2feaa0c55ad015"
	freshMobile = "13800001234"
)

// unparsable returns responses that contain both where net/http expects something else.
func unparsable() map[string]string {
	const (
		both = freshToken + freshMobile
		ok   = "HTTP/1.1 200 OK\r\n"
		body = `{"errcode":0,"access_token":"` + freshToken + `","mobile":"` + freshMobile + `"}`
	)
	return map[string]string{
		"the body alone":          body + "\r\n\r\n",
		"a status line":           "HTTP/1.1 " + both + "\r\n\r\n" + body,
		"a status code":           "HTTP/1.1 2" + both + " OK\r\n\r\n",
		"a version":               "HTTP/" + both + " 200 OK\r\n\r\n",
		"a short status line":     both + "\r\n\r\n",
		"a header without colon":  ok + both + "\r\n\r\n" + body,
		"a header's name":         ok + "a " + both + ": 1\r\n\r\n" + body,
		"a length":                ok + "Content-Length: " + both + "\r\n\r\n" + body,
		"two lengths":             ok + "Content-Length: 5\r\nContent-Length: " + freshMobile + "\r\n\r\n" + body,
		"a transfer encoding":     ok + "Transfer-Encoding: " + both + "\r\n\r\n" + body,
		"two transfer encodings":  ok + "Transfer-Encoding: chunked\r\nTransfer-Encoding: " + both + "\r\n\r\n" + body,
		"the size of a chunk":     ok + "Transfer-Encoding: chunked\r\n\r\n" + both + "\r\n" + body,
		"the end of a chunk":      ok + "Transfer-Encoding: chunked\r\n\r\n5\r\n" + both + "\r\n" + body,
		"a trailer":               ok + "Transfer-Encoding: chunked\r\nTrailer: " + both + "\r\n\r\n0\r\n" + both + "\r\n\r\n",
		"a trailer not permitted": ok + "Transfer-Encoding: chunked\r\nTrailer: Content-Length, " + both + "\r\n\r\n0\r\n\r\n",
		"packed":                  ok + "Content-Encoding: gzip\r\nContent-Length: 86\r\n\r\n" + both + both,
		"a header in two lines":   ok + " " + both + "\r\n\r\n" + body,
		"a switch of protocols":   "HTTP/1.1 101 " + both + "\r\nUpgrade: " + both + "\r\n\r\n",
	}
}

func TestFailure_QuotesNoResponse(t *testing.T) {
	t.Parallel()
	for name, reply := range unparsable() {
		for kind, req := range map[string]Request{"token": secretRequest(), "read": readRequest("/x"), "write": writeRequest("/x")} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					c := newPlainClient(pipes(t, func(conn net.Conn) { receive(conn); send(conn, reply) }))
					_, err := c.Do(t.Context(), req, Want{Payload: contract.UnderResult, Into: new(*person)})
					require.Error(t, err)
					for e := err; e != nil; e = errors.Unwrap(e) {
						for _, verb := range []string{"%v", "%+v", "%#v", "%q"} {
							text := fmt.Sprintf(verb, e)
							assert.NotContains(t, text, freshToken[:12])
							assert.NotContains(t, text, freshMobile[:6])
						}
					}
					synctest.Wait()
				})
			})
		}
	}
}

func TestFailure_DescribesTheCause(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]error{
		"dial: connection refused":                                &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)},
		"read: connection reset by peer":                          &net.OpError{Op: "read", Net: "tcp", Err: os.NewSyscallError("read", syscall.ECONNRESET)},
		"dial: no such host":                                      &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "oapi.example.test", IsNotFound: true}},
		"dial: the lookup of the host timed out":                  &net.OpError{Op: "dial", Err: &net.DNSError{IsTimeout: true}},
		"the lookup of the host failed":                           &net.DNSError{Err: "server misbehaving"},
		"dial: timeout":                                           &net.OpError{Op: "dial", Err: os.ErrDeadlineExceeded},
		"write: use of closed network connection":                 &net.OpError{Op: "write", Err: net.ErrClosed},
		"connection timed out":                                    &net.OpError{Op: freshToken, Err: syscall.ETIMEDOUT},
		"the connection was closed without a response":            io.EOF,
		"the connection was closed in the middle of the response": io.ErrUnexpectedEOF,
		"the TLS certificate is signed by an unknown authority":   &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
		"the TLS certificate is for another host":                 x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"},
		"the TLS certificate is expired or not valid":             x509.CertificateInvalidError{Reason: x509.Expired},
		"the TLS certificate could not be verified":               &tls.CertificateVerificationError{Err: errors.New(freshToken)},
		"the server does not speak TLS":                           tls.RecordHeaderError{Msg: freshToken},
		"tls: handshake failure":                                  tls.AlertError(40),
		"the TLS connection failed":                               errors.New("tls: " + freshToken),
		"HTTP/2 stream error INTERNAL_ERROR":                      errors.New("stream error: stream ID 7; INTERNAL_ERROR; received from peer " + freshToken),
		"the HTTP/2 connection failed":                            errors.New("http2: server sent GOAWAY and closed the connection; debug=" + freshToken),
		"the server did not process the request (HTTP/2)":         errors.New(cannotRetry + "stream error: stream ID 1; REFUSED_STREAM; " + freshToken),
		"the server closed the idle connection":                   errors.New("http: server closed idle connection"),
		"the response is not valid HTTP":                          errors.New(`malformed HTTP response "` + freshToken + `"`),
		"the HTTP transport failed (*errors.errorString)":         errors.New(freshToken),
	} {
		f := requireFailure(t, newTestClient(transportFunc(func(*http.Request) (*http.Response, error) { return nil, err })), readRequest("/x"))
		assert.EqualError(t, f, want)
		require.ErrorIs(t, f, err)
	}
}

// TestTransport_WritesNothingToStandardError has the server send more than it announces. net/http logs what arrives on
// an idle connection. It has nothing to log if the connection of a token request is closed.
func TestTransport_WritesNothingToStandardError(t *testing.T) { //nolint:paralleltest // it replaces globals
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stderr := os.Stderr
	os.Stderr = w
	log.SetOutput(w)
	defer func() {
		os.Stderr = stderr
		log.SetOutput(stderr)
	}()
	closed := make(chan struct{}, 100)
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		conn, _, err := http.NewResponseController(rw).Hijack()
		if err != nil {
			return
		}
		surplus := `{"access_token":"` + freshToken + `","mobile":"` + freshMobile + `"}`
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"+surplus)
		_, _ = io.Copy(io.Discard, conn) // until the client closes it
		_ = conn.Close()
		closed <- struct{}{}
	}))
	srv.Start()
	defer srv.Close()
	transport := DefaultTransport()
	c := New(&http.Client{Transport: transport}, Hosts{Legacy: srv.URL}, "test", time.Minute)
	req := secretRequest()
	req.Close = true
	post := readRequest("/v1.0/oauth2/accessToken")
	post.Close = true
	for _, req := range []Request{req, post} {
		for range 20 {
			_, _ = c.Do(t.Context(), req, Want{})
			<-closed
		}
	}
	for _, reply := range unparsable() {
		transport := pipes(t, func(conn net.Conn) { receive(conn); send(conn, reply) })
		_, _ = newPlainClient(transport).Do(t.Context(), req, Want{})
	}
	require.NoError(t, w.Close())
	logged, err := io.ReadAll(r)
	require.NoError(t, err)
	assert.Empty(t, string(logged))
}
