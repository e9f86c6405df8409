package rest

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// dialTransport returns net/http's transport with the dialer.
func dialTransport(dial func(ctx context.Context, network, addr string) (net.Conn, error)) *http.Transport {
	return &http.Transport{DialContext: dial}
}

func TestKind_IsUnsentIfNothingWasSent(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	secure := httptest.NewUnstartedServer(http.NotFoundHandler())
	secure.Config.ErrorLog = discardLog
	secure.StartTLS()
	t.Cleanup(secure.Close)
	plain := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(plain.Close)
	noServer := &net.Dialer{Resolver: &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errors.New("no name server")
	}}}

	for name, tt := range map[string]struct {
		transport      *http.Transport
		base           string
		provenForReads bool // proven by the error alone
	}{
		"connection refused": {&http.Transport{}, closed.URL, true},
		"no such host":       {dialTransport(noServer.DialContext), "http://oapi.example.test", true},
		"unknown authority":  {&http.Transport{}, secure.URL, true},
		"wrong host name":    {secure.Client().Transport.(*http.Transport), "https://localhost:" + port(secure.URL), true},
		"TLS to a plain port": {&http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}, //nolint:gosec // a test server
			"https://127.0.0.1:" + port(plain.URL), false},
		"no proxy": {&http.Transport{Proxy: http.ProxyURL(mustParse(t, closed.URL))}, "https://oapi.example.test", true},
		"a custom dialer": {dialTransport(func(context.Context, string, string) (net.Conn, error) {
			return nil, errors.New("no route today")
		}), "http://oapi.example.test", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			t.Cleanup(tt.transport.CloseIdleConnections)
			c := New(&http.Client{Transport: tt.transport}, Hosts{Legacy: tt.base}, "test", 10*time.Second)
			f := requireFailure(t, c, writeRequest("/x"))
			assert.Equal(t, Unsent, f.Kind, f.Error())
			assert.Zero(t, f.Status)
			assert.NotContains(t, f.Error(), "access_token")
			if tt.provenForReads {
				assert.Equal(t, Unsent, requireFailure(t, c, readRequest("/x")).Kind)
			}
		})
	}
}

func TestFailure_KeepsItsCauses(t *testing.T) {
	t.Parallel()
	closed := httptest.NewServer(http.NotFoundHandler())
	closed.Close()
	c := New(&http.Client{}, Hosts{Legacy: closed.URL}, "test", time.Minute)
	f := requireFailure(t, c, writeRequest("/x"))
	require.ErrorIs(t, f, syscall.ECONNREFUSED)
	var op *net.OpError
	require.ErrorAs(t, f, &op)
	assert.Equal(t, "dial", op.Op)
}

func TestKind_IsUnsentIfDialingHangs(t *testing.T) {
	t.Parallel()
	hang := func(context.Context, string, string) (net.Conn, error) {
		time.Sleep(2 * testTimeout) // net/http continues to dial after the request was given up
		return nil, errors.New("no server")
	}
	outlive := func() { time.Sleep(3 * testTimeout) } // a bubble must not end before its goroutines do
	t.Run("until the attempt's time is over", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			f := requireFailure(t, newTestClient(dialTransport(hang)), writeRequest("/x"))
			assert.Equal(t, Unsent, f.Kind)
			assert.Equal(t, testTimeout, time.Since(start))
			assert.NotErrorIs(t, f, context.DeadlineExceeded, "the caller's context has not ended")
			assert.EqualError(t, f, "no response within 1h0m0s")
			assert.True(t, os.IsTimeout(f.Err))
			outlive()
		})
	})
	t.Run("until the caller gives up", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			time.AfterFunc(time.Second, cancel)
			_, err := newTestClient(dialTransport(hang)).Do(ctx, writeRequest("/x"), Want{})
			var f *Failure
			require.ErrorAs(t, err, &f)
			assert.Equal(t, Unsent, f.Kind)
			assert.ErrorIs(t, f, context.Canceled)
			outlive()
		})
	})
	t.Run("in the TLS handshake", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			transport := pipes(t, func(conn net.Conn) { _, _ = io.Copy(io.Discard, conn) })
			transport.TLSHandshakeTimeout = 2 * time.Second
			f := requireFailure(t, newTestClient(transport), writeRequest("/x"))
			assert.Equal(t, Unsent, f.Kind, f.Error())
			outlive()
		})
	})
}

// newPlainClient returns a client as newTestClient does, but without TLS.
func newPlainClient(transport http.RoundTripper) *Client {
	return New(&http.Client{Transport: transport}, Hosts{Legacy: "http://oapi.example.test"}, "test", testTimeout)
}

