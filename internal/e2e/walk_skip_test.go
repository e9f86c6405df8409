package e2e_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

const homeSchool = -7

// skippable adds a school of six departments, with a member each, and one who is in two.
func skippable(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: homeSchool, Name: "家校通讯录"})
	for _, d := range []dingtalktest.Department{
		{ID: 10, Name: "A"}, {ID: 11, Name: "A1", ParentID: 10}, {ID: 12, Name: "A11", ParentID: 11}, {ID: 20, Name: "B"}, {ID: 21, Name: "B1", ParentID: 20},
	} {
		srv.AddDepartment(d)
		srv.AddUser(dingtalktest.User{UserID: fmt.Sprint("u", d.ID), DeptIDList: []int64{d.ID}})
	}
	srv.AddUser(dingtalktest.User{UserID: "in.two", DeptIDList: []int64{12, 21}})
}

func TestWalk_LeavesOutDepartmentsWithoutACall(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		depts, skip []int64
		scope       []int64
		want        []int64
		users       []string
	}{
		"nothing":                         {nil, nil, []int64{1}, []int64{1, 10, 11, 12, 20, 21}, []string{"u10", "u11", "u12", "in.two", "u20", "u21"}},
		"a branch":                        {nil, []int64{11}, []int64{1}, []int64{1, 10, 20, 21}, []string{"u10", "u20", "u21", "in.two"}},
		"two branches":                    {nil, []int64{10, 21}, []int64{1}, []int64{1, 20}, []string{"u20"}},
		"one that is named as well":       {[]int64{10, 20}, []int64{20}, []int64{1}, []int64{10, 11, 12}, []string{"u10", "u11", "u12", "in.two"}},
		"one above one that is named":     {[]int64{10, 12}, []int64{10}, []int64{1}, []int64{12}, []string{"u12", "in.two"}},
		"one between two that are named":  {[]int64{10, 12}, []int64{11}, []int64{1}, []int64{10}, []string{"u10"}},
		"one of those that the app sees":  {nil, []int64{10}, []int64{10, 20}, []int64{20, 21}, []string{"u20", "u21", "in.two"}},
		"the root, and so everything":     {nil, []int64{1}, []int64{1}, nil, nil},
		"what is not there":               {nil, []int64{99}, []int64{10}, []int64{10, 11, 12}, []string{"u10", "u11", "u12", "in.two"}},
		"the school, which the app sees":  {nil, nil, []int64{homeSchool, 20}, []int64{20, 21}, []string{"u20", "u21", "in.two"}},
		"the school, which is named, too": {[]int64{homeSchool, 20}, nil, []int64{1}, []int64{20, 21}, []string{"u20", "u21", "in.two"}},
	} {
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			skippable(srv)
			client := srv.Client()
			depts := collectWalk(client.OrgDepartments(t.Context(), dingtalk.OrgDepartmentsRequest{DeptIDs: tt.depts, SkipDeptIDs: tt.skip}))
			users := collectWalk(client.OrgUsers(t.Context(), dingtalk.OrgUsersRequest{DeptIDs: tt.depts, SkipDeptIDs: tt.skip}))
			var ids []int64
			for _, d := range depts.values {
				ids = append(ids, d.DeptID)
			}
			assert.ElementsMatch(t, tt.want, ids, name)
			assert.ElementsMatch(t, tt.users, userIDs(users), name)
			assert.Empty(t, depts.failed, name)
			assert.Empty(t, users.failed, name)
			for _, call := range srv.Calls("") {
				for _, id := range append([]int64{homeSchool}, tt.skip...) {
					assert.NotEqual(t, fmt.Sprint(id), fmt.Sprint(call.Body["dept_id"]), "%s: %s", name, call.Op)
				}
			}
		}, dingtalktest.WithContactScope(tt.scope, nil))
	}
}
