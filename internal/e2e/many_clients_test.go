package e2e_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// appNames counts the calls of each app that a limiter is asked for.
type appNames struct {
	dingtalk.Limiter

	mu    sync.Mutex
	calls map[string]int
}

func (a *appNames) Acquire(ctx context.Context, call dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	a.mu.Lock()
	a.calls[call.ClientID]++
	a.mu.Unlock()
	return a.Limiter.Acquire(ctx, call)
}

// TestManyClients_KeepTheAddressLimitTogether has many apps call from one address, each at less than its own limit and all
// together at more than that of the address: by one limiter, and to compare by one each.
func TestManyClients_KeepTheAddressLimitTogether(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		apps, limit int
		shared      bool
	}{
		"200 apps, and the default": {200, 9_500, true},
		"50 apps":                   {50, 500, true},
		"50 apps, a limiter each":   {50, 500, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && tt.limit > 500 {
				t.Skip("skipped with -short: makes 19,000 calls")
			}
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				link, viaLink := newLink(srv, nil)
				rate := dingtalk.RateLimit{PerAddress: tt.limit}
				if tt.limit == 9_500 {
					rate.PerAddress = 0
				}
				token, err := srv.Client().Token(t.Context())
				require.NoError(t, err)
				time.Sleep(20 * time.Second) // the call for the token counts for the address, and for none of the limiters
				shared := &appNames{Limiter: dingtalk.NewLimiter(rate), calls: map[string]int{}}
				clients := make([]*dingtalk.Client, tt.apps)
				for i := range clients {
					limits := dingtalk.WithLimiter(shared)
					if !tt.shared {
						limits = dingtalk.WithRateLimit(rate)
					}
					clients[i], err = dingtalk.New(fmt.Sprint("app-", i), "secret", viaLink, limits,
						dingtalk.WithTokenSource(dingtalk.StaticToken(token.Value.Reveal())))
					require.NoError(t, err)
				}
				failed := keepBusy(2*tt.apps, 61*time.Second, func(caller, n int) error {
					err := readers[n%len(readers)](t.Context(), clients[caller%tt.apps])
					if err != nil {
						runtime.Goexit() // the address is blocked
					}
					return err
				})
				used := link.calls(40*time.Second, 60*time.Second)
				t.Logf("%d calls in 20 s, of %d", used, tt.limit)
				if !tt.shared {
					assert.Positive(t, link.blocks, "each keeps the limit, and all together exceed it")
					return
				}
				assert.Empty(t, failed)
				assert.Zero(t, link.blocks, "blocks")
				assert.LessOrEqual(t, used, tt.limit)
				assert.Greater(t, used, tt.limit*97/100)
				assert.Len(t, shared.calls, tt.apps, "each call names its app")
				for app, calls := range shared.calls {
					assert.Greater(t, calls, tt.limit*2/tt.apps/2, app)
				}
			}, dingtalktest.WithAddressLimit(tt.limit), dingtalktest.WithSlidingWindow(), dingtalktest.WithLatency(30*time.Millisecond))
		})
	}
}

// answering is a transport that answers each call at once.
type answering struct{}

func (answering) RoundTrip(req *http.Request) (*http.Response, error) {
	body := `{"errcode":0,"errmsg":"ok","result":{"userid":"zhao.min","name":"Zhao Min"}}`
	if req.URL.Path == "/gettoken" {
		body = `{"errcode":0,"errmsg":"ok","access_token":"3f9d2ab65a6f3c81b7e0d4c29a18f6e5","expires_in":7200}`
	}
	header := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
}

// Not in parallel: it measures the memory of the whole process.
func TestManyClients_TakeLittleWhenIdle(t *testing.T) { //nolint:paralleltest // see above
	shared := []dingtalk.Option{
		dingtalk.WithHTTPClient(&http.Client{Transport: answering{}}),
		dingtalk.WithLimiter(dingtalk.NewLimiter(dingtalk.RateLimit{})),
	}
	clients := make([]*dingtalk.Client, 200)
	fill := func() {
		for i := range clients {
			client, err := dingtalk.New(fmt.Sprint("app-", i), "secret", shared...)
			require.NoError(t, err)
			require.NoError(t, getZhaoMin(t.Context(), client))
			clients[i] = client
		}
	}
	fill() // what is made once
	clear(clients)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	goroutines := runtime.NumGoroutine()
	fill()
	runtime.GC()
	runtime.ReadMemStats(&after)
	kib := (float64(after.HeapAlloc) - float64(before.HeapAlloc)) / float64(len(clients)) / (1 << 10)
	t.Logf("%.1f KiB of memory for each client", kib)
	assert.Less(t, kib, 50.)
	assert.LessOrEqual(t, runtime.NumGoroutine(), goroutines)
	runtime.KeepAlive(clients)
}

func TestManyClients_ShareConnections(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	seeded(srv)
	token, err := srv.Client().Token(t.Context())
	require.NoError(t, err)
	front := httptest.NewServer(srv)
	defer front.Close()
	var dialed atomic.Int64
	transport := &http.Transport{DialContext: func(ctx context.Context, network, addr string) (net.Conn, error) {
		dialed.Add(1)
		return new(net.Dialer).DialContext(ctx, network, addr)
	}}
	defer transport.CloseIdleConnections()
	for i := range 200 {
		client, err := dingtalk.New(fmt.Sprint("app-", i), "secret", dingtalk.WithHTTPClient(&http.Client{Transport: transport}),
			dingtalk.WithBaseURL(front.URL), dingtalk.WithTokenSource(dingtalk.StaticToken(token.Value.Reveal())))
		require.NoError(t, err)
		require.NoError(t, getZhaoMin(t.Context(), client))
	}
	assert.Equal(t, int64(1), dialed.Load())
}
