package e2e_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestWalk_ContinuesAfterAFailedBranch(t *testing.T) {
	t.Parallel()
	const east, shop, west = 4300000010, 4300000011, 4300000020
	for name, tt := range map[string]struct {
		path          string
		code          int
		depts, people []int64
		class         error
	}{
		"the children cannot be listed":   {listSubIDPath, -1, []int64{1, east, west}, []int64{1, east, west}, dingtalk.ErrTransient},
		"it cannot be read":               {getDeptPath, 400001, []int64{1, west, shop}, []int64{1, east, west, shop}, dingtalk.ErrTransient},
		"its users cannot be read":        {listUsersPath, 60019, []int64{1, east, west, shop}, []int64{1, west, shop}, dingtalk.ErrInvalidArgument},
		"it is out of sight":              {listUsersPath, 50004, []int64{1, east, west, shop}, []int64{1, west, shop}, dingtalk.ErrPermission},
		"it is throttled for ever":        {getDeptPath, 90018, []int64{1, west, shop}, []int64{1, east, west, shop}, dingtalk.ErrRateLimited},
		"it responds with truncated JSON": {getDeptPath, 0, []int64{1, west, shop}, []int64{1, east, west, shop}, dingtalk.ErrTransient},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.AddDepartment(dingtalktest.Department{ID: east, Name: "East", Order: 1})
				srv.AddDepartment(dingtalktest.Department{ID: west, Name: "West", Order: 2})
				srv.AddDepartment(dingtalktest.Department{ID: shop, ParentID: east, Name: "Shop"})
				for _, dept := range []int64{1, east, west, shop} {
					srv.AddUser(dingtalktest.User{Name: fmt.Sprint(dept), DeptIDList: []int64{dept}})
				}
				client, _ := intercepted(srv, func(path, body string) string {
					switch {
					case path != tt.path || !isAbout(body, east):
						return ""
					case tt.code == 0:
						return `{"errcode":0,"result":{"dept_id":{}}`
					}
					return errorResponse(tt.code)
				})
				depts := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
				people := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
				assert.Equal(t, tt.depts, deptIDs(depts))
				var in []int64
				for _, u := range people.values {
					in = append(in, u.DeptID)
				}
				assert.Equal(t, tt.people, in)
				both := 0
				for _, failed := range []map[int64]error{depts.failed, people.failed} {
					if err := failed[east]; err != nil {
						both++
						require.Len(t, failed, 1)
						require.ErrorIs(t, err, tt.class)
						e, ok := errors.AsType[*dingtalk.Error](err)
						require.True(t, ok)
						assert.Equal(t, int64(east), e.DeptID)
						assert.Contains(t, err.Error(), "department 4300000010: ")
					}
				}
				assert.Positive(t, both)
			})
		})
	}
}

func TestWalk_KeepsThePeopleBeforeAFailedPage(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		sales := srv.AddDepartment(dingtalktest.Department{Name: "Sales"})
		for i := range 250 {
			srv.AddUser(dingtalktest.User{Name: fmt.Sprint("P", i), DeptIDList: []int64{1, sales}})
		}
		client, _ := intercepted(srv, func(path, body string) string {
			if path == listUsersPath && isAbout(body, 1) && strings.Contains(body, `"cursor":100`) {
				return errorResponse(60019)
			}
			return ""
		})
		got := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.ElementsMatch(t, storedUserIDs(srv), userIDs(got), "the first hundred once, the others through their second department")
		assert.Len(t, got.failed, 1)
		assert.Error(t, got.failed[1])
	})
}

func TestWalk_NamesADeletedDepartmentOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		gone := srv.AddDepartment(dingtalktest.Department{Name: "Gone", Order: 1})
		stays := srv.AddDepartment(dingtalktest.Department{Name: "Stays", Order: 2})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{stays}})
		boss := srv.Client()
		client, _ := intercepted(srv, func(path, body string) string {
			if isAbout(body, gone) { // it has just been listed as a child of the root
				_ = boss.DeleteDepartment(t.Context(), dingtalk.DeleteDepartmentRequest{DeptID: gone})
			}
			return ""
		})
		var order []int64
		for d, err := range client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}) {
			if err != nil {
				require.ErrorIs(t, err, dingtalk.ErrNotFound)
				e, _ := errors.AsType[*dingtalk.Error](err)
				order = append(order, -e.DeptID)
				continue
			}
			order = append(order, d.DeptID)
		}
		assert.Equal(t, []int64{1, -gone, stays}, order, "in its position, and once although two calls failed")
		got := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.Empty(t, got.failed, "it is no longer listed")
		assert.Equal(t, []string{"zhao.min"}, userIDs(got))
	})
}

func TestWalk_RetriesThrottledCalls(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addTree(srv, 1, 30, 5)
		for _, op := range []string{"GetAuthScopes", "ListSubDepartmentIDs", "GetDepartment"} {
			srv.Fail(op, dingtalktest.Throttled, 2)
		}
		depts := collectWalk(srv.Client().OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
		assert.Equal(t, walkOrder(srv, 1), deptIDs(depts))
		for _, op := range []string{"GetAuthScopes", "ListSubDepartmentIDs", "ListUsers"} {
			srv.Fail(op, dingtalktest.Throttled, 2)
		}
		people := collectWalk(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.ElementsMatch(t, storedUserIDs(srv), userIDs(people))
		assert.Empty(t, depts.failed)
		assert.Empty(t, people.failed)
	})
}

func TestWalk_VisitsACycleOfDepartmentsOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddDepartment(dingtalktest.Department{ID: 10, Name: "A"})
		srv.AddDepartment(dingtalktest.Department{ID: 20, ParentID: 10, Name: "B"})
		client, _ := intercepted(srv, func(path, body string) string {
			if path == listSubIDPath && isAbout(body, 20) {
				return `{"errcode":0,"errmsg":"ok","result":{"dept_id_list":[10,20,1,20]},"request_id":"1q8w4e2r6t0yb"}`
			}
			return ""
		})
		got := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
		assert.Empty(t, got.failed)
		assert.Equal(t, []int64{1, 10, 20}, deptIDs(got))
	})
}

func TestWalk_CursorThatDoesNotAdvanceIsAnErrorOfTheDepartment(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		stuck := srv.AddDepartment(dingtalktest.Department{Name: "Stuck", Order: 1})
		fine := srv.AddDepartment(dingtalktest.Department{Name: "Fine", Order: 2})
		srv.AddUser(dingtalktest.User{UserID: "fine", Name: "Fine", DeptIDList: []int64{fine}})
		client, _ := intercepted(srv, func(path, body string) string {
			if path == listUsersPath && isAbout(body, stuck) {
				return `{"errcode":0,"result":{"has_more":true,"next_cursor":0,"list":[{"userid":"u1"}]}}`
			}
			return ""
		})
		got := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.Equal(t, []string{"u1", "fine"}, userIDs(got))
		assert.ErrorContains(t, got.failed[stuck], "its cursor does not advance")
	})
}
