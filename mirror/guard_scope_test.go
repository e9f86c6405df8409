package mirror

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// divided returns a server with a department of 5 users and one of 120.
func divided(t *testing.T) (srv *dingtalktest.Server, small int64) {
	t.Helper()
	srv = dingtalktest.New(t)
	add := func(name string, users int) int64 {
		id := srv.AddDepartment(dingtalktest.Department{Name: name})
		for range users {
			srv.AddUser(dingtalktest.User{DeptIDList: []int64{id}})
		}
		return id
	}
	small = add("Legal", 5)
	add("Sales", 120)
	return srv, small
}

// noDetails has no details read again, which would find removals one by one.
func noDetails(o *options) { o.detailEvery = 1000 * time.Hour }

var scopeEvent = event.Event{Type: event.InnerAppScopesChange, ID: "e1"}

// removals counts the removals in the feed by their reason.
func removals(t *testing.T, m *Mirror) map[RemovalReason]int {
	t.Helper()
	n := map[RemovalReason]int{}
	changes, after := []Change{{}}, Revision(0)
	for len(changes) > 0 {
		var err error
		changes, err = m.changesAfter(t.Context(), after)
		require.NoError(t, err)
		for _, c := range changes {
			after = c.Revision
			if c.After == nil && c.Key.Kind == KindUser {
				n[c.RemovalReason]++
			}
		}
	}
	return n
}

func TestGuard_RemovesNoUserWhileTheContactScopeIsNarrowed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, small := divided(t)
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		time.Sleep(time.Minute)
		srv.SetContactScope([]int64{small}, nil)
		require.NoError(t, m.Accept(t.Context(), scopeEvent))
		time.Sleep(time.Minute)
		s := status(t, m)
		require.Equal(t, 125, s.Users)
		require.Equal(t, 120, s.Held[KindUser])
		require.True(t, s.ScopeChanged)
		id := srv.AddUser(dingtalktest.User{DeptIDList: []int64{small}})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserAddOrg, id)))
		time.Sleep(time.Second)
		_, found := sees(t, m, id)
		require.True(t, found, "everything else goes on")

		srv.SetContactScope([]int64{dingtalk.RootDepartmentID}, nil)
		require.NoError(t, m.Accept(t.Context(), scopeEvent))
		time.Sleep(time.Minute)
		s = status(t, m)
		require.Empty(t, s.Held)
		require.Zero(t, s.Dirty)
		require.False(t, s.ScopeChanged)
		require.Equal(t, 126, s.Users)
		require.Empty(t, removals(t, m))
		require.NoError(t, m.Rescan(t.Context()))
		require.Equal(t, 126, status(t, m).Users)
	})
}

func TestGuard_LetsThroughWhatALaterScanOfTheContactScopeExplains(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, small := divided(t)
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		time.Sleep(time.Minute)
		srv.SetContactScope([]int64{small}, nil)
		require.NoError(t, m.Rescan(t.Context()))
		require.NoError(t, m.Rescan(t.Context()))
		require.Equal(t, 125, status(t, m).Users, "events come twice")
		time.Sleep(scopeDelay)
		require.NoError(t, m.Rescan(t.Context()))
		s := status(t, m)
		require.Equal(t, 5, s.Users)
		require.Equal(t, 1, s.Departments)
		require.Empty(t, s.Held)
		require.False(t, s.ScopeChanged)
		require.Equal(t, map[RemovalReason]int{OutOfScope: 120}, removals(t, m))

		srv.SetContactScope([]int64{dingtalk.RootDepartmentID}, nil)
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		s = status(t, m)
		require.Equal(t, 125, s.Users)
		require.Equal(t, 3, s.Departments)
	})
}

// So do departments wait of which the contact scope has become smaller.
func TestGuard_RemovesNoDepartmentsWhileTheContactScopeIsNarrowed(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		var dept int64
		for i := range 120 {
			dept = srv.AddDepartment(dingtalktest.Department{Name: fmt.Sprint("Team ", i)})
		}
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		srv.SetContactScope([]int64{dept}, nil)
		require.NoError(t, m.Rescan(t.Context()))
		s := status(t, m)
		require.Equal(t, 121, s.Departments)
		require.Equal(t, 120, s.Held[KindDepartment])
		time.Sleep(scopeDelay)
		require.NoError(t, m.Rescan(t.Context()))
		require.Equal(t, 1, status(t, m).Departments)
	})
}

// Few users out of a changed contact scope are no flood.
func TestGuard_LetsFewUsersOutOfTheContactScope(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Board"})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{dept}})
		srv.AddUser(dingtalktest.User{UserID: "li.lei"})
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		time.Sleep(time.Minute)
		srv.SetContactScope([]int64{dept}, nil)
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		_, found := sees(t, m, "li.lei")
		require.False(t, found)
		s := status(t, m)
		require.Equal(t, 1, s.Users)
		require.Empty(t, s.Held)
		require.Zero(t, s.Dirty)
	})
}

// That the app may see nothing any more explains nothing: it is what a mistake looks like.
func TestGuard_HoldsEverythingWhileTheContactScopeIsEmpty(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv, _ := divided(t)
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		time.Sleep(time.Minute)
		srv.SetContactScope(nil, nil)
		for range 2 {
			require.NoError(t, m.Rescan(t.Context()))
		}
		time.Sleep(time.Hour)
		s := status(t, m)
		require.Equal(t, 125, s.Users)
		require.Equal(t, 125, s.Held[KindUser])
		require.True(t, s.ScopeChanged)
		srv.SetContactScope([]int64{dingtalk.RootDepartmentID}, nil)
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		s = status(t, m)
		require.Empty(t, s.Held)
		require.Empty(t, removals(t, m))
	})
}

// Without a change of the contact scope, 50002 is no explanation.
func TestGuard_HoldsAFloodOutOfAnUnchangedContactScope(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		people(srv, 130)
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		time.Sleep(time.Minute)
		srv.Fail("ListUsers", dingtalktest.Code(50004), 100_000)
		srv.Fail("GetUser", dingtalktest.Code(50002), 100_000)
		for range 2 {
			require.NoError(t, m.Rescan(t.Context()))
		}
		s := status(t, m)
		require.Equal(t, 130, s.Users)
		require.Equal(t, 130, s.Held[KindUser])
		require.False(t, s.ScopeChanged)
	})
}

// The users that a closed guard holds back return, after as many as it lets through have left for good.
func TestGuard_OpensWhenTheUsersOfAFloodOfEventsAreBack(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ids := people(srv, 130)
		m := running(t, srv.Client(), NewMemoryStore(), noDetails)
		for i, id := range ids[:120] {
			srv.Leave(id, dingtalktest.Leave{})
			require.NoError(t, m.Accept(t.Context(), userEvent(event.UserLeaveOrg, id)))
			if i == minScanBatch-10 {
				time.Sleep(time.Minute) // so that there is no scan
			}
		}
		time.Sleep(time.Minute)
		require.Equal(t, 30, status(t, m).Users)
		for _, id := range ids[:120] {
			if _, kept := sees(t, m, id); kept {
				srv.Rehire(id)
			}
		}
		require.NoError(t, m.Rescan(t.Context()))
		time.Sleep(time.Minute)
		s := status(t, m)
		require.Empty(t, s.Held)
		require.Equal(t, 30, s.Users)
		srv.Leave(ids[129], dingtalktest.Leave{})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserLeaveOrg, ids[129])))
		time.Sleep(time.Second)
		_, found := sees(t, m, ids[129])
		require.False(t, found)
	})
}
