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

func TestGuard_HoldsWhatAScanMisses(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ids := people(srv, 300)
		m := running(t, srv.Client(), NewMemoryStore())
		time.Sleep(time.Minute)
		for _, id := range ids[:150] {
			srv.Leave(id, dingtalktest.Leave{})
		}
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Hour) // scans and details go on
		s := status(t, m)
		require.Greater(t, s.Held[KindUser], 140) // the rotation of the details had found one or two
		require.Equal(t, 150+s.Held[KindUser], s.Users)
		id := srv.AddUser(dingtalktest.User{})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(time.Second)
		_, found := sees(t, m, id)
		require.True(t, found, "everything else goes on")

		require.NoError(t, m.AllowMassRemoval(t.Context()))
		time.Sleep(time.Minute)
		s = status(t, m)
		require.Empty(t, s.Held)
		require.Zero(t, s.Dirty)
		require.Equal(t, 151, s.Users)
	})
}

func TestGuard_OpensWhenTheUsersAreBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ids := people(srv, 300)
		m := running(t, srv.Client(), NewMemoryStore())
		time.Sleep(time.Minute)
		for _, id := range ids[:150] {
			srv.Leave(id, dingtalktest.Leave{})
		}
		require.NoError(t, m.Rescan(t.Context()))
		require.NotEmpty(t, status(t, m).Held)
		for _, id := range ids[:140] {
			srv.Rehire(id)
		}
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		s := status(t, m)
		require.Empty(t, s.Held)
		require.Equal(t, 290, s.Users)
	})
}

func TestGuard_HoldsAFloodOfEvents(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ids := people(srv, 300)
		m := running(t, srv.Client(), NewMemoryStore())
		for _, id := range ids[:150] {
			srv.Leave(id, dingtalktest.Leave{})
			require.NoError(t, m.Accept(t.Context(), userEvent(event.UserLeaveOrg, id)))
		}
		time.Sleep(3 * time.Hour)
		s := status(t, m)
		require.GreaterOrEqual(t, s.Users, 200)
		require.Equal(t, s.Users-150, s.Held[KindUser])
		require.NoError(t, m.AllowMassRemoval(t.Context()))
		time.Sleep(time.Minute)
		require.Equal(t, 150, status(t, m).Users)
	})
}

// A user is back while a read that showed the user as gone is under way.
func TestGuard_ReadsAgainWhatAnEventNamesDuringTheRead(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ids := people(srv, 300)
		var m *Mirror
		var leaves atomic.Pointer[string] // nil once the user is back
		m = running(t, srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			return func(ctx context.Context, call *dingtalk.Call) error {
				err := next(ctx, call)
				id := leaves.Load()
				if id != nil && call.Request == (dingtalk.GetUserRequest{UserID: *id}) && leaves.CompareAndSwap(id, nil) {
					srv.Rehire(*id)
					require.NoError(t, m.Accept(ctx, userEvent(event.UserAddOrg, *id)))
				}
				return err
			}
		})), NewMemoryStore(), noDetails)
		time.Sleep(time.Minute)
		for _, id := range ids[:150] {
			srv.Leave(id, dingtalktest.Leave{})
		}
		require.NoError(t, m.Rescan(t.Context()))
		require.Equal(t, 150, status(t, m).Held[KindUser])
		leaves.Store(&ids[0])
		l := m.leader.Load()
		_, err := l.refresh(t.Context(), UserKey(ids[0]), SourceDetails, nil) // as detailLoop does
		require.NoError(t, err)
		time.Sleep(40 * time.Second)
		require.NoError(t, m.View(t.Context(), func(v *View) error {
			_, found, err := getDirty(v.r, UserKey(ids[0]))
			require.False(t, found, "the event is forgotten")
			return err
		}))
	})
}
