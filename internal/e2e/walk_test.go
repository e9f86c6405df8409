package e2e_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestWalk_ReadsTheWholeTreeInOneOrder(t *testing.T) {
	t.Parallel()
	for _, concurrency := range []int{1, 3, 0, 100} {
		t.Run(fmt.Sprint(concurrency), func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addTree(srv, 1, 200, 7)
				client, w := intercepted(srv, func(string, string) string {
					time.Sleep(time.Duration(rand.IntN(50)) * time.Millisecond) // responses overtake each other
					return ""
				})
				depts := client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{Concurrency: concurrency})
				people := client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: concurrency})
				for range 2 { // ranging again starts over
					got := collectWalk(depts)
					assert.Empty(t, got.failed)
					assert.Equal(t, walkOrder(srv, 1), deptIDs(got))
					for _, d := range got.values {
						stored, _ := srv.Department(d.DeptID)
						require.Equal(t, stored.Name, d.Name)
						require.Equal(t, stored.ParentID, d.ParentID)
					}

					users := collectWalk(people)
					assert.Empty(t, users.failed)
					assert.ElementsMatch(t, storedUserIDs(srv), userIDs(users), "every user, and once")
					for _, u := range users.values {
						stored, _ := srv.User(u.UserID)
						require.ElementsMatch(t, stored.DeptIDList, u.DeptIDList)
						require.Contains(t, u.DeptIDList, u.DeptID)
					}
				}
				limit := concurrency
				if limit == 0 {
					limit = 16
				}
				for _, path := range []string{listUsersPath, listSubIDPath, getDeptPath} {
					assert.LessOrEqual(t, w.most[path], limit, path)
					if limit <= 16 {
						assert.GreaterOrEqual(t, w.most[path], limit, "%s: the whole concurrency is used", path)
					}
				}
				assert.Len(t, srv.Calls("GetDepartment"), 2*201)
				assert.Len(t, srv.Calls("ListSubDepartmentIDs"), 2*2*201)
			})
		})
	}
}

func TestWalk_OrderOfPeopleDoesNotDependOnTheNetwork(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addTree(srv, 1, 60, 3)
		want := userIDs(collectWalk(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: 1})))
		require.NotEmpty(t, want)
		for range 5 {
			client, _ := intercepted(srv, func(string, string) string {
				time.Sleep(time.Duration(rand.IntN(500)) * time.Millisecond)
				return ""
			})
			assert.Equal(t, want, userIDs(collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{Concurrency: 7}))))
		}
	})
}

func TestWalk_UserOfTenDepartmentsIsReturnedOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		var depts []int64
		for i := range 10 {
			depts = append(depts, srv.AddDepartment(dingtalktest.Department{Name: fmt.Sprint("D", i), Order: int64(i + 1)}))
		}
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", Name: "Zhao Min", DeptIDList: depts})
		got := collectWalk(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		require.Equal(t, []string{"zhao.min"}, userIDs(got))
		assert.ElementsMatch(t, depts, got.values[0].DeptIDList)
		assert.Equal(t, depts[0], got.values[0].DeptID)
	})
}

// The service lists the home-school department, but not its people.
func TestWalk_GoesOnAfterTheHomeSchoolDepartment(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		school := srv.AddDepartment(dingtalktest.Department{ID: -7, Name: "家校通讯录"})
		last := srv.AddDepartment(dingtalktest.Department{Name: "After it"})
		srv.AddUser(dingtalktest.User{UserID: "zhao.min", DeptIDList: []int64{last}})
		client := srv.Client()
		departments := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{IncludeHomeSchool: true}))
		assert.Empty(t, departments.failed)
		require.Len(t, departments.values, 3)
		assert.Equal(t, school, departments.values[1].DeptID)

		people := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{IncludeHomeSchool: true}))
		assert.Equal(t, []string{"zhao.min"}, userIDs(people))
		require.Len(t, people.failed, 1)
		require.ErrorIs(t, people.failed[school], dingtalk.ErrNotFound)
		assert.Equal(t, 60003, asError(t, people.failed[school]).Code)
	})
}

func TestWalk_ReadsEveryPageOfADepartment(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for i := range 1001 {
			srv.AddUser(dingtalktest.User{Name: fmt.Sprint("P", i)})
		}
		got := collectWalk(srv.Client().OrgUsers(t.Context(), dingtalk.OrgUsersRequest{}))
		assert.Empty(t, got.failed)
		assert.ElementsMatch(t, storedUserIDs(srv), userIDs(got))
		assert.Len(t, srv.Calls("ListUsers"), 11)
	})
}

