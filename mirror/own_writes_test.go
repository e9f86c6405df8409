package mirror

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// What the client has written is dirty until the latest recheck, so a read that shows an older state is not the last one.
func TestWrites_AreReadAgainWhileReadsLag(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min"})
		var mu sync.Mutex
		var written time.Time
		lag := func(next dingtalk.Invoker) dingtalk.Invoker {
			return func(ctx context.Context, call *dingtalk.Call) error {
				err := next(ctx, call)
				mu.Lock()
				defer mu.Unlock()
				switch res := call.Response.(type) {
				case *dingtalk.User:
					if time.Since(written) < 25*time.Second {
						res.Name = "Zhao Min"
					}
				default:
					if call.Op == "UpdateUser" {
						written = time.Now()
					}
				}
				return err
			}
		}
		writes := NewWrites()
		client := srv.Client(dingtalk.WithMiddleware(writes.Middleware), dingtalk.WithMiddleware(lag))
		m := running(t, client, NewMemoryStore(), WithWrites(writes), func(o *options) { o.detailEvery = time.Hour })
		time.Sleep(time.Minute)
		require.NoError(t, client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: id, Name: new("Zhao M.")}))
		for range 20 {
			time.Sleep(time.Second)
			u, _ := sees(t, m, id)
			require.Equal(t, "Zhao Min", u.Name, "the test needs reads that lag")
			require.NotZero(t, status(t, m).Dirty)
		}
		time.Sleep(30 * time.Second)
		u, _ := sees(t, m, id)
		require.Equal(t, "Zhao M.", u.Name)
		require.Zero(t, status(t, m).Dirty)
	})
}
