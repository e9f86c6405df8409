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

// opened starts a network's server, which ends with the test.
func opened(t *testing.T, n network) (site, *server) {
	t.Helper()
	s, srv, err := n.open(context.WithoutCancel(t.Context())) // which ends before the cleanup
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, srv.close()) })
	return s, srv
}

func TestTheServerCountsConnections(t *testing.T) {
	t.Parallel()
	s, srv := opened(t, plain)
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
	assert.Equal(t, 6+1, connections(), "with those to warm up")
}

func TestAnswersArePackedForWhoTakesThem(t *testing.T) {
	t.Parallel()
	s, _ := opened(t, zipped)
	unpacking := &http.Transport{DisableCompression: true}
	t.Cleanup(unpacking.CloseIdleConnections)
	for encoding, want := range map[string]string{"gzip": "gzip", "": ""} {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.url+getPath, strings.NewReader(userID))
		require.NoError(t, err)
		req.Header.Set("Accept-Encoding", encoding)
		resp, err := unpacking.RoundTrip(req)
		require.NoError(t, err)
		assert.Equal(t, want, resp.Header.Get("Content-Encoding"))
		require.NoError(t, resp.Body.Close())
	}
	eachCall(t, s, func(t *testing.T, _, _ string, call call) {
		_, err := call(t.Context())
		assert.NoError(t, err)
	})
}

func TestEveryClientReachesEveryServer(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]network{"http 1": plain, "https 1": tls, "https 2": http2} {
		s, _ := opened(t, n)
		eachCall(t, s, func(t *testing.T, _, _ string, call call) {
			_, err := call(t.Context())
			assert.NoError(t, err)
		})

		w := &watcher{RoundTripper: pooled()}
		calls, err := openNetHTTP(w)(s)
		require.NoError(t, err)
		_, err = calls[getUser](t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, w.seen, "the protocol")
	}
}

// watcher sees how a call is made.
type watcher struct {
	http.RoundTripper
	seen string
}

func (w *watcher) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.RoundTripper.RoundTrip(req)
	if err == nil {
		w.seen = req.URL.Scheme + " " + strconv.Itoa(resp.ProtoMajor)
	}
	return resp, err
}

func TestTheSlowServerTakesItsTime(t *testing.T) {
	t.Parallel()
	s, _ := opened(t, slow)
	calls, err := openNetHTTP(pooled())(s)
	require.NoError(t, err)
	begin := time.Now()
	_, err = calls[getUser](t.Context())
	require.NoError(t, err)
	assert.GreaterOrEqual(t, time.Since(begin), 30*time.Millisecond)
}

func TestAServerThatCannotStartIsAnError(t *testing.T) {
	t.Parallel()
	_, err := start(t.Context(), "-no-such-flag")
	assert.ErrorContains(t, err, "the server has ended")
}
