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

// TestManyCallersKeepTheirConnections makes 12 calls with each of 256 callers. With net/http's own transport, which keeps
// two idle connections, every second call would open one; whoever lost that setting would notice here.
func TestManyCallersKeepTheirConnections(t *testing.T) {
	t.Parallel()
	const callers, calls = 256, 12
	server := dingtalktest.New(t)
	userID := server.AddUser(dingtalktest.User{Name: "Zhao Min"})
	var opened atomic.Int64
	door := httptest.NewUnstartedServer(server)
	door.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			opened.Add(1)
		}
	}
	door.Start()
	t.Cleanup(door.Close)
	client, err := dingtalk.New(server.ClientID(), server.ClientSecret(), dingtalk.WithBaseURL(door.URL),
		dingtalk.WithInsecureHTTP(), dingtalk.WithTimeout(time.Minute),
		dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: -1, PerAddress: -1}))
	require.NoError(t, err)
	t.Cleanup(client.HTTPClient().CloseIdleConnections)

	var wg sync.WaitGroup
	for range callers {
		wg.Go(func() {
			for range calls {
				user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: userID})
				if !assert.NoError(t, err) || !assert.Equal(t, "Zhao Min", user.Name) {
					return
				}
			}
		})
	}
	wg.Wait()
	t.Logf("%d connections for %d calls", opened.Load(), callers*calls)
	assert.LessOrEqual(t, opened.Load(), int64(2*callers), "one for each caller, and a few that came too late to be used")
}
