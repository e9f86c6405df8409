package mirror

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

func TestMirror_HasEverythingAfterTheFirstScan(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(20, 300, 1))
		m, err := Open(t.Context(), srv.Client(), NewMemoryStore())
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- m.Run(ctx) }()
		require.NoError(t, m.Ready(ctx))
		require.NoError(t, m.View(ctx, func(v *View) error {
			n := 0
			for _, err := range v.Users() {
				require.NoError(t, err)
				n++
			}
			require.Equal(t, len(srv.Users()), n)
			return nil
		}))
		id := srv.AddUser(dingtalktest.User{Name: "Zhao Min"})
		require.NoError(t, m.Accept(ctx, event.Event{Type: event.UserAddOrg, Payload: &event.UserChange{UserIDs: []string{id}}}))
		time.Sleep(time.Second)
		require.NoError(t, m.View(ctx, func(v *View) error {
			u, err := v.User(id)
			require.NoError(t, err)
			require.Equal(t, "Zhao Min", u.Name)
			require.True(t, u.Detail)
			return nil
		}))
		cancel()
		require.ErrorIs(t, <-done, context.Canceled)
	})
}
