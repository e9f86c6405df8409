package mirror

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// readingScopes are the permission points of all calls that a mirror makes.
var readingScopes = []string{"qyapi_base", "qyapi_get_member", "qyapi_get_department_list", "qyapi_get_department_member", "qyapi_manage_addresslist"}

func TestMirror_LosesNothingWhenPermissionPointsAreWithdrawn(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		people(srv, 20)
		m := running(t, srv.Client(), NewMemoryStore())
		time.Sleep(time.Minute)
		srv.SetMissingScopes(readingScopes...)
		id := srv.AddUser(dingtalktest.User{})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		m.Gap(event.Gap{Cause: "a test"})
		time.Sleep(3 * time.Hour)
		s := status(t, m)
		require.ErrorIs(t, s.PauseCause, dingtalk.ErrPermission)
		require.ErrorContains(t, s.PauseCause, "60011")
		require.Equal(t, 20, s.Users)
		require.Positive(t, s.Dirty)
		require.Empty(t, removals(t, m))

		srv.SetMissingScopes()
		time.Sleep(maxPause + time.Minute)
		s = status(t, m)
		require.NoError(t, s.PauseCause)
		require.Zero(t, s.PausedUntil)
		require.Zero(t, s.Dirty)
		_, found := sees(t, m, id)
		require.True(t, found)
		before := len(srv.Calls("GetAuthScopes"))
		time.Sleep(20 * time.Minute)
		require.Greater(t, len(srv.Calls("GetAuthScopes")), before, "a pause is no part of the time that a scan takes")
	})
}

// That lists show no one in the whole organization is not believed, however small it is.
func TestMirror_RemovesNoUserWhenTheOrganizationShrinksToNothing(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		ids := people(srv, 8)
		for range 8 {
			ids = append(ids, srv.AddUser(dingtalktest.User{DeptIDList: []int64{dept}}))
		}
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		time.Sleep(time.Minute)
		for _, id := range ids {
			srv.Leave(id, dingtalktest.Leave{})
		}
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Hour)
		s := status(t, m)
		require.Equal(t, 16, s.Users)
		require.Equal(t, map[Kind]int{KindUser: 16}, s.Held)
		for _, id := range ids[1:] {
			srv.Rehire(id)
		}
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		s = status(t, m)
		require.Equal(t, 15, s.Users)
		require.Empty(t, s.Held)
	})
}

func TestMirror_GoesOnWhenTheClockJumps(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		people(srv, 5)
		var offset atomic.Int64
		clock := func(o *options) {
			o.now = func() time.Time { return time.Now().Add(time.Duration(offset.Load())) }
		}
		m := running(t, srv.Client(), NewMemoryStore(), clock)
		time.Sleep(time.Minute)
		for _, jump := range []time.Duration{400 * 24 * time.Hour, -800 * 24 * time.Hour, 0} {
			revision := status(t, m).Revision
			before := srv.AddUser(dingtalktest.User{})
			require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, before)))
			offset.Store(int64(jump))
			after := srv.AddUser(dingtalktest.User{})
			require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, after)))
			time.Sleep(time.Second)
			_, found := sees(t, m, after)
			require.True(t, found, "what is accepted after the jump")
			time.Sleep(recheckDelays[1] + recheckStep)
			_, found = sees(t, m, before)
			require.True(t, found, "what was accepted before it")
			changes, err := m.changesAfter(t.Context(), revision)
			require.NoError(t, err)
			require.GreaterOrEqual(t, len(changes), 2)
			time.Sleep(time.Hour) // in which the feed is compacted, and scans run
			s := status(t, m)
			require.Zero(t, s.Dirty)
			require.Less(t, s.OldestDirty, time.Hour)
			_, err = m.changesAfter(t.Context(), s.Revision)
			require.NoError(t, err, "who has followed the feed goes on")
		}
		require.Equal(t, 11, status(t, m).Users)
	})
}

func TestStatus_ShowsThatTheStoreFails(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		id := people(srv, 1)[0]
		store := &fullStore{Store: NewMemoryStore()}
		m := running(t, srv.Client(), store)
		store.full.Store(true)
		time.Sleep(time.Hour)
		s := status(t, m)
		require.ErrorIs(t, s.PauseCause, errFull)
		require.NotZero(t, s.PausedUntil)
		store.full.Store(false)
		time.Sleep(2 * time.Minute)
		s = status(t, m)
		require.NoError(t, s.PauseCause)
		require.Zero(t, s.PausedUntil)

		// A damaged row stops the mirror, which does not guess what the row was.
		require.NoError(t, store.Update(t.Context(), func(w Writer) error { return w.Put(UserKey(id).encode(), []byte("{")) }))
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserModifyOrg, id)))
		time.Sleep(time.Hour)
		s = status(t, m)
		require.ErrorContains(t, s.PauseCause, "the store holds a damaged")
		require.Equal(t, 1, s.Dirty)
	})
}
