package provision_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// asked are the userids that were looked up one by one.
func lookedUp(srv *dingtalktest.Server) (ids []string) {
	for _, call := range srv.Calls("GetUser") {
		ids = append(ids, fmt.Sprint(call.Body["userid"]))
	}
	return slices.Sorted(slices.Values(ids))
}

func TestDetailsAreReadOnlyWhereTheListNeedsThem(t *testing.T) {
	t.Parallel()
	for column, details := range map[string][]string{
		"name": nil, "mobile": nil, "title": nil, "dept_id_list": nil, "extension.Hobby": nil, "hired_date": nil, "email": nil,
		"hide_mobile": nil, "manager_userid": {"p0"}, "org_email": {"p0"}, "senior_mode": {"p0"}, "org_email_type": {"p0"},
		"dept_order_list": {"p0"}, "dept_position_list": {"p0"}, "extension_i18n": {"p0"}, "dept_title_list": nil,
		"manager_userid!": {"p0", "p1"}, "title!": nil,
	} {
		t.Run(column, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addPeople(srv, 3, platform)
				value := map[string]string{
					"dept_id_list": "1", "hired_date": "2026-09-01", "hide_mobile": "true", "senior_mode": "true", "mobile": "13800000000",
					"dept_order_list": "[]", "dept_position_list": "[]", "extension_i18n": "{}", "dept_title_list": "[]",
				}[column]
				if strings.HasSuffix(column, "_list") && column != "dept_id_list" {
					value = `[{"dept_id":4300000002}]`
				}
				if column == "extension_i18n" {
					value = `{"Hobby":{"en_US":"Go"}}`
				}
				if value == "" {
					value = "p2"
				}
				value = `"` + strings.ReplaceAll(value, `"`, `""`) + `"`
				newPlan(t, srv, "userid,"+column+"\np0,"+value+"\np1,\nnew,\n", provision.Options{})
				assert.Equal(t, details, lookedUp(srv))
			})
		})
	}
}

func TestWhatTheListDoesNotShowIsComparedAndEmptied(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 2, platform)
		srv.AddUser(dingtalktest.User{
			UserID: "li.na", Name: "Li Na", Mobile: "13900000001", ManagerUserID: "p0", Senior: true, HideMobile: true, OrgEmail: "li.na@corp.example.com",
			Title: "Lead", Extension: `{"Hobby":"Chess","Age":"24"}`, DeptIDList: []int64{platform},
			HiredDate: time.Date(2026, time.March, 2, 0, 0, 0, 0, time.FixedZone("", 8*60*60)), DeptOrderList: []dingtalktest.DeptOrder{{DeptID: platform, Order: 7}},
		})
		const columns = "userid,manager_userid!,senior_mode,hide_mobile!,org_email!,title!,extension!,hired_date,dept_order_list\n"
		keeps := newPlan(t, srv, columns+`li.na,p0,true,true,li.na@corp.example.com,Lead,"{""Age"":""24"",""Hobby"":""Chess""}",2026-03-02,"[{""dept_id"":4300000002,""order"":7}]"`, provision.Options{})
		assert.Equal(t, 1, keeps.Count(provision.ActionUnchanged), planText(keeps))

		plan := newPlan(t, srv, columns+`li.na,,false,,,,"{""Hobby"":""Go""}",2026-03-03,"[{""dept_id"":4300000002,""order"":9}]"`, provision.Options{})
		assert.Equal(t, `0 to create, 1 to update, 0 to delete, 0 unchanged, 0 in conflict; 2 of 3 people are not in the list
update li.na Li Na (line 2)
    hide_mobile: true -> false
    title: Lead -> (none)
    org_email: li.na@corp.example.com -> (none)
    dept_order_list: [{"dept_id":4300000002,"order":7}] -> [{"dept_id":4300000002,"order":9}]
    extension: {"Age":"24","Hobby":"Chess"} -> {"Hobby":"Go"}
    senior_mode: true -> false
    hired_date: 2026-03-02 -> 2026-03-03
    manager_userid: p0 -> (none)
`, planText(plan))
		report := apply(t, srv, plan, provision.ApplyOptions{})
		require.Equal(t, 1, report.Count(provision.ResultDone), "%+v", report.Outcomes)
		u, _ := srv.User("li.na")
		assert.Equal(t, []any{"", "", "", false, false, `{"Hobby":"Go"}`}, []any{u.ManagerUserID, u.OrgEmail, u.Title, u.HideMobile, u.Senior, u.Extension})
		assert.Equal(t, int64(9), u.DeptOrderList[0].Order)

		plan = newPlan(t, srv, "userid,extension!\nli.na,\n", provision.Options{})
		apply(t, srv, plan, provision.ApplyOptions{})
		u, _ = srv.User("li.na")
		assert.Equal(t, "{}", cmpOr(u.Extension, "{}"))
		assert.Equal(t, 1, newPlan(t, srv, "userid,extension!\nli.na,\n", provision.Options{}).Count(provision.ActionUnchanged))
	})
}

