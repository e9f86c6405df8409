package rest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestDelivery_IgnoresOtherRequestsWithItsContext has a dialer and a transport make requests of their own with the
// context of the request, as for DNS over HTTPS or for a credential.
func TestDelivery_IgnoresOtherRequestsWithItsContext(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	other := startServer(t, func(http.ResponseWriter, *http.Request) { asked.Add(1) })
	ask := func(ctx context.Context) error {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, other.URL, http.NoBody)
		if err != nil {
			return err
		}
		resp, err := http.DefaultTransport.RoundTrip(req)
		if err != nil {
			return err
		}
		return resp.Body.Close()
	}
	dialer := DefaultTransport()
	dial := dialer.DialContext
	dialer.DialContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if err := ask(ctx); err != nil {
			return nil, err
		}
		return dial(ctx, network, addr)
	}
	plain := DefaultTransport()
	credential := transportFunc(func(req *http.Request) (*http.Response, error) {
		if err := ask(req.Context()); err != nil {
			return nil, err
		}
		return plain.RoundTrip(req)
	})
	t.Cleanup(plain.CloseIdleConnections)
	t.Cleanup(dialer.CloseIdleConnections)
	for name, transport := range map[string]http.RoundTripper{"dialer": dialer, "credential": credential} {
		for kind, req := range map[string]Request{"write": writeRequest("/x"), "read": readRequest("/x"), "GET": getRequest("/x"), "token": secretRequest()} {
			t.Run(name+"/"+kind, func(t *testing.T) {
				var arrivals atomic.Int64
				srv := startServer(t, func(w http.ResponseWriter, _ *http.Request) {
					arrivals.Add(1)
					_, _ = io.WriteString(w, okBody)
				})
				c := New(&http.Client{Transport: transport}, Hosts{Legacy: srv.URL}, "test", time.Minute)
				before := asked.Load()
				var into *person
				_, err := c.Do(t.Context(), req, wantUnderResult(&into))
				require.NoError(t, err)
				assert.EqualValues(t, 1, arrivals.Load())
				assert.Greater(t, asked.Load(), before)
			})
		}
	}
}

// closeCounter is a connection that counts how often it is closed.
type closeCounter struct {
	net.Conn
	closed int
}

func (c *closeCounter) Close() error {
	c.closed++
	return nil
}

func TestDelivery_ClosesOnlyConnectionsThatAreNotShared(t *testing.T) {
	t.Parallel()
	for h2c, closed := range map[bool]int{false: 1, true: 0} {
		canceled, conn := false, &closeCounter{}
		d := &delivery{resends: true, h2c: h2c, cancel: func() { canceled = true }}
		trace := httptrace.ContextClientTrace(d.trace(t.Context()))
		for range 2 {
			trace.GetConn("example.test:80")
			trace.GotConn(httptrace.GotConnInfo{Conn: conn})
			trace.WroteHeaders()
		}
		assert.True(t, d.resendStopped.Load())
		assert.True(t, canceled)
		assert.Equal(t, closed, conn.closed)
	}
}

// TestDelivery_AllowsATransportThatRequestsConnectionsConcurrently asks for a credential in two places at once.
func TestDelivery_AllowsATransportThatRequestsConnectionsConcurrently(t *testing.T) {
	t.Parallel()
	srv := startServer(t, func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, okBody) })
	plain := DefaultTransport()
	t.Cleanup(plain.CloseIdleConnections)
	c := New(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
		var asks sync.WaitGroup
		for range 2 {
			asks.Go(func() {
				ask, err := http.NewRequestWithContext(req.Context(), http.MethodGet, srv.URL+"/credential", http.NoBody)
				if assert.NoError(t, err) {
					resp, err := plain.RoundTrip(ask)
					if assert.NoError(t, err) {
						_ = resp.Body.Close()
					}
				}
			})
		}
		asks.Wait()
		return plain.RoundTrip(req)
	})}, Hosts{Legacy: srv.URL}, "test", time.Minute)
	var into *person
	_, err := c.Do(t.Context(), writeRequest("/x"), wantUnderResult(&into))
	require.NoError(t, err, "and its host is that of the request")
}

func TestDo_EndsAtASwitchOfProtocols(t *testing.T) {
	t.Parallel()
	srv := startServer(t, func(w http.ResponseWriter, r *http.Request) {
		conn, _, err := http.NewResponseController(w).Hijack()
		if err != nil {
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: x\r\n\r\n")
		_, _ = io.Copy(io.Discard, conn) // until the client closes it
		_ = conn.Close()
	})
	c := New(&http.Client{Transport: DefaultTransport()}, Hosts{Legacy: srv.URL}, "test", time.Minute)
	f := requireFailure(t, c, writeRequest("/x"))
	assert.Equal(t, Malformed, f.Kind)
	assert.Equal(t, http.StatusSwitchingProtocols, f.Status)
}

// diff records what testify prints, which calls no methods of the values.
type diff struct{ strings.Builder }

func (d *diff) Errorf(format string, args ...any) { _, _ = fmt.Fprintf(d, format, args...) }

func TestFailure_HidesItsCauseFromPrintersThatCallNoMethods(t *testing.T) {
	t.Parallel()
	cause := fmt.Errorf("malformed HTTP response %q", freshToken)
	f := requireFailure(t, newTestClient(transportFunc(func(*http.Request) (*http.Response, error) { return nil, cause })), readRequest("/x"))
	require.ErrorIs(t, f, cause)
	var printed diff
	assert.Equal(&printed, &Failure{}, f)
	assert.Contains(t, printed.String(), "Kind")
	assert.NotContains(t, printed.String(), freshToken)
}
