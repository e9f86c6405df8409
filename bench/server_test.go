package main

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// startNetwork starts the server of a network, and closes it at the end of the test.
func startNetwork(t *testing.T, n network) (target, *server) {
	t.Helper()
	s, srv, err := n.open(context.WithoutCancel(t.Context())) // the test's context ends before the cleanup
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, srv.close()) })
	return s, srv
}

func TestServer_CountsConnections(t *testing.T) {
	t.Parallel()
	s, srv := startNetwork(t, plain)
	connections := func() int {
		n, err := srv.connections()
		require.NoError(t, err)
		return n
	}
	require.Zero(t, connections())
	for want, transport := range map[float64]*http.Transport{1: {DisableKeepAlives: true}, 0: pooled()} {
		calls, err := openNetHTTP(transport)(s)
		require.NoError(t, err)
		spent, err := block{calls[getUser], 1, 5}.measure(t.Context(), srv)
		require.NoError(t, err)
		assert.InDelta(t, want, spent.conns, 0, "per call")
	}
	assert.Equal(t, 6+1, connections(), "with those of the warm-up")
}

func TestServer_CompressesResponsesOnRequest(t *testing.T) {
	t.Parallel()
	s, _ := startNetwork(t, compressedHTTP)
	transport := &http.Transport{DisableCompression: true}
	t.Cleanup(transport.CloseIdleConnections)
	for encoding, want := range map[string]string{"gzip": "gzip", "": ""} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+getPath, strings.NewReader(userID))
		require.NoError(t, err)
		req.Header.Set("Accept-Encoding", encoding)
		resp, err := transport.RoundTrip(req)
		require.NoError(t, err)
		assert.Equal(t, want, resp.Header.Get("Content-Encoding"))
		require.NoError(t, resp.Body.Close())
	}
	eachCall(t, s, func(t *testing.T, _, _ string, call call) {
		_, err := call(t.Context())
		assert.NoError(t, err)
	})
}

func TestClients_ReachEachServer(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]network{"http 1": plain, "https 1": tls, "https 2": http2} {
		s, _ := startNetwork(t, n)
		eachCall(t, s, func(t *testing.T, _, _ string, call call) {
			_, err := call(t.Context())
			assert.NoError(t, err)
		})

		w := &protocolRecorder{RoundTripper: pooled()}
		calls, err := openNetHTTP(w)(s)
		require.NoError(t, err)
		_, err = calls[getUser](t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, w.seen, "the protocol")
	}
}

// protocolRecorder records the protocol of a call.
type protocolRecorder struct {
	http.RoundTripper
	seen string
}

func (w *protocolRecorder) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.RoundTripper.RoundTrip(req)
	if err == nil {
		w.seen = req.URL.Scheme + " " + strconv.Itoa(resp.ProtoMajor)
	}
	return resp, err
}

func TestServer_DelaysResponses(t *testing.T) {
	t.Parallel()
	s, _ := startNetwork(t, slow)
	calls, err := openNetHTTP(pooled())(s)
	require.NoError(t, err)
	begin := time.Now()
	_, err = calls[getUser](t.Context())
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(begin), 30*time.Millisecond)
}

func TestServer_ReportsAFailedStart(t *testing.T) {
	t.Parallel()
	_, err := startServer(t.Context(), "-no-such-flag")
	assert.ErrorContains(t, err, "the server ended")
}