func TestWalk_StartsAtTheVisibleRange(t *testing.T) {
	t.Parallel()
	const east, west, shop, far = 4300000010, 4300000020, 4300000030, 4300000040
	seed := func(srv *dingtalktest.Server) {
		srv.AddDepartment(dingtalktest.Department{ID: east, Name: "East"})
		srv.AddDepartment(dingtalktest.Department{ID: west, Name: "West"})
		srv.AddDepartment(dingtalktest.Department{ID: shop, ParentID: east, Name: "Shop"})
		srv.AddDepartment(dingtalktest.Department{ID: far, ParentID: west, Name: "Far"})
		for id, dept := range map[string]int64{"root": 1, "east": east, "west": west, "shop": shop, "far": far} {
			srv.AddUser(dingtalktest.User{UserID: id, Name: "Name of " + id, Title: "Title", DeptIDList: []int64{dept}})
		}
	}
	for name, tt := range map[string]struct {
		opts   []dingtalktest.Option
		only   []int64
		depts  []int64
		people []string
		failed []int64
	}{
		"everything":  {nil, nil, []int64{1, east, west, shop, far}, []string{"root", "east", "west", "shop", "far"}, nil},
		"a sub-tree":  {nil, []int64{east}, []int64{east, shop}, []string{"east", "shop"}, nil},
		"two of them": {nil, []int64{far, east}, []int64{far, east, shop}, []string{"far", "east", "shop"}, nil},
		"nested, the lower first": {
			nil, []int64{shop, far, east}, []int64{far, east, shop}, []string{"far", "east", "shop"}, nil,
		},
		"nothing asked for": {nil, []int64{}, nil, nil, nil},
		"one branch": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{west}, nil)}, nil,
			[]int64{west, far}, []string{"west", "far"}, nil,
		},
		"nested branches": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{far, west}, nil)}, nil,
			[]int64{west, far}, []string{"west", "far"}, nil,
		},
		"people for themselves, one of them seen already": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{west}, []string{"shop", "far", "root"})}, nil,
			[]int64{west, far}, []string{"west", "far", "shop", "root"}, nil,
		},
		"a user named twice": {
			[]dingtalktest.Option{dingtalktest.WithContactScope(nil, []string{"shop", "far", "shop"})}, nil,
			nil, []string{"shop", "far"}, nil,
		},
		"people alone": {
			[]dingtalktest.Option{dingtalktest.WithContactScope(nil, []string{"shop"})}, nil, nil, []string{"shop"}, nil,
		},
		"no user": {[]dingtalktest.Option{dingtalktest.WithContactScope(nil, nil)}, nil, nil, nil, nil},
		"not allowed to ask": {
			[]dingtalktest.Option{dingtalktest.WithoutScope("qyapi_base")}, nil,
			[]int64{1, east, west, shop, far}, []string{"root", "east", "west", "shop", "far"}, nil,
		},
		"not allowed to ask, and the root out of sight": {
			[]dingtalktest.Option{dingtalktest.WithoutScope("qyapi_base"), dingtalktest.WithContactScope([]int64{east}, nil)}, nil,
			[]int64{east, shop}, []string{"east", "shop"}, []int64{1, west, far},
		},
		"a branch out of sight": {
			[]dingtalktest.Option{dingtalktest.WithContactScope([]int64{east}, nil)}, []int64{west, shop},
			[]int64{shop}, []string{"shop"}, []int64{west, far},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seed(srv)
				client := srv.Client()
				depts := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{DeptIDs: tt.only}))
				assert.Equal(t, tt.depts, deptIDs(depts))
				people := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{DeptIDs: tt.only}))
				assert.Equal(t, tt.people, userIDs(people))
				for _, u := range people.values {
					assert.Equal(t, "Title", u.Title)
				}
				assert.Len(t, depts.failed, len(tt.failed))
				assert.Len(t, people.failed, len(tt.failed))
				for _, id := range tt.failed {
					require.ErrorIs(t, depts.failed[id], dingtalk.ErrPermission)
					require.ErrorIs(t, people.failed[id], dingtalk.ErrPermission)
					require.ErrorContains(t, people.failed[id], fmt.Sprintf("dingtalk: ListUsers: department %d: permission denied: the department is outside the app's contact scope: errcode 50004", id))
				}
			}, tt.opts...)
		})
	}
}
