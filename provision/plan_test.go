package provision_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func TestPlan_IsMadePrintedAndApplied(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 40, sales)
		srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13900000001", Title: "Engineer", Remark: "old", DeptIDList: []int64{platform}, ManagerUserID: "p1", Extension: `{"Hobby":"Chess","Age":"24"}`})
		srv.AddUser(dingtalktest.User{UserID: "chen.hao", Name: "Chen Hao", Mobile: "13900000002", DeptIDList: []int64{1}})
		srv.AddUser(dingtalktest.User{UserID: "wang.fang", Name: "Wang Fang", Mobile: "13900000003", JobNumber: "E-3", DeptIDList: []int64{sales, platform}})
		srv.AddUser(dingtalktest.User{UserID: "boss", Name: "The Boss", Mobile: "13900000004", DeptIDList: []int64{1}, Boss: true})
		list := "\ufeffuserid,name,mobile,dept_id_list,title,remark!,manager_userid,hide_mobile,extension.Hobby,#note\r\n" +
			"zhao.min,Zhao Min,13800001234,\"/研发中心/Platform,1\",Engineer,,li.na,true,Go,new\r\n" +
			"li.na,Li Na,13900000001,/Sales,Lead,,p2,,Go,moves\r\n" +
			"chen.hao,Chen Hao,,1,,,,,,stays\r\n" +
			"taken,Someone,13900000002,1,,,,,,\r\n"
		for i := range 40 {
			list += fmt.Sprintf("p%d,,,,,,,,,\r\n", i)
		}
		plan := newPlan(t, srv, list, provision.Options{Delete: true})
		assert.Equal(t, `1 to create, 1 to update, 1 to delete, 41 unchanged, 1 in conflict; 2 of 44 people are not in the list
create zhao.min Zhao Min (line 2)
    name: Zhao Min
    mobile: 13800001234
    hide_mobile: true
    title: Engineer
    dept_id_list: 1 /, 4300000002 /研发中心/Platform
    extension: {"Hobby":"Go"}
    manager_userid: li.na
update li.na Li Na (line 3)
    title: Engineer -> Lead
    remark: old -> (none)
    dept_id_list: 4300000002 /研发中心/Platform -> 4300000003 /Sales
    extension.Hobby: Chess -> Go
    manager_userid: p1 -> p2
conflict taken Someone (line 5): the mobile number belongs to chen.hao, who is in the organization
keep boss The Boss: is an administrator
delete wang.fang Wang Fang
    name: Wang Fang
    mobile: 13900000003
    job_number: E-3
    dept_id_list: 4300000003 /Sales, 4300000002 /研发中心/Platform
`, planText(plan))
		assert.Empty(t, writes(srv), "planning only reads")
		calls, atLeast := plan.Estimate(20)
		assert.Equal(t, 6, calls)
		assert.Positive(t, atLeast)

		before := len(srv.Calls(""))
		report := apply(t, srv, plan, provision.ApplyOptions{})
		assert.Equal(t, calls, len(srv.Calls(""))-before-1, "as estimated, and a token")
		assert.Equal(t, 3, report.Count(provision.ResultDone))
		assert.Equal(t, map[string]provision.Result{
			"zhao.min": provision.ResultDone, "li.na": provision.ResultDone, "wang.fang": provision.ResultDone, "chen.hao": provision.ResultNoChange,
			"taken": provision.ResultConflict, "boss": provision.ResultNoChange,
		}, without(results(report), "p"))
		u, _ := srv.User("zhao.min")
		assert.Equal(t, []int64{1, platform}, u.DeptIDList)
		assert.True(t, u.HideMobile)
		assert.JSONEq(t, `{"Hobby":"Go"}`, u.Extension)
		u, _ = srv.User("li.na")
		assert.Equal(t, []any{"Lead", "", []int64{sales}, "p2"}, []any{u.Title, u.Remark, u.DeptIDList, u.ManagerUserID})
		assert.JSONEq(t, `{"Hobby":"Go","Age":"24"}`, u.Extension, "other custom fields stay")
		_, there := srv.User("wang.fang")
		assert.False(t, there)
		assert.Len(t, srv.Calls("CreateUser"), 1)
		assert.Len(t, srv.Calls("UpdateUser"), 1)
		assert.Len(t, srv.Calls("DeleteUser"), 1)

		again := newPlan(t, srv, list, provision.Options{Delete: true})
		assert.Equal(t, 43, again.Count(provision.ActionUnchanged))
		assert.Zero(t, again.Count(provision.ActionCreate)+again.Count(provision.ActionUpdate)+again.Count(provision.ActionDelete))
	})
}

