package rest

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The parts of HTTP/2 that the tests need; see RFC 9113, sections 4.1, 6 and 7.
const (
	frameData, frameHeaders, frameReset, frameSettings, frameGoAway = 0x0, 0x1, 0x3, 0x4, 0x7

	flagEndStream, flagAck = 0x1, 0x1

	noError, protocolError, internalError, refusedStream, cancelStream = 0x0, 0x1, 0x2, 0x7, 0x8
)

// frame returns an HTTP/2 frame whose payload is empty or holds a stream and an error code.
func frame(kind, flags byte, stream uint32, payload ...uint32) []byte {
	f := append([]byte{0, 0, byte(4 * len(payload)), kind, flags}, 0, 0, 0, 0)
	binary.BigEndian.PutUint32(f[5:], stream)
	for _, word := range payload {
		f = binary.BigEndian.AppendUint32(f, word)
	}
	return f
}

// h2Server is an HTTP/2 server that refuses requests in ways that net/http's server does not.
type h2Server struct {
	url       string
	transport *http.Transport
	arrivals  atomic.Int64
	refusal   func(stream uint32) []byte // the frame to send when a request has arrived completely
}

func newH2Server(t *testing.T, refusal func(stream uint32) []byte) *h2Server {
	t.Helper()
	tlsServer := httptest.NewUnstartedServer(http.NotFoundHandler())
	tlsServer.EnableHTTP2 = true
	tlsServer.StartTLS() // only for its certificate
	t.Cleanup(tlsServer.Close)
	s := &h2Server{refusal: refusal, transport: DefaultTransport()}
	trusted := x509.NewCertPool()
	trusted.AddCert(tlsServer.Certificate())
	s.transport.TLSClientConfig = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{
		Certificates: tlsServer.TLS.Certificates, NextProtos: []string{"h2"}, MinVersion: tls.VersionTLS12,
	})
	require.NoError(t, err)
	s.url = "https://" + listener.Addr().String()
	var connections sync.WaitGroup
	t.Cleanup(connections.Wait)
	t.Cleanup(func() { _ = listener.Close() })
	connections.Go(func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			context.AfterFunc(t.Context(), func() { _ = conn.Close() })
			connections.Go(func() { s.serve(conn) })
		}
	})
	return s
}

func (s *h2Server) serve(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	if _, err := in.Discard(len("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")); err != nil {
		return
	}
	_, _ = conn.Write(frame(frameSettings, 0, 0))
	for {
		var head [9]byte
		if _, err := io.ReadFull(in, head[:]); err != nil {
			return
		}
		if _, err := in.Discard(int(head[0])<<16 | int(head[1])<<8 | int(head[2])); err != nil {
			return
		}
		kind, flags, stream := head[3], head[4], binary.BigEndian.Uint32(head[5:])
		switch {
		case kind == frameSettings && flags&flagAck == 0:
			_, _ = conn.Write(frame(frameSettings, flagAck, 0))
		case kind == frameHeaders:
			s.arrivals.Add(1)
		}
		if (kind == frameHeaders || kind == frameData) && flags&flagEndStream != 0 {
			_, _ = conn.Write(s.refusal(stream))
		}
	}
}

func resetStream(code uint32) func(uint32) []byte {
	return func(stream uint32) []byte { return frame(frameReset, 0, stream, code) }
}

// goAway returns a frame that names stream 0 as the last one that was processed.
func goAway(uint32) []byte { return frame(frameGoAway, 0, 0, 0, noError) }

func getRequest(path string) Request {
	return Request{Method: http.MethodGet, Path: path, Token: testToken}
}

func TestTransport_SendsARequestOnceOverHTTP2(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		refusal func(uint32) []byte
		kind    Kind // of a request with a body
	}{
		"PROTOCOL_ERROR": {resetStream(protocolError), Lost},
		"INTERNAL_ERROR": {resetStream(internalError), Lost},
		"CANCEL":         {resetStream(cancelStream), Lost},
		"REFUSED_STREAM": {resetStream(refusedStream), Unprocessed},
		"GOAWAY":         {goAway, Unprocessed},
	} {
		for method, req := range map[string]Request{"write": writeRequest("/x"), "read": readRequest("/x"), "GET": getRequest("/x")} {
			t.Run(name+"/"+method, func(t *testing.T) {
				t.Parallel()
				srv := newH2Server(t, tt.refusal)
				c := New(&http.Client{Transport: srv.transport}, Hosts{Legacy: srv.url}, "test", 3*time.Second)
				f := requireFailure(t, c, req)
				if method == "GET" {
					assert.Equal(t, Lost, f.Kind)
				} else {
					assert.Equal(t, tt.kind, f.Kind, f.Error())
				}
				assert.EqualValues(t, 1, srv.arrivals.Load())
			})
		}
	}
}

// TestTransport_SendsAGETOnceOverKeptConnections has a server close each kept connection as soon as it has read a
// request from it. net/http repeats a request without a body on the next one.
func TestTransport_SendsAGETOnceOverKeptConnections(t *testing.T) {
	t.Parallel()
	const kept = 20
	var arrivals, waiting atomic.Int64
	var closing atomic.Bool
	begin := make(chan struct{})
	srv := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		if closing.Load() {
			arrivals.Add(1)
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				_ = conn.Close()
			}
			return
		}
		if waiting.Add(1) == kept {
			close(begin)
		}
		<-begin
		_, _ = io.Copy(io.Discard, r.Body)
		_, _ = io.WriteString(w, okBody)
	})
	transport := DefaultTransport()
	t.Cleanup(transport.CloseIdleConnections)
	c := New(&http.Client{Transport: transport}, Hosts{Legacy: srv.URL}, "test", time.Minute)
	var wg sync.WaitGroup
	for range kept {
		wg.Go(func() {
			var into *person
			_, err := c.Do(t.Context(), readRequest("/x"), wantUnderResult(&into))
			assert.NoError(t, err)
		})
	}
	wg.Wait()
	closing.Store(true)
	f := requireFailure(t, c, getRequest("/x"))
	assert.Equal(t, Lost, f.Kind)
	assert.EqualValues(t, 1, arrivals.Load())
}

// resendingTransport is a custom transport that sends each request again after a response.
type resendingTransport struct{ next http.RoundTripper }

func (r resendingTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(req.Body)
	if err != nil {
		return nil, err
	}
	for range 2 {
		again := req.Clone(req.Context())
		again.Body = io.NopCloser(bytes.NewReader(body))
		resp, err := r.next.RoundTrip(again)
		if err != nil {
			return nil, err
		}
		_ = resp.Body.Close()
	}
	return r.next.RoundTrip(req)
}

// TestTransport_DoesNotLetACallersTransportSendAWriteTwice covers writes only: reads are not traced, because of what
// that costs each call.
func TestTransport_DoesNotLetACallersTransportSendAWriteTwice(t *testing.T) {
	t.Parallel()
	var arrivals atomic.Int64
	srv := startServer(t, func(w http.ResponseWriter, _ *http.Request) {
		arrivals.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	})
	transport := DefaultTransport()
	t.Cleanup(transport.CloseIdleConnections)
	c := New(&http.Client{Transport: resendingTransport{transport}}, Hosts{Legacy: srv.URL}, "test", time.Minute)
	f := requireFailure(t, c, writeRequest("/x"))
	assert.Equal(t, Lost, f.Kind)
	require.ErrorIs(t, f, errResend)
	assert.EqualValues(t, 1, arrivals.Load())
}