func cmpOr(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func TestCustomFieldsThatAreReplacedAreTexts(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13900000001", Extension: `{"Hobby":"Chess"}`, DeptIDList: []int64{1}})
		list := func() (*provision.Plan, error) {
			text := `{"userid":"li.na","extension":{"Age":24},"clear":["extension"]}`
			return provision.NewPlan(t.Context(), srv.Client(), provision.JSONLines(strings.NewReader(text)), provision.Options{})
		}
		plan, err := list()
		require.NoError(t, err)
		assert.Contains(t, planText(plan), `extension: {"Hobby":"Chess"} -> {"Age":"24"}`)
		assert.Equal(t, 1, apply(t, srv, plan, provision.ApplyOptions{}).Count(provision.ResultDone))
		assert.Equal(t, 1, apply(t, srv, plan, provision.ApplyOptions{}).Count(provision.ResultNoChange))
		plan, err = list()
		require.NoError(t, err)
		assert.Equal(t, 1, plan.Count(provision.ActionUnchanged))
	})
}

func TestWhatNoAnswerShowsIsPlannedEachTime(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 1, platform)
		const list = "userid,dept_title_list\np0,\"[{\"\"dept_id\"\":4300000002,\"\"title\"\":\"\"Lead\"\"}]\"\n"
		for range 2 {
			plan := newPlan(t, srv, list, provision.Options{})
			assert.Contains(t, planText(plan), `dept_title_list: (not shown) -> [{"dept_id":4300000002,"title":"Lead"}]`)
			assert.Equal(t, 1, apply(t, srv, plan, provision.ApplyOptions{}).Count(provision.ResultDone))
		}
		u, _ := srv.User("p0")
		assert.Equal(t, "Lead", u.DeptTitleList[0].Title)
	})
}

// TestAPartOfTheOrganisation: people who are elsewhere are found one by one, and so are the holders of numbers.
func TestAPartOfTheOrganisation(t *testing.T) {
	t.Parallel()
	const list = "userid,name,mobile,dept_id_list,manager_userid\n" +
		"li.na,,,,\nchen.hao,Chen Hao,,,boss\nnew,New,13800001234,4300000002,nobody\nnewer,Newer,13900000009,4300000002,\n"
	people := func(srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13900000001", DeptIDList: []int64{platform}})
		srv.AddUser(dingtalktest.User{UserID: "chen.hao", Name: "Chen", Mobile: "13900000002", DeptIDList: []int64{sales}})
		srv.AddUser(dingtalktest.User{UserID: "boss", Name: "Boss", Mobile: "13900000009", DeptIDList: []int64{1}})
	}
	t.Run("by option", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			people(srv)
			plan := newPlan(t, srv, list, provision.Options{DeptIDs: []int64{research}})
			assert.Equal(t, `0 to create, 1 to update, 0 to delete, 1 unchanged, 2 in conflict; 0 of 1 people are not in the list
update chen.hao Chen Hao (line 3)
    name: Chen -> Chen Hao
    manager_userid: (none) -> boss
conflict new New (line 4): the manager nobody is not in the organization and cannot be created
conflict newer Newer (line 5): the mobile number belongs to boss, who is in the organization
`, planText(plan))
			assert.Equal(t, []string{"boss", "chen.hao", "new", "newer", "nobody"}, lookedUp(srv))
		})
	})
	t.Run("by what the app may see", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			people(srv)
			plan := newPlan(t, srv, list, provision.Options{Delete: true})
			assert.Equal(t, `0 to create, 0 to update, 0 to delete, 1 unchanged, 3 in conflict; 0 of 1 people are not in the list
conflict chen.hao Chen Hao (line 3): GetUser: errcode 50002: REASON
conflict new New (line 4): the manager nobody is not in the organization and cannot be created
conflict newer Newer (line 5): the mobile number belongs to a person whom the app cannot see
`, hideReason(planText(plan)))
		}, dingtalktest.WithContactScope([]int64{research}, nil))
	})
	t.Run("a department that is not there", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			_, err := provision.NewPlan(t.Context(), srv.Client(), provision.List(), provision.Options{DeptIDs: []int64{research, 4711}})
			require.EqualError(t, err, "provision: department 4711 of Options.DeptIDs does not exist or cannot be read")
		})
	})
}

