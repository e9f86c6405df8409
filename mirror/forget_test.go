package mirror

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
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

// The event that a user has joined again may be stored and not be read yet when the user is forgotten.
func TestForget_ReadsAUserWhoWasDirty(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, store := dingtalktest.New(t), NewMemoryStore()
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
		m := running(t, srv.Client(), store, func(o *options) { o.detailEvery = 1000 * time.Hour })
		time.Sleep(time.Minute)
		other, err := Open(t.Context(), srv.Client(), store)
		require.NoError(t, err)
		require.NoError(t, other.Accept(t.Context(), userEvent(event.UserAddOrg, "zhao.min")))
		require.NoError(t, other.Forget(t.Context(), "zhao.min"))
		_, found := sees(t, m, "zhao.min")
		require.False(t, found)
		time.Sleep(time.Minute)
		_, found = sees(t, m, "zhao.min")
		require.True(t, found, "the user is in the organization")
		require.Zero(t, status(t, m).Dirty)

		srv.Leave("zhao.min", dingtalktest.Leave{})
		require.NoError(t, other.Accept(t.Context(), userEvent(event.UserLeaveOrg, "zhao.min")))
		require.NoError(t, other.Forget(t.Context(), "zhao.min"))
		time.Sleep(time.Minute)
		_, found = sees(t, m, "zhao.min")
		require.False(t, found)
		requireNowhere(t, store, "zhao.min")
	})
}

// The cursor of the details is the key of a user.
func TestForget_LeavesNoUserIDInTheCursor(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, store := dingtalktest.New(t), NewMemoryStore()
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min"})
		m := running(t, srv.Client(), store, func(o *options) { o.detailEvery, o.detailRound = time.Second, time.Second })
		time.Sleep(5 * time.Minute)
		require.NoError(t, store.View(t.Context(), func(r Reader) error {
			b, err := get(r, detailCursorKey)
			require.NotEmpty(t, b, "the cursor is stored")
			return err
		}))
		srv.Leave("zhao.min", dingtalktest.Leave{})
		require.NoError(t, m.Forget(t.Context(), "zhao.min"))
		time.Sleep(5 * time.Minute)
		requireNowhere(t, store, "zhao.min")
	})
}

// requireNowhere holds that no record of a store names a user, but for the keys of the feed's changes.
func requireNowhere(t *testing.T, store Store, userID string) {
	t.Helper()
	require.NoError(t, store.View(t.Context(), func(r Reader) error {
		return r.Range([]byte{0}, []byte{0xff}, func(key, value []byte) error {
			if key[0] != prefixFeed {
				require.NotContains(t, string(key)+string(value), userID)
			}
			return nil
		})
	}))
}

// The first read after an event may not show the change yet, also after Forget.
func TestForget_LeavesTheRecheckOfAnEvent(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, store := dingtalktest.New(t, dingtalktest.WithReadLag(2*time.Second)), NewMemoryStore()
		m := running(t, srv.Client(), store, noDetails)
		time.Sleep(time.Minute)
		srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, "zhao.min")))
		require.NoError(t, m.Forget(t.Context(), "zhao.min"))
		time.Sleep(20 * time.Second)
		_, found := sees(t, m, "zhao.min")
		require.True(t, found)
	})
}
