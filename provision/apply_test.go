package provision_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// smallOrg creates an organization, and returns a list that creates two people, one the manager of the other, updates
// two and deletes one.
func smallOrg(srv *dingtalktest.Server) (list string) {
	srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13900000001", Title: "Engineer", Remark: "old", DeptIDList: []int64{platform}})
	srv.AddUser(dingtalktest.User{UserID: "chen.hao", Name: "Chen Hao", Mobile: "13900000002", Email: "chen@example.com", DeptIDList: []int64{sales}, ManagerUserID: "li.na"})
	srv.AddUser(dingtalktest.User{UserID: "wang.fang", Name: "Wang Fang", Mobile: "13900000003", DeptIDList: []int64{sales}})
	return "userid,name,mobile,dept_id_list,title,remark!,manager_userid\n" +
		"new.one,New One,13800000001,/Sales,,,new.two\n" +
		"new.two,New Two,13800000002,/研发中心/Platform,Head,,\n" +
		"li.na,,,,Lead,,\n" +
		"chen.hao,,,,,,new.two\n"
}

// checkSmallOrg checks that the organization matches the list of smallOrg.
func checkSmallOrg(t *testing.T, srv *dingtalktest.Server) {
	t.Helper()
	type short struct {
		id, name, title, remark, manager string
		dept                             int64
	}
	var got []short
	for _, u := range srv.Users() {
		got = append(got, short{u.UserID, u.Name, u.Title, u.Remark, u.ManagerUserID, u.DeptIDList[0]})
	}
	assert.Equal(t, []short{
		{"chen.hao", "Chen Hao", "", "", "new.two", sales},
		{"li.na", "Li Na", "Lead", "", "", platform},
		{"new.one", "New One", "", "", "new.two", sales},
		{"new.two", "New Two", "Head", "", "", platform},
	}, got)
}

var withDeletions = provision.Options{Delete: true}

func TestApply_CreatesManagersFirstAndDeletesLast(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		plan := newPlan(t, srv, smallOrg(srv), withDeletions)
		report := apply(t, srv, plan, provision.ApplyOptions{MaxDeletionShare: 1})
		assert.Equal(t, 5, report.Count(provision.ResultDone), "%+v", report.Outcomes)
		checkSmallOrg(t, srv)
		var order []string
		for _, call := range srv.Calls("") {
			switch call.Op {
			case "CreateUser", "DeleteUser":
				order = append(order, fmt.Sprint(call.Body["userid"]))
			case "UpdateUser":
				order = append(order, fmt.Sprint(call.Body["userid"]))
			}
		}
		require.Len(t, order, 5)
		assert.ElementsMatch(t, []string{"new.two", "li.na"}, order[:2])
		assert.ElementsMatch(t, []string{"new.one", "chen.hao"}, order[2:4])
		assert.Equal(t, "wang.fang", order[4])
	}, dingtalktest.WithLatency(time.Second))
}

func TestApply_WritesNothingInADryRun(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		plan := newPlan(t, srv, smallOrg(srv)+"taken,Taken,13900000001,1,,,\n", withDeletions)
		before, journal := srv.Users(), filepath.Join(t.TempDir(), "journal")
		report := apply(t, srv, plan, provision.ApplyOptions{DryRun: true, MaxDeletionShare: 1, Journal: journal})
		assert.Equal(t, 5, report.Count(provision.ResultPending), "%+v", report.Outcomes)
		assert.Equal(t, 1, report.Count(provision.ResultConflict))
		assert.Empty(t, writes(srv))
		assert.Equal(t, before, srv.Users())
		_, err := os.Stat(journal)
		require.ErrorIs(t, err, os.ErrNotExist)

		// Later changes show.
		for _, op := range []string{"chen.hao", "wang.fang"} {
			require.NoError(t, srv.Client().UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: op, Name: new("X"), ManagerUserID: new("wang.fang")}))
		}
		_, err = srv.Client().CreateUser(t.Context(), newPerson("new.two", "13800009999", nil).CreateUserRequest)
		require.NoError(t, err)
		wrote := len(writes(srv))
		report = apply(t, srv, plan, provision.ApplyOptions{DryRun: true, MaxDeletionShare: 1})
		assert.Equal(t, map[string]provision.Result{
			"new.one": provision.ResultPending, "new.two": provision.ResultConflict, "li.na": provision.ResultPending,
			"chen.hao": provision.ResultConflict, "wang.fang": provision.ResultConflict, "taken": provision.ResultConflict,
		}, results(report))
		assert.Len(t, writes(srv), wrote)
	})
}

