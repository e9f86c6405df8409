package e2e_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// addShapes adds departments without people, departments without departments, people in ten departments, and departments
// whose people fill their pages exactly.
func addShapes(srv *dingtalktest.Server) {
	add := func(parent int64, name string) int64 {
		return srv.AddDepartment(dingtalktest.Department{ParentID: parent, Name: name})
	}
	people := func(n int, depts ...int64) {
		for range n {
			srv.AddUser(dingtalktest.User{DeptIDList: depts})
		}
	}
	var ten []int64
	for _, name := range []string{"A", "B", "C", "D", "E", "F", "G", "H", "I", "J"} {
		ten = append(ten, add(1, name))
	}
	people(3, ten...)
	people(97, ten[0])  // with the three of ten departments, one page
	people(198, ten[1]) // and here one more than two pages
	empty := add(ten[2], "Empty")
	for _, name := range []string{"Leaf", "Another leaf"} {
		people(2, add(empty, name))
		add(empty, "Empty beside "+name)
	}
}

// leastCalls returns how many calls a whole read takes at least. Only a list of its children shows that a department has
// none, and only the last page of a department shows that it has no more people, or none at all: no other call reports
// either before it is made.
func leastCalls(srv *dingtalktest.Server) (lists, pages int) {
	members := map[int64]int{}
	for _, u := range srv.Users() {
		for _, dept := range u.DeptIDList {
			members[dept]++
		}
	}
	for _, d := range srv.Departments() {
		lists++
		pages += max(1, (members[d.ID]+99)/100)
	}
	return lists, pages
}

// callsOf returns how many calls a read makes, besides those for the token.
func callsOf(srv *dingtalktest.Server, read func()) int {
	before := len(srv.Calls("")) - len(srv.Calls("GetToken"))
	read()
	return len(srv.Calls("")) - len(srv.Calls("GetToken")) - before
}

func TestWalk_MakesNoAvoidableCall(t *testing.T) {
	t.Parallel()
	for name, sample := range map[string][2]int{"shapes": {}, "500 departments": {500, 10_000}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && sample[0] > 0 {
				t.Skip("skipped with -short: makes 5,000 calls")
			}
			srv := dingtalktest.New(t, dingtalktest.WithSampleOrg(sample[0], sample[1], 1))
			addShapes(srv)
			client := srv.Client(dingtalk.WithRateLimit(dingtalk.NoRateLimit))
			lists, pages := leastCalls(srv)
			const scopes, top = 1, 1 // where the read begins

			for name, read := range map[string]struct {
				least int
				all   func() int
			}{
				"OrgUsers": {scopes + lists + pages, func() int {
					return len(collect(t, client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{})))
				}},
				"OrgUsers with the departments": {scopes + top + lists + pages, func() int {
					found := 0
					req := dingtalk.OrgUsersRequest{OnDepartment: func(dingtalk.Department) { found++ }}
					people := collect(t, client.OrgUsers(t.Context(), req))
					assert.Equal(t, lists, found)
					return len(people)
				}},
				"OrgDepartments": {scopes + 2*lists, func() int {
					return len(collect(t, client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))) - lists + len(srv.Users())
				}},
				"OrgDepartments, brief": {scopes + top + lists, func() int {
					return len(collect(t, client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{Brief: true}))) - lists + len(srv.Users())
				}},
				"NewPlan": {scopes + top + lists + pages, func() int {
					plan, err := provision.NewPlan(t.Context(), client, provision.List(), provision.Options{})
					require.NoError(t, err)
					return plan.People
				}},
			} {
				people := 0
				made := callsOf(srv, func() { people = read.all() })
				assert.Equal(t, len(srv.Users()), people, name)
				t.Logf("%s: %d calls, at least %d", name, made, read.least)
				assert.Equal(t, read.least, made, name)
			}
		})
	}
}

// TestWalk_BriefFindsTheSameDepartments compares both ways to read departments where the app sees all, a part, and a part
// that the walk has to find below departments that it does not see.
func TestWalk_BriefFindsTheSameDepartments(t *testing.T) {
	t.Parallel()
	part := []dingtalktest.Option{dingtalktest.WithContactScope([]int64{724960198}, nil)}
	for name, opts := range map[string][]dingtalktest.Option{
		"the whole organization": nil, "a part": part, "a part that the app cannot ask for": part,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				west := srv.AddDepartment(dingtalktest.Department{ID: 724960198, ParentID: 1, Name: "West"})
				addTree(srv, west, 30, 7)
				addTree(srv, 1, 10, 8)
				client := srv.Client()
				if name == "a part that the app cannot ask for" {
					srv.Fail("GetAuthScopes", dingtalktest.Code(404), 3)
				}
				full := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{}))
				brief := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{Brief: true}))
				var called walkResult[dingtalk.Department]
				users := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{
					OnDepartment: func(d dingtalk.Department) { called.values = append(called.values, d) },
				}))
				require.Greater(t, len(full.values), 30)
				require.Equal(t, deptIDs(full), deptIDs(brief))
				require.Equal(t, deptIDs(full), deptIDs(called))
				for i, d := range full.values {
					assert.Equal(t, [2]any{d.Name, d.ParentID}, [2]any{brief.values[i].Name, brief.values[i].ParentID})
				}
				assert.Equal(t, full.values[0], brief.values[0], "the one at the top has all fields")
				for dept := range full.failed {
					assert.ErrorIs(t, brief.failed[dept], dingtalk.ErrPermission)
					assert.ErrorIs(t, users.failed[dept], dingtalk.ErrPermission)
				}
				assert.Len(t, brief.failed, len(full.failed))
			}, opts...)
		})
	}
}
