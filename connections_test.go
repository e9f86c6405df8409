package dingtalk_test

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

// gathering holds calls back until so many are there.
type gathering struct {
	next http.Handler
	size int

	mu    sync.Mutex
	there int
	begin chan struct{}
}

func (g *gathering) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path != "/gettoken" {
		g.mu.Lock()
		begin := g.begin
		if g.there++; g.there == g.size {
			close(begin)
			g.there, g.begin = 0, make(chan struct{})
		}
		g.mu.Unlock()
		select {
		case <-begin:
		case <-r.Context().Done():
		}
	}
	g.next.ServeHTTP(w, r)
}

// TestManyCallersKeepTheirConnections has 256 calls under way at once, four times over. Each needs a connection; what of
// them is not kept has to be opened anew: all but two of net/http's own transport.
func TestManyCallersKeepTheirConnections(t *testing.T) {
	t.Parallel()
	const callers, rounds = 256, 4
	server := dingtalktest.New(t)
	userID := server.AddUser(dingtalktest.User{Name: "Zhao Min"})
	var opened atomic.Int64
	door := httptest.NewUnstartedServer(&gathering{next: server, size: callers, begin: make(chan struct{})})
	door.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	door.Start()
	t.Cleanup(door.Close)
	client, err := dingtalk.New(server.ClientID(), server.ClientSecret(), dingtalk.WithBaseURL(door.URL),
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
	assert.GreaterOrEqual(t, opened.Load(), int64(callers), "they were not all under way at once")
	assert.LessOrEqual(t, opened.Load(), int64(callers+callers/4), "a few may come back just too late for the next round")
}