// TestApply_SkipsPeopleWhoChangedSinceThePlan changes the organization between plan and application.
func TestApply_SkipsPeopleWhoChangedSinceThePlan(t *testing.T) {
	t.Parallel()
	update := func(req dingtalk.UpdateUserRequest) func(t *testing.T, c *dingtalk.Client) {
		return func(t *testing.T, c *dingtalk.Client) { require.NoError(t, c.UpdateUser(t.Context(), req)) }
	}
	remove := func(id string) func(t *testing.T, c *dingtalk.Client) {
		return func(t *testing.T, c *dingtalk.Client) {
			require.NoError(t, c.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: id}))
		}
	}
	create := func(req dingtalk.CreateUserRequest) func(t *testing.T, c *dingtalk.Client) {
		return func(t *testing.T, c *dingtalk.Client) {
			_, err := c.CreateUser(t.Context(), req)
			require.NoError(t, err)
		}
	}
	for name, tt := range map[string]struct {
		who    string
		change func(t *testing.T, c *dingtalk.Client)
		result provision.Result
		reason string
	}{
		"a value to be changed was changed": {"li.na", update(dingtalk.UpdateUserRequest{UserID: "li.na", Title: new("CTO")}), provision.ResultConflict, "title was changed since the plan was made"},
		"another value was changed":         {"li.na", update(dingtalk.UpdateUserRequest{UserID: "li.na", WorkPlace: new("Hangzhou")}), provision.ResultDone, ""},
		"it was changed as planned":         {"li.na", update(dingtalk.UpdateUserRequest{UserID: "li.na", Title: new("Lead"), Remark: new("")}), provision.ResultNoChange, ""},
		"half of it was changed":            {"li.na", update(dingtalk.UpdateUserRequest{UserID: "li.na", Remark: new("")}), provision.ResultDone, ""},
		"the person left":                   {"li.na", remove("li.na"), provision.ResultGone, "is no longer in the organization: an app deleted them at 2"},
		"the userid has another owner": {"li.na", func(t *testing.T, c *dingtalk.Client) {
			remove("li.na")(t, c)
			req := newPerson("li.na", "13900009999", nil).CreateUserRequest
			req.Name, req.Title, req.Remark, req.DeptIDList = "Li Na", "Engineer", "old", []int64{platform}
			create(req)(t, c)
		}, provision.ResultConflict, "the userid was given to another person since the plan was made"},
		"a person to be deleted moved": {"wang.fang", update(dingtalk.UpdateUserRequest{UserID: "wang.fang", DeptIDList: []int64{1}}), provision.ResultConflict, "dept_id_list was changed since the plan was made"},
		"a person to be deleted left":  {"wang.fang", remove("wang.fang"), provision.ResultGone, "is no longer in the organization: an app deleted them at 2"},
		"the userid to delete has another owner": {"wang.fang", func(t *testing.T, c *dingtalk.Client) {
			remove("wang.fang")(t, c)
			req := newPerson("wang.fang", "13900009999", nil).CreateUserRequest
			req.Name, req.DeptIDList = "Wang Fang", []int64{sales}
			create(req)(t, c)
		}, provision.ResultConflict, "the userid was given to another person since the plan was made"},
		"the userid to create is taken":                    {"new.two", create(newPerson("new.two", "13800000009", nil).CreateUserRequest), provision.ResultConflict, "errcode 60102"},
		"the userid to create is taken by the same person": {"new.two", create(newPerson("new.two", "13800000002", nil).CreateUserRequest), provision.ResultConflict, "errcode 60102"},
		"the number to create is taken":                    {"new.two", create(newPerson("other", "13800000002", nil).CreateUserRequest), provision.ResultConflict, "errcode 60104"},
		"a department was left": {"li.na", func(t *testing.T, c *dingtalk.Client) {
			update(dingtalk.UpdateUserRequest{UserID: "li.na", DeptIDList: []int64{sales}})(t, c)
		}, provision.ResultDone, ""}, // because the list does not set her departments
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				plan := newPlan(t, srv, smallOrg(srv), withDeletions)
				tt.change(t, srv.Client())
				before, was := srv.User(tt.who)
				report := apply(t, srv, plan, provision.ApplyOptions{MaxDeletionShare: 1})
				for _, o := range report.Outcomes {
					if o.Item.UserID == tt.who {
						assert.Equal(t, tt.result, o.Result, o.Reason)
						assert.Contains(t, o.Reason, tt.reason)
					}
				}
				if after, is := srv.User(tt.who); tt.result != provision.ResultDone {
					assert.Equal(t, was, is)
					assert.Equal(t, before, after, "nothing is overwritten")
				}
			})
		})
	}
	t.Run("a person to be deleted became an administrator", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			srv.AddUser(dingtalktest.User{UserID: "wang.fang", UnionID: "wangiE", Name: "Wang Fang", Mobile: "13900000003", DeptIDList: []int64{sales}})
			addPeople(srv, 1, sales)
			plan := newPlan(t, srv, "userid\np0\n", withDeletions)
			require.Equal(t, 1, plan.Count(provision.ActionDelete))
			require.NoError(t, srv.Client().DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "wang.fang"}))
			srv.AddUser(dingtalktest.User{UserID: "wang.fang", UnionID: "wangiE", Name: "Wang Fang", Mobile: "13900000003", DeptIDList: []int64{sales}, Admin: true})
			report := apply(t, srv, plan, provision.ApplyOptions{MaxDeletionShare: 1})
			assert.Equal(t, "has become an administrator since the plan was made", report.Outcomes[1].Reason)
			assert.Len(t, srv.Users(), 2)
		})
	})
}

