package main

import (
	"context"
	"net/http"
	"sync"
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
	for i := range 3 {
		calls, err := openNetHTTP(&http.Transport{DisableKeepAlives: true})(s)
		require.NoError(t, err)
		_, err = calls[getUser](t.Context())
		require.NoError(t, err)
		assert.Equal(t, i+1, connections())
	}
	calls, err := openNetHTTP(pooled())(s)
	require.NoError(t, err)
	for range 5 {
		_, err = calls[getUser](t.Context())
		require.NoError(t, err)
	}
	assert.Equal(t, 4, connections(), "one is kept")
}

func TestEveryClientReachesEveryServer(t *testing.T) {
	t.Parallel()
	for _, n := range []network{plain, tls, http2} {
		s, _ := opened(t, n)
		eachCall(t, s, func(t *testing.T, _, _ string, call call) {
			_, err := call(t.Context())
			assert.NoError(t, err)
		})
	}
}

func TestTheProtocolIsTheOneThatTheNetworkNames(t *testing.T) {
	t.Parallel()
	for want, n := range map[string]network{"http 1": plain, "https 1": tls, "https 2": http2} {
		s, _ := opened(t, n)
		w := &watcher{RoundTripper: pooled()}
		calls, err := openNetHTTP(w)(s)
		require.NoError(t, err)
		_, err = calls[getUser](t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, w.seen)
	}
}

type watcher struct {
	http.RoundTripper
	seen string
}

func (w *watcher) RoundTrip(req *http.Request) (*http.Response, error) {
	resp, err := w.RoundTripper.RoundTrip(req)
	if err == nil {
		w.seen = req.URL.Scheme + " " + string(rune('0'+resp.ProtoMajor))
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

func TestABlockMakesItsCallsByAllGoroutines(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	n, together := 0, make(chan struct{})
	_, err := block{func(ctx context.Context) (any, error) {
		mu.Lock()
		if n++; n == 8 {
			close(together)
		}
		mu.Unlock()
		select {
		case <-together: // once eight are under way
		case <-ctx.Done():
		}
		return nil, ctx.Err()
	}, 8, 20}.run(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 20, n)
}
