package mirror

import (
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/event"
)

// The calls of a mirror while nothing else is read.
func seldomAnything(o *options) {
	o.detailEvery, o.scanEvery, o.countEvery = 1000*time.Hour, 1000*time.Hour, 1000*time.Hour
}

// rename gives users a title each and has the mirror accept an event for each, which names what has changed or not.
func rename(t *testing.T, srv *dingtalktest.Server, m *Mirror, ids []string, remark string, diff bool) {
	t.Helper()
	for _, id := range ids {
		u, _ := srv.User(id)
		u.Remark = remark
		srv.SetUser(u)
		e := userEvent(event.UserModifyOrg, id)
		if diff {
			e.Payload = &event.UserChange{UserIDs: []string{id}, Diff: []event.UserDiff{{
				UserID: id, Before: map[string]string{"remark": ""}, After: map[string]string{"remark": remark},
			}}}
		}
		require.NoError(t, m.Accept(t.Context(), e))
	}
}

func requireRemark(t *testing.T, m *Mirror, ids []string, remark string) {
	t.Helper()
	for _, id := range ids {
		u, _ := sees(t, m, id)
		require.Equal(t, remark, u.Remark)
	}
}

func TestBatch_ListsADepartmentOfManyDirtyUsers(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		dept := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		var ids []string
		for range 40 {
			ids = append(ids, srv.AddUser(dingtalktest.User{DeptIDList: []int64{dept}}))
		}
		people(srv, 5)
		m := running(t, srv.Client(), NewMemoryStore(), seldomAnything)
		time.Sleep(time.Minute)
		calls := func(op string) int { return len(srv.Calls(op)) }
		before := func() func() (int, int) {
			get, list := calls("GetUser"), calls("ListUsers")
			return func() (int, int) { return calls("GetUser") - get, calls("ListUsers") - list }
		}

		// The list shows what the event announced: one call for each user remains, for the other fields.
		made := before()
		rename(t, srv, m, ids, "announced", true)
		time.Sleep(400 * time.Millisecond)
		requireRemark(t, m, ids, "announced")
		time.Sleep(time.Minute)
		get, list := made()
		require.Equal(t, []int{40, 1}, []int{get, list})
		require.Zero(t, status(t, m).Dirty)
		require.Zero(t, status(t, m).Details)

		// Without that, the list takes the place of the first of two rechecks.
		made = before()
		rename(t, srv, m, ids, "changed", false)
		time.Sleep(2 * time.Minute)
		requireRemark(t, m, ids, "changed")
		get, list = made()
		require.Equal(t, []int{80, 2}, []int{get, list})
		require.Zero(t, status(t, m).Dirty)

		// A few are read one by one.
		made = before()
		rename(t, srv, m, ids[:minBatch-1], "few", true)
		time.Sleep(time.Minute)
		get, list = made()
		require.Equal(t, []int{minBatch - 1, 0}, []int{get, list})
	})
}

// A member who is in the list of no department any more, or whose list cannot be read, is read alone.
func TestBatch_ReadsAloneWhomTheListDoesNotShow(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ids := people(srv, 25)
		m := running(t, srv.Client(), NewMemoryStore(), seldomAnything)
		time.Sleep(time.Minute)
		srv.Fail("ListUsers", dingtalktest.Code(60003), 1)
		rename(t, srv, m, ids, "alone", false)
		time.Sleep(2 * time.Second)
		requireRemark(t, m, ids, "alone")
		time.Sleep(time.Minute)
		srv.Leave(ids[0], dingtalktest.Leave{})
		require.NoError(t, m.Accept(t.Context(), userEvent(event.UserLeaveOrg, ids[0])))
		rename(t, srv, m, ids[1:], "without", true)
		time.Sleep(time.Minute)
		_, found := sees(t, m, ids[0])
		require.False(t, found)
		requireRemark(t, m, ids[1:], "without")
		require.Zero(t, status(t, m).Dirty)
	})
}

// Very many dirty users, few of each department: a scan shows them with fewer calls.
func TestBatch_ScansForVeryManyDirtyUsers(t *testing.T) {
	inBubble(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		var ids []string
		for i := range 12 {
			dept := srv.AddDepartment(dingtalktest.Department{Name: fmt.Sprint("Team ", i)})
			for range 10 {
				ids = append(ids, srv.AddUser(dingtalktest.User{DeptIDList: []int64{dept}}))
			}
		}
		m := running(t, srv.Client(), NewMemoryStore(), seldomAnything)
		time.Sleep(time.Minute)
		scans, reads := len(srv.Calls("GetAuthScopes")), len(srv.Calls("GetUser"))
		rename(t, srv, m, ids, "announced", true)
		time.Sleep(2 * time.Second)
		require.Equal(t, 1, len(srv.Calls("GetAuthScopes"))-scans)
		requireRemark(t, m, ids, "announced")
		time.Sleep(time.Minute)
		require.Equal(t, 1, len(srv.Calls("GetAuthScopes"))-scans)
		require.Less(t, len(srv.Calls("GetUser"))-reads, len(ids)*5/4)
		require.Zero(t, status(t, m).Dirty)

		scans = len(srv.Calls("GetAuthScopes"))
		rename(t, srv, m, ids[:minScanBatch-1], "few", true)
		time.Sleep(time.Minute)
		require.Len(t, srv.Calls("GetAuthScopes"), scans)
	})
}