func TestApply_TakesPasswordsFromTheCallerAndStoresNone(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		p := provision.Person{CreateUserRequest: dingtalk.CreateUserRequest{
			UserID: "zhao.min", Name: "Zhao Min", DeptIDList: []int64{1}, ExclusiveAccount: true, ExclusiveAccountType: "dingtalk", LoginID: "zhao",
		}}
		q := p
		q.UserID, q.LoginID = "li.na", "lina"
		plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(p, q, newPerson("chen.hao", "13900000002", nil)), provision.Options{})
		require.NoError(t, err)
		journal := filepath.Join(t.TempDir(), "journal")
		srv.Fail("CreateUser", dingtalktest.LostResponse, 1)
		report := apply(t, srv, plan, provision.ApplyOptions{Journal: journal, Concurrency: 1, InitPassword: func(id string) (string, error) {
			if id == "li.na" {
				return "", errors.New("the vault is sealed")
			}
			return "Secret-4711", nil
		}})
		assert.Equal(t, map[string]provision.Result{"zhao.min": provision.ResultDone, "li.na": provision.ResultFailed, "chen.hao": provision.ResultDone}, results(report))
		assert.Equal(t, "the vault is sealed", report.Outcomes[1].Reason)
		for _, call := range srv.Calls("CreateUser") {
			if call.Body["userid"] == "chen.hao" {
				assert.NotContains(t, call.Body, "init_password")
			} else {
				assert.Contains(t, call.Body, "init_password")
			}
		}
		kept, err := os.ReadFile(journal)
		require.NoError(t, err)
		all := string(kept) + planText(plan) + strings.Join(printedForms(t, plan), "") + strings.Join(printedForms(t, report), "")
		for _, o := range report.Outcomes {
			all += strings.Join(printedForms(t, o), "")
		}
		assert.NotContains(t, all, "Secret-4711")
	})
}

func TestApply_ReportsFieldsThatWereNotCleared(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13900000001", Title: "Engineer", DeptIDList: []int64{1}})
		plan := newPlan(t, srv, "userid,title!\nli.na,\n", provision.Options{})
		ignoring := srv.Client(dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			return func(ctx ctx, call *dingtalk.Call) error {
				if call.Op == "UpdateUser" {
					return nil
				}
				return next(ctx, call)
			}
		}))
		report, err := plan.Apply(t.Context(), ignoring, provision.ApplyOptions{})
		require.NoError(t, err)
		assert.Equal(t, provision.ResultFailed, report.Outcomes[0].Result)
		assert.Equal(t, "the service did not clear title", report.Outcomes[0].Reason)
	})
}