func TestKind_IsLostIfTheResponseIsIncomplete(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n"
	for name, serve := range map[string]func(net.Conn){
		"closed before the headers": func(conn net.Conn) { receive(conn) },
		"closed within the headers": func(conn net.Conn) { receive(conn); send(conn, head[:20]) },
		"not HTTP":                  func(conn net.Conn) { receive(conn); send(conn, "SSH-2.0-OpenSSH_9.6\r\n\r\n") },
		"closed after the headers":  func(conn net.Conn) { receive(conn); send(conn, head) },
		"closed within the body":    func(conn net.Conn) { receive(conn); send(conn, head+okBody[:30]) },
		"chunks without an end": func(conn net.Conn) {
			receive(conn)
			send(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{\"err\r\n")
		},
		"packed incorrectly": func(conn net.Conn) {
			receive(conn)
			send(conn, "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 20\r\n\r\n"+okBody[:20])
		},
		"silence after the request": func(conn net.Conn) { receive(conn); _, _ = io.Copy(io.Discard, conn) },
		"silence within the body":   func(conn net.Conn) { receive(conn); send(conn, head+okBody[:30]); _, _ = io.Copy(io.Discard, conn) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := newPlainClient(pipes(t, serve))
				for _, req := range []Request{readRequest("/x"), writeRequest("/x")} {
					f := requireFailure(t, c, req)
					assert.Equal(t, Lost, f.Kind, f.Error())
					assert.NotErrorIs(t, f, context.DeadlineExceeded)
				}
				synctest.Wait()
			})
		})
	}
}

func TestKind_IsLostIfAConnectionWasObtained(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newPlainClient(pipes(t, func(conn net.Conn) { _, _ = io.ReadFull(conn, make([]byte, 20)) }))
		f := requireFailure(t, c, writeRequest("/x"))
		assert.Equal(t, Lost, f.Kind, "it is not known how much was sent")
		assert.Equal(t, Lost, requireFailure(t, c, readRequest("/x")).Kind, "reads are not traced")
		synctest.Wait()
	})
}

func TestKind_IsLostIfAKeptConnectionCloses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		received := 0
		c := newPlainClient(pipes(t, func(conn net.Conn) {
			receive(conn)
			received++
			send(conn, "HTTP/1.1 200 OK\r\nContent-Length: "+itoa(len(okBody))+"\r\n\r\n"+okBody)
			if _, ok := receive(conn); ok { // it handles the second request, and the response is lost
				received++
			}
		}))
		var into *person
		_, err := c.Do(t.Context(), writeRequest("/x"), wantUnderResult(&into))
		require.NoError(t, err)
		f := requireFailure(t, c, writeRequest("/x"))
		assert.Equal(t, Lost, f.Kind)
		assert.Equal(t, 2, received, "it is not sent again")
	})
}

// rewindingTransport acts like net/http with HTTP/2: if a connection closes before it is a request's turn, it gets the
// body again from GetBody for the next connection.
type rewindingTransport struct {
	err      error
	received []byte
}

func (r *rewindingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	body := req.Body
	if req.GetBody != nil {
		var err error
		if body, err = req.GetBody(); err != nil {
			return nil, err
		}
	}
	r.received, _ = io.ReadAll(body)
	return nil, r.err
}

func TestKind_IsLostIfTheBodyIsReadAgain(t *testing.T) {
	t.Parallel()
	for _, err := range []error{io.ErrUnexpectedEOF, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}} {
		server := &rewindingTransport{err: err}
		within := &http.Transport{}
		within.RegisterProtocol("http", server)
		for name, transport := range map[string]http.RoundTripper{"net/http's transport": within, "another": server} {
			f := requireFailure(t, New(&http.Client{Transport: transport}, Hosts{Legacy: "http://oapi.example.test"}, "test", time.Minute), writeRequest("/x"))
			require.JSONEq(t, `{"userid":"zhao.min"}`, string(server.received))
			assert.Equal(t, Lost, f.Kind, "%s: the request was sent completely, and then: %v", name, err)
		}
	}
}

func TestKind_IsLostIfTheBodyWasReadWhateverTheError(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"a failed dial, as from a transport that retries": &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED},
		"noise on a TLS connection":                       tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake"},
		"an unknown host":                                 &net.DNSError{Err: "no such host"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := transportFunc(func(req *http.Request) (*http.Response, error) {
				_, _ = io.Copy(io.Discard, req.Body)
				return nil, err
			})
			assert.Equal(t, Lost, requireFailure(t, newTestClient(transport), writeRequest("/x")).Kind)
		})
	}
}

func TestKind_OfACustomTransportFollowsFromItsError(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		err  error
		want Kind
	}{
		"an error":              {errors.New("boom"), Lost},
		"a reset":               {&net.OpError{Op: "read", Err: syscall.ECONNRESET}, Lost},
		"a failed dial":         {&net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}, Unsent},
		"a refused proxy":       {&net.OpError{Op: "proxyconnect", Err: syscall.ECONNREFUSED}, Unsent},
		"an unknown host":       {&net.DNSError{Err: "no such host"}, Unsent},
		"a bad certificate":     {&tls.CertificateVerificationError{Err: errors.New("expired")}, Unsent},
		"no mock":               {httpmock.NoResponderFound, TransportRefused},
		"no mock, with details": {errors.New("no responder found for POST https://oapi.example.test/x"), TransportRefused},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			transport := transportFunc(func(*http.Request) (*http.Response, error) { return nil, tt.err })
			assert.Equal(t, tt.want, requireFailure(t, newTestClient(transport), writeRequest("/x")).Kind)
		})
	}
}

func TestKind_IsTransportRefusedIfAMockHasNoResponder(t *testing.T) {
	t.Parallel()
	mock := httpmock.NewMockTransport()
	f := requireFailure(t, newTestClient(mock), writeRequest("/x"))
	assert.Equal(t, TransportRefused, f.Kind)
	assert.ErrorIs(t, f, httpmock.NoResponderFound)
	assert.Contains(t, f.Error(), "no responder found")
	assert.NotContains(t, f.Error(), testToken)
}
