package e2e_test

import (
	"context"
	"fmt"
	"iter"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// TestListedUsers_AreTheSameByListAndOneByOne reads users of several departments, a user in none of those that are known, a
// user in an unknown department, and two who do not exist.
func TestListedUsers_AreTheSameByListAndOneByOne(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		ids := []string{"unknown", "unknown as well"}
		known := map[string]int64{"unknown": 1, "unknown as well": 404}
		for i, u := range srv.Users() {
			ids = append(ids, u.UserID)
			known[u.UserID] = u.DeptIDList[len(u.DeptIDList)-1]
			if i%50 == 0 {
				known[u.UserID] = int64(i % 100) // wrong, or not known
			}
		}
		byOne := collectPairs(client.ListedUsersByID(t.Context(), dingtalk.ListedUsersByIDRequest{UserIDs: ids}))
		for id, u := range byOne.users {
			u.DeptOrder, u.Leader = 0, false
			require.Equal(t, u, byOne.users[id], "not known in which department")
		}
		calls := len(srv.Calls("GetUser"))
		require.GreaterOrEqual(t, calls, len(ids))
		listed := collectPairs(client.ListedUsersByID(t.Context(), dingtalk.ListedUsersByIDRequest{UserIDs: ids, DeptIDs: known}))
		assert.Less(t, len(srv.Calls("GetUser"))-calls+len(srv.Calls("ListUsers")), len(ids)/2)
		assert.Equal(t, ids, listed.order)
		assert.Len(t, listed.errs, 2)
		for id, err := range listed.errs {
			assert.ErrorIs(t, err, dingtalk.ErrNotFound)
			assert.ErrorIs(t, byOne.errs[id], dingtalk.ErrNotFound)
		}
		for id, u := range listed.users {
			order, leader := u.DeptOrder, u.Leader
			u.DeptOrder, u.Leader = 0, false
			require.Equal(t, byOne.users[id], u)
			full, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: id})
			require.NoError(t, err)
			for i, o := range full.DeptOrderList {
				if o.DeptID == known[id] {
					assert.Equal(t, o.Order, order)
					assert.Equal(t, full.LeaderInDept[i].Leader, leader)
				}
			}
		}
	}, dingtalktest.WithSampleOrg(6, 300, 1))
}

func TestListedUsers_TakeTheFewestCalls(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		members, wanted int
		lists, gets     int
	}{
		"all of two pages":         {200, 200, 2, 0},
		"one user":                 {5, 1, 0, 1},
		"two on the first page":    {5, 2, 1, 0},
		"three beyond three pages": {450, 3, 3, 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				dept := srv.AddDepartment(dingtalktest.Department{ParentID: 1, Name: "Platform"})
				known := map[string]int64{}
				var ids []string
				for i := range tt.members {
					id := srv.AddUser(dingtalktest.User{UserID: fmt.Sprintf("u%03d", i), Name: "Zhao Min", DeptIDList: []int64{dept}})
					if i < tt.wanted {
						ids, known[id] = append(ids, id), dept
					}
				}
				req := dingtalk.ListedUsersByIDRequest{UserIDs: ids, DeptIDs: known}
				assert.Len(t, collect(t, srv.Client().ListedUsersByID(t.Context(), req)), tt.wanted)
				assert.Len(t, srv.Calls("ListUsers"), tt.lists)
				assert.Len(t, srv.Calls("GetUser"), tt.gets)
			})
		})
	}
}

func TestListedUsers_EndAtOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		known := map[string]int64{}
		var ids []string
		for _, u := range srv.Users() {
			ids, known[u.UserID] = append(ids, u.UserID), u.DeptIDList[0]
		}
		ids = append(ids[:2:2], append([]string{"one by one"}, ids[2:]...)...)
		client := srv.Client()
		srv.Fail("GetUser", dingtalktest.Hang, 1000)
		start := time.Now()
		for _, err := range client.ListedUsersByID(t.Context(), dingtalk.ListedUsersByIDRequest{UserIDs: ids, DeptIDs: known}) {
			require.NoError(t, err)
			break
		}
		assert.Zero(t, time.Since(start), "when the loop is left")

		srv.Fail("ListUsers", dingtalktest.Hang, 1000)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ended := collectPairs(client.ListedUsersByID(ctx, dingtalk.ListedUsersByIDRequest{UserIDs: ids, DeptIDs: known}))
		assert.Equal(t, time.Second, time.Since(start), "with the context")
		assert.Equal(t, ids, ended.order)
		for _, err := range ended.errs {
			require.ErrorIs(t, err, context.DeadlineExceeded)
		}
		for _, err := range client.ListedUsersByID(nil, dingtalk.ListedUsersByIDRequest{UserIDs: ids[:2]}) { //nolint:staticcheck // a nil context
			require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		}
	}, dingtalktest.WithSampleOrg(6, 300, 1))
}

// listedPairs holds what ListedUsersByID yields.
type listedPairs struct {
	order []string
	users map[string]dingtalk.UserInDept
	errs  map[string]error
}

func collectPairs(all iter.Seq2[dingtalk.UserInDept, error]) listedPairs {
	p := listedPairs{users: map[string]dingtalk.UserInDept{}, errs: map[string]error{}}
	for u, err := range all {
		p.order = append(p.order, u.UserID)
		if err != nil {
			p.errs[u.UserID] = err
		} else {
			p.users[u.UserID] = u
		}
	}
	return p
}