// without omits the userids with a prefix.
func without(all map[string]provision.Result, prefix string) map[string]provision.Result {
	out := map[string]provision.Result{}
	for id, r := range all {
		if !strings.HasPrefix(id, prefix) {
			out[id] = r
		}
	}
	return out
}

func TestPlan_CanBeAppliedByAnotherProcess(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		plan := newPlan(t, srv, smallOrg(srv), withDeletions)
		text, err := json.MarshalIndent(plan, "", "  ")
		require.NoError(t, err)
		var later provision.Plan
		require.NoError(t, json.Unmarshal(text, &later))
		assert.Equal(t, plan.ID(), later.ID())
		assert.Equal(t, planText(plan), planText(&later))
		apply(t, srv, &later, provision.ApplyOptions{MaxDeletionShare: 1})
		checkSmallOrg(t, srv)

		later.Items[0].Changes[0].New = "X"
		assert.NotEqual(t, plan.ID(), later.ID())
	})
}

func TestPlan_PrintsEachValueOnOneLine(t *testing.T) {
	t.Parallel()
	evil := "a\ndelete boss\x1b[2J\u202e"
	plan := &provision.Plan{Notes: []string{evil}, Departments: map[int64]string{1: evil}, Items: []provision.Item{{
		Action: provision.ActionUpdate, UserID: evil, Name: evil, Reason: evil,
		Changes: []provision.Change{{Field: "title", Old: evil, New: evil}, {Field: "dept_id_list", Old: "1", New: "1,2"}},
	}}}
	text := planText(plan)
	assert.Equal(t, 5, strings.Count(text, "\n"), text)
	assert.NotContains(t, text, "\x1b")
	assert.NotContains(t, text, "\u202e")
}

func TestApply_RefusesPlansThatNewPlanHasNotMade(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	title := []provision.Change{{Field: "title", Old: "a", New: "b"}}
	for want, items := range map[string][]provision.Item{
		`item 1 of the plan (a): "destroy" is not an action`:        {{Action: "destroy", UserID: "a", Changes: title}},
		`item 1 of the plan (): no userid`:                          {{Action: provision.ActionUpdate, Changes: title}},
		`item 2 of the plan (a): the person occurs twice`:           {{Action: provision.ActionUpdate, UserID: "a", Changes: title}, {Action: provision.ActionDelete, UserID: "a", Changes: title}},
		`item 1 of the plan (a): no changes`:                        {{Action: provision.ActionDelete, UserID: "a"}},
		`item 1 of the plan (a): "init_password" is not a field`:    {{Action: provision.ActionCreate, UserID: "a", Changes: []provision.Change{{Field: "init_password", New: "x"}}}},
		`item 1 of the plan (a): mobile cannot be changed this way`: {{Action: provision.ActionUpdate, UserID: "a", Changes: []provision.Change{{Field: "mobile", New: "1"}}}},
		`item 1 of the plan (a): userid cannot be changed this way`: {{Action: provision.ActionUpdate, UserID: "a", Changes: []provision.Change{{Field: "userid", New: "b"}}}},
		`item 1 of the plan (a): name cannot be changed this way`:   {{Action: provision.ActionUpdate, UserID: "a", Changes: []provision.Change{{Field: "name", Old: "A"}}}},
		`a: hide_mobile: "ja" is neither true nor false`:            {{Action: provision.ActionUpdate, UserID: "a", Changes: []provision.Change{{Field: "hide_mobile", New: "ja"}}}},
		`a: dept_id_list: "/x" is not a list of IDs`:                {{Action: provision.ActionCreate, UserID: "a", Changes: []provision.Change{{Field: "dept_id_list", New: "/x"}}}},
		`a: custom fields are both replaced and changed`:            {{Action: provision.ActionUpdate, UserID: "a", Changes: []provision.Change{{Field: "extension", New: "{}"}, {Field: "extension.a", New: "b"}}}},
	} {
		plan := &provision.Plan{People: 100, Items: items}
		_, err := plan.Apply(t.Context(), srv.Client(), provision.ApplyOptions{})
		require.EqualError(t, err, "provision: "+want)
	}
	assert.Empty(t, srv.Calls(""))
}
