package provision_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// The departments of the organisation that the tests work on.
const (
	research = 4300000001 // /研发中心
	platform = 4300000002 // /研发中心/Platform
	sales    = 4300000003 // /Sales
)

// scenario runs f in a bubble of its own, where time passes when everybody sleeps, over a strict server with
// three departments.
func scenario(t *testing.T, f func(t *testing.T, srv *dingtalktest.Server), opts ...dingtalktest.Option) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, append([]dingtalktest.Option{dingtalktest.Strict()}, opts...)...)
		departments(srv)
		f(t, srv)
	})
}

func departments(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: research, ParentID: 1, Name: "研发中心"})
	srv.AddDepartment(dingtalktest.Department{ID: platform, ParentID: research, Name: "Platform"})
	srv.AddDepartment(dingtalktest.Department{ID: sales, ParentID: 1, Name: "Sales"})
}

// crowd adds n people, p0 and so on, to a department.
func addPeople(srv *dingtalktest.Server, n int, dept int64) {
	for i := range n {
		srv.AddUser(dingtalktest.User{
			UserID: fmt.Sprint("p", i), Name: fmt.Sprint("Person ", i), Mobile: fmt.Sprint(13800000000 + i), DeptIDList: []int64{dept},
		})
	}
}

// somebody is a person of a list.
func newPerson(id, mobile string, change func(*provision.Person)) provision.Person {
	p := provision.Person{CreateUserRequest: dingtalk.CreateUserRequest{UserID: id, Name: "Name of " + id, Mobile: mobile, DeptIDList: []int64{1}}}
	if change != nil {
		change(&p)
	}
	return p
}

// planned makes a plan from a CSV list.
func newPlan(t *testing.T, srv *dingtalktest.Server, list string, opts provision.Options) *provision.Plan {
	t.Helper()
	plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(list)), opts)
	require.NoError(t, err)
	return plan
}

// applied carries a plan out, to its end.
func apply(t *testing.T, srv *dingtalktest.Server, plan *provision.Plan, opts provision.ApplyOptions) *provision.Report {
	t.Helper()
	report, err := plan.Apply(t.Context(), srv.Client(), opts)
	require.NoError(t, err)
	return report
}

// printed is a plan as people read it.
func planText(plan *provision.Plan) string {
	var b strings.Builder
	_, _ = plan.WriteTo(&b)
	return b.String()
}

// results are the outcomes by person.
func results(r *provision.Report) map[string]provision.Result {
	all := map[string]provision.Result{}
	for _, o := range r.Outcomes {
		all[o.Item.UserID] = o.Result
	}
	return all
}

// writes are the calls that change something.
func writes(srv *dingtalktest.Server) (ops []string) {
	for _, call := range srv.Calls("") {
		if slices.Contains([]string{"CreateUser", "UpdateUser", "DeleteUser"}, call.Op) || strings.Contains(call.Path, "update") ||
			strings.Contains(call.Path, "create") || strings.Contains(call.Path, "delete") || strings.Contains(call.Path, "role/") {
			ops = append(ops, call.Op)
		}
	}
	return ops
}

func TestAListIsPlannedReadAndApplied(t *testing.T) {
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
			"taken,Somebody,13900000002,1,,,,,,\r\n"
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
conflict taken Somebody (line 5): the mobile number belongs to chen.hao, who is in the organization
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

// without leaves out those whose name begins so.
func without(all map[string]provision.Result, prefix string) map[string]provision.Result {
	out := map[string]provision.Result{}
	for id, r := range all {
		if !strings.HasPrefix(id, prefix) {
			out[id] = r
		}
	}
	return out
}

// cancelled is a context whose cancel is called by the test.
func cancelable(t *testing.T) (context.Context, context.CancelFunc) {
	t.Helper()
	return context.WithCancel(t.Context())
}

// forms are the ways in which one may print a value.
func printedForms(t *testing.T, v any) []string {
	t.Helper()
	text, err := json.Marshal(v)
	require.NoError(t, err)
	var b strings.Builder
	slog.New(slog.NewJSONHandler(&b, nil)).Info("x", "value", v)
	return []string{fmt.Sprintf("%v", v), fmt.Sprintf("%+v", v), fmt.Sprintf("%#v", v), fmt.Sprintf("%s", v), string(text), b.String()}
}

type ctx = context.Context
