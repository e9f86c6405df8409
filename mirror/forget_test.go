package mirror

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// A read that began before a user left and was forgotten must not bring the user back, whichever process forgets.
func TestForget_IsNotUndoneByAReadUnderWay(t *testing.T) {
	for _, c := range []struct {
		name string
		read func(ctx context.Context, m *Mirror) error
	}{
		{"GetUser", func(ctx context.Context, m *Mirror) error { return m.Refresh(ctx, UserKey("zhao.min")) }},
		{"ListUsers", func(ctx context.Context, m *Mirror) error { return m.Rescan(ctx) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T) {
				srv, store := dingtalktest.New(t), NewMemoryStore()
				srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
				var slow atomic.Bool
				hold := func(next dingtalk.Invoker) dingtalk.Invoker {
					return func(ctx context.Context, call *dingtalk.Call) error {
						err := next(ctx, call)
						if call.Op == c.name && slow.Swap(false) {
							time.Sleep(5 * time.Second)
						}
						return err
					}
				}
				m := running(t, srv.Client(dingtalk.WithMiddleware(hold)), store, func(o *options) { o.detailEvery = time.Hour })
				other, err := Open(t.Context(), srv.Client(), store)
				require.NoError(t, err)
				time.Sleep(time.Minute)

				slow.Store(true)
				done := make(chan error)
				go func() { done <- c.read(t.Context(), m) }()
				time.Sleep(2 * time.Second)
				require.False(t, slow.Load(), "the read is under way")
				srv.Leave("zhao.min", dingtalktest.Leave{})
				require.NoError(t, other.Forget(t.Context(), "zhao.min"))
				before := status(t, m).Revision
				require.NoError(t, <-done)
				time.Sleep(time.Minute)
				_, found := sees(t, m, "zhao.min")
				require.False(t, found)
				require.Equal(t, before, status(t, m).Revision, "the user was back for a while")
				require.Zero(t, status(t, m).Dirty)
			})
		})
	}
}