// hideReason takes the service's own words out of a text.
func hideReason(text string) string {
	before, after, found := strings.Cut(text, "50002: ")
	if !found {
		return text
	}
	_, rest, _ := strings.Cut(after, "\n")
	return before + "50002: REASON\n" + rest
}

func TestWithoutTheFieldPermissionForMobileNumbersTheyAreLookedUp(t *testing.T) {
	t.Parallel()
	const list = "userid,name,mobile,dept_id_list\np0,,13800000000,\nnew,New,13800000001,1\nnewer,Newer,13800001234,1\n"
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 2, platform)
		plan := newPlan(t, srv, list, provision.Options{})
		assert.Contains(t, planText(plan), "conflict new New (line 3): the mobile number belongs to p1, who is in the organization\n")
		assert.Equal(t, 1, plan.Count(provision.ActionCreate))
		assert.Equal(t, 1, plan.Count(provision.ActionUnchanged))
		assert.Len(t, srv.Calls("GetUserIDByMobile"), 2)
	}, dingtalktest.WithoutMobileField())
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 2, platform)
		plan := newPlan(t, srv, list, provision.Options{})
		assert.Equal(t, 2, plan.Count(provision.ActionCreate), "nobody can know")
		require.Len(t, plan.Notes, 1)
		assert.Contains(t, plan.Notes[0], "mobile numbers could not be looked up")
		report := apply(t, srv, plan, provision.ApplyOptions{})
		assert.Equal(t, provision.ResultConflict, results(report)["new"], "but the service does")
		assert.Equal(t, provision.ResultDone, results(report)["newer"])
	}, dingtalktest.WithoutMobileField(), dingtalktest.WithoutScope("qyapi_get_member_by_mobile"))
}

func TestWhatEndsTheReading(t *testing.T) {
	t.Parallel()
	list := "userid,manager_userid,name,mobile,dept_id_list\np0,p1,,,\nnew,,New,13800001234,1\n"
	for _, op := range []string{"GetAuthScopes", "GetDepartment", "ListSubDepartmentIDs", "ListUsers", "GetUser", "GetUserIDByMobile"} {
		for name, tt := range map[string]struct {
			fault dingtalktest.Fault
			class error
		}{
			"a ban":         {dingtalktest.Punished, dingtalk.ErrRateLimited},
			"a credential":  {dingtalktest.Code(40096), dingtalk.ErrInvalidCredential},
			"a permission":  {dingtalktest.PermissionMissing, dingtalk.ErrPermission},
			"an IP address": {dingtalktest.Code(60020), dingtalk.ErrPermission},
		} {
			if errors.Is(tt.class, dingtalk.ErrPermission) && (op == "GetAuthScopes" || op == "GetUserIDByMobile") {
				continue // which one can do without
			}
			t.Run(name+" at "+op, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					addPeople(srv, 2, platform)
					srv.Fail(op, tt.fault, 100)
					_, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{DeptIDs: deptsFor(op)})
					require.ErrorIs(t, err, tt.class)
					require.ErrorContains(t, err, "provision: reading the organization: dingtalk: ")
				})
			})
		}
	}
	t.Run("the context", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			addPeople(srv, 2, platform)
			ctx, cancel := cancelable(t)
			_, err := provision.NewPlan(ctx, srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{
				Progress: func(p provision.Progress) {
					if p.Step == provision.ReadingPeople && p.Done == 1 {
						cancel()
					}
				},
			})
			require.ErrorIs(t, err, context.Canceled)
		})
	})
}

