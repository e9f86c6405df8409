package e2e_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// barrier is a handler that delays requests until size of them have arrived.
type barrier struct {
	next http.Handler
	size int

	mu      sync.Mutex
	arrived int
	release chan struct{}
}

func (b *barrier) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/gettoken" {
		b.mu.Lock()
		release := b.release
		if b.arrived++; b.arrived == b.size {
			close(release)
			b.arrived, b.release = 0, make(chan struct{})
		}
		b.mu.Unlock()
		select {
		case <-release:
		case <-r.Context().Done():
		}
	}
	b.next.ServeHTTP(w, r)
}

// TestConnections_AreKeptForManyCallers has 256 calls in flight at once, four times. Each needs a connection, and one that
// is not kept has to be opened again; the default transport of net/http keeps two.
func TestConnections_AreKeptForManyCallers(t *testing.T) {
	t.Parallel()
	const callers, rounds = 256, 4
	server := dingtalktest.New(t)
	userID := server.AddUser(dingtalktest.User{Name: "Zhao Min"})
	var opened atomic.Int64
	front := httptest.NewUnstartedServer(&barrier{next: server, size: callers, release: make(chan struct{})})
	front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	front.Start()
	t.Cleanup(front.Close)
	client, err := dingtalk.New(server.ClientID(), server.ClientSecret(), dingtalk.WithBaseURL(front.URL),
		dingtalk.WithInsecureHTTP(), dingtalk.WithTimeout(time.Minute),
		dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	require.NoError(t, err)
	t.Cleanup(client.HTTPClient().CloseIdleConnections)

	for range rounds {
		var wg sync.WaitGroup
		for range callers {
			wg.Go(func() {
				user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userID})
				if assert.NoError(t, err) {
					assert.Equal(t, "Zhao Min", user.Name)
				}
			})
		}
		wg.Wait()
	}
	t.Logf("%d connections for %d calls", opened.Load(), callers*rounds)
	assert.GreaterOrEqual(t, opened.Load(), int64(callers), "they were not all in flight at once")
	assert.LessOrEqual(t, opened.Load(), int64(callers+callers/4), "a few may return just too late for the next round")
}

func TestConnections_AreClosedOnRequest(t *testing.T) {
	t.Parallel()
	server := dingtalktest.New(t)
	userID := server.AddUser(dingtalktest.User{Name: "Zhao Min"})
	closed := make(chan struct{}, 8)
	front := httptest.NewUnstartedServer(server)
	front.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			closed <- struct{}{}
		}
	}
	front.Start()
	defer front.Close()
	client, err := dingtalk.New(server.ClientID(), server.ClientSecret(), dingtalk.WithBaseURL(front.URL))
	require.NoError(t, err)
	get := func() {
		t.Helper()
		_, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userID})
		require.NoError(t, err)
	}
	get()
	<-closed // that of the token is not kept
	get()
	require.Empty(t, closed, "that of the user is")
	client.CloseIdleConnections()
	<-closed
	get()
}
