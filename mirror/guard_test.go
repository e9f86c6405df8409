package mirror

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

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
