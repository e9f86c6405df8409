package provision_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// lookedUp returns the userids that were looked up one by one.
func lookedUp(srv *dingtalktest.Server) (ids []string) {
	for _, call := range srv.Calls("GetUser") {
		ids = append(ids, fmt.Sprint(call.Body["userid"]))
	}
	return slices.Sorted(slices.Values(ids))
}

func TestNewPlan_ReadsDetailsOnlyIfTheListNeedsThem(t *testing.T) {
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

func TestNewPlan_ComparesAndClearsFieldsThatUserListsDoNotShow(t *testing.T) {
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

func TestNewPlan_WritesReplacedCustomFieldsAsTexts(t *testing.T) {
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

func TestNewPlan_RepeatsFieldsThatNoResponseShows(t *testing.T) {
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

// TestNewPlan_FindsPeopleOutsideItsDepartments looks up people elsewhere, and the holders of numbers, one by one.
func TestNewPlan_FindsPeopleOutsideItsDepartments(t *testing.T) {
	t.Parallel()
	const list = "userid,name,mobile,dept_id_list,manager_userid\n" +
		"li.na,,,,\nchen.hao,Chen Hao,,,boss\nnew,New,13800001234,4300000002,missing\nnewer,Newer,13900000009,4300000002,\n"
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
conflict new New (line 4): the manager missing is not in the organization and cannot be created
conflict newer Newer (line 5): the mobile number belongs to boss, who is in the organization
`, planText(plan))
			assert.Equal(t, []string{"boss", "chen.hao", "missing", "new", "newer"}, lookedUp(srv))
		})
	})
	t.Run("by what the app may see", func(t *testing.T) {
		t.Parallel()
		scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
			people(srv)
			plan := newPlan(t, srv, list, provision.Options{Delete: true})
			assert.Equal(t, `0 to create, 0 to update, 0 to delete, 1 unchanged, 3 in conflict; 0 of 1 people are not in the list
conflict chen.hao Chen Hao (line 3): GetUser: permission denied: the user is outside the app's contact scope: errcode 50002: REASON
conflict new New (line 4): the manager missing is not in the organization and cannot be created
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

// hideReason replaces the service's text of an error.
func hideReason(text string) string {
	before, after, found := strings.Cut(text, "50002: ")
	if !found {
		return text
	}
	_, rest, _ := strings.Cut(after, "\n")
	return before + "50002: REASON\n" + rest
}

func TestNewPlan_LooksUpMobileNumbersItCannotSee(t *testing.T) {
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
		assert.Equal(t, 2, plan.Count(provision.ActionCreate), "a plan cannot know who has the numbers")
		require.Len(t, plan.Notes, 1)
		assert.Contains(t, plan.Notes[0], "mobile numbers could not be looked up")
		report := apply(t, srv, plan, provision.ApplyOptions{})
		assert.Equal(t, provision.ResultConflict, results(report)["new"], "but the service knows")
		assert.Equal(t, provision.ResultDone, results(report)["newer"])
	}, dingtalktest.WithoutMobileField(), dingtalktest.WithoutScope("qyapi_get_member_by_mobile"))
}

func TestNewPlan_ReportsProgress(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		addPeople(srv, 250, platform)
		var reported []provision.Progress
		list := "userid,manager_userid\np0,p1\np1,p2\nnew,\n"
		_, err := provision.NewPlan(t.Context(), srv.Client(), provision.CSV(strings.NewReader(list)), provision.Options{
			DeptIDs: []int64{research}, Progress: func(p provision.Progress) { reported = append(reported, p) },
		})
		require.NoError(t, err)
		last := map[provision.Step]provision.Progress{}
		for _, p := range reported {
			assert.GreaterOrEqual(t, p.Done, last[p.Step].Done)
			last[p.Step] = p
		}
		assert.Equal(t, [2]int{2, 0}, [2]int{last[provision.ReadingDepartments].Done, last[provision.ReadingDepartments].Total})
		assert.Equal(t, [2]int{250, 250}, [2]int{last[provision.ReadingPeople].Done, last[provision.ReadingPeople].Total})
		assert.Equal(t, [2]int{3, 3}, [2]int{last[provision.ReadingDetails].Done, last[provision.ReadingDetails].Total}, "p0, p1 and new")
		assert.Positive(t, last[provision.ReadingPeople].Rate)
		for _, call := range srv.Calls("ListUsers") {
			assert.Equal(t, true, call.Body["contain_access_limit"], "people with restricted access are included")
		}
	}, dingtalktest.WithLatency(50*time.Millisecond))
}