func TestPassingTroubleMakesNoConflicts(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 300, platform)
		list := "userid,manager_userid\n"
		for i := range 300 {
			list += fmt.Sprintf("p%d,p1\n", i)
		}
		plan := newPlan(t, srv, list, provision.Options{})
		assert.Equal(t, 300, plan.Count(provision.ActionUpdate))
	}, dingtalktest.WithQPS(20), dingtalktest.WithLatency(80*time.Millisecond))
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 2, platform)
		srv.Fail("GetUser", dingtalktest.SystemBusy, 100)
		plan := newPlan(t, srv, "userid,manager_userid\np0,p1\n", provision.Options{})
		assert.Equal(t, 1, plan.Count(provision.ActionConflict), "but trouble that does not pass does")
		assert.Contains(t, plan.Items[0].Reason, "GetUser: errcode -1")
	})
}

// deptsFor makes a part of the organisation where only that calls the operation.
func deptsFor(op string) []int64 {
	if op == "GetUserIDByMobile" {
		return []int64{research}
	}
	return nil
}

func TestTheReadingTellsHowFarItIs(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 250, platform)
		var told []provision.Progress
		list := "userid,manager_userid\np0,p1\np1,p2\nnew,\n"
		_, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{
			DeptIDs: []int64{research}, Progress: func(p provision.Progress) { told = append(told, p) },
		})
		require.NoError(t, err)
		last := map[provision.Step]provision.Progress{}
		for _, p := range told {
			assert.GreaterOrEqual(t, p.Done, last[p.Step].Done)
			last[p.Step] = p
		}
		assert.Equal(t, [2]int{4, 0}, [2]int{last[provision.ReadingDepartments].Done, last[provision.ReadingDepartments].Total})
		assert.Equal(t, [2]int{250, 250}, [2]int{last[provision.ReadingPeople].Done, last[provision.ReadingPeople].Total})
		assert.Equal(t, [2]int{3, 3}, [2]int{last[provision.ReadingDetails].Done, last[provision.ReadingDetails].Total}, "p0, p1 and new")
		assert.Positive(t, last[provision.ReadingPeople].Rate)
		for _, call := range srv.Calls("ListUsers") {
			assert.Equal(t, true, call.Body["contain_access_limit"], "people whose access is restricted are people, too")
		}
	}, dingtalktest.WithLatency(50*time.Millisecond))
}

func TestAnOutageWhileReadingIsAnErrorAndNoPlan(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		ops  []string
		list string
	}{
		"from the start":        {[]string{"GetAuthScopes", "ListSubDepartmentIDs", "GetDepartment", "ListUsers", "GetUser"}, "userid,title\np0,Lead\n"},
		"of the departments":    {[]string{"ListSubDepartmentIDs", "GetDepartment"}, "userid,title\np0,Lead\n"},
		"while people are read": {[]string{"GetUser"}, "userid,manager_userid\n" + manyRows(50)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				addPeople(srv, 50, platform)
				for _, op := range tt.ops {
					srv.Fail(op, dingtalktest.DropConnection, 1_000_000)
				}
				plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(tt.list)), provision.Options{})
				require.ErrorIs(t, err, dingtalk.ErrTransient)
				assert.Nil(t, plan)
			})
		})
	}
}

func manyRows(n int) (text string) {
	for i := range n {
		text += fmt.Sprintf("p%d,p0\n", i)
	}
	return text
}

func TestAPlanSaysWhatCouldNotBeRead(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 3, platform)
		srv.Fail("ListUsers", dingtalktest.DropConnection, 3) // of one department, all attempts
		plan, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader("userid,title\np0,Lead\n")), provision.Options{Concurrency: 1})
		require.NoError(t, err)
		require.Len(t, plan.Notes, 1)
		assert.Contains(t, plan.Notes[0], "not everything could be read: dingtalk: ListUsers: department ")
	})
}
