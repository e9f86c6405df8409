package emulator

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Calls in the documented form can create everything of a sample.
func TestSample_CouldHaveBeenCreatedByCalls(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithSampleOrg(60, 700, 7))
	a := newApp(t, Strict(), WithCustomFields("Hobby", "T恤尺码", "Profile"))
	ok := func(path string, fields map[string]any) jsonBody {
		t.Helper()
		for name, value := range fields {
			if value == "" || value == nil {
				delete(fields, name)
			}
		}
		got := a.post(path, string(encode(fields)))
		require.Equal(t, "0", got.code(), "%v: %v", fields, got)
		return got
	}
	for _, d := range s.Departments()[1:] { // parents first, which have the smaller IDs
		ok(createDeptPath, map[string]any{
			"name": d.Name, "parent_id": d.ParentID, "order": d.Order, "source_identifier": d.SourceIdentifier,
			"brief": d.Brief, "telephone": d.Telephone, "extension": d.Extension, "create_dept_group": d.CreateDeptGroup,
		})
	}
	for _, u := range s.Users() {
		var orders, titles, positions []map[string]any
		for _, o := range u.DeptOrderList {
			orders = append(orders, map[string]any{"dept_id": o.DeptID, "order": o.Order})
		}
		for _, d := range u.DeptTitleList {
			titles = append(titles, map[string]any{"dept_id": d.DeptID, "title": d.Title})
		}
		for _, p := range u.DeptPositionList {
			positions = append(positions, map[string]any{"dept_id": p.DeptID, "is_main": p.IsMain, "title": p.Title})
		}
		fields := map[string]any{
			"userid": u.UserID, "name": u.Name, "mobile": "+" + u.StateCode + "-" + u.Mobile, "telephone": u.Telephone,
			"job_number": u.JobNumber, "title": u.Title, "email": u.Email, "org_email": u.OrgEmail,
			"org_email_type": u.OrgEmailType, "work_place": u.WorkPlace, "remark": u.Remark, "extension": u.Extension,
			"dept_id_list": commas(u.DeptIDList), "dept_order_list": orders, "hide_mobile": u.HideMobile,
			"senior_mode": u.Senior,
		}
		if titles != nil {
			fields["dept_title_list"] = titles
		}
		if positions != nil {
			fields["dept_position_list"] = positions
		}
		if !u.HiredDate.IsZero() {
			fields["hired_date"] = u.HiredDate.UnixMilli()
		}
		ok(createPath, fields)
	}
	for _, u := range s.Users() {
		if u.ManagerUserID != "" {
			ok(updatePath, map[string]any{"userid": u.UserID, "manager_userid": u.ManagerUserID})
		}
	}
	for _, d := range s.Departments()[1:] {
		ok(updateDeptPath, map[string]any{
			"dept_id": d.ID, "code": d.Code, "org_dept_owner": d.OrgDeptOwner,
			"dept_manager_userid_list": commas(d.DeptManagerUserIDList),
			"hide_dept":                d.HideDept, "dept_permits": commas(d.DeptPermits), "user_permits": commas(d.UserPermits),
			"outer_dept": d.OuterDept, "outer_dept_only_self": d.OuterDeptOnlySelf,
			"outer_permit_depts": commas(d.OuterPermitDepts), "outer_permit_users": commas(d.OuterPermitUsers),
		})
	}
	for _, d := range s.Departments()[1:] {
		assert.Equal(t, a.post(getDeptPath, fmt.Sprintf(`{"dept_id":%d}`, d.ID)).result()["member_count"],
			json.Number(strconv.FormatInt(s.org.Headcount(d.ID), 10)))
	}
}

func commas[T int64 | string](list []T) string {
	var texts []string
	for _, entry := range list {
		texts = append(texts, fmt.Sprint(entry))
	}
	return strings.Join(texts, ",")
}

func TestSample_AcceptsLaterAdditions(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCustomFields("Pet"), WithSampleOrg(60, 700, 7), Strict())
	roles := len(a.server.Roles())
	dept := a.department(directory.Department{Name: "Later", ParentID: a.server.Departments()[1].ID})
	boss := a.seed(directory.User{Mobile: "13800001234", DeptIDList: []int64{dept}, RoleList: []directory.Role{{Name: "采购", GroupName: "职能"}}})
	assert.Len(t, a.server.Roles(), roles, "the role was there")
	for extension, code := range map[string]string{
		`{"Pet":"Cat"}`: "0", `{"Hobby":"Chess","T恤尺码":"S","Profile":"P"}`: "0", `{"Car":"none"}`: "60122",
	} {
		got := a.post(updatePath, string(encode(map[string]any{"userid": boss.UserID, "extension": extension})))
		assert.Equal(t, code, got.code(), extension)
	}
	body := fmt.Sprintf(`{"name":"Zhao Min","mobile":"13800001235","telephone":"100","email":"zhao.min@example.com","dept_id_list":"1,%d","manager_userid":%q}`, dept, boss.UserID)
	require.Equal(t, "0", a.post(createPath, body).code())
	assert.Len(t, a.server.Users(), 702)
	assert.Len(t, a.server.Departments(), 62)
}

func TestSample_IsLimitedByTheContactScope(t *testing.T) {
	t.Parallel()
	departments := newServer(t, WithSampleOrg(60, 700, 7)).Departments()
	first, second := departments[1].ID, departments[2].ID
	a := newApp(t, WithContactScope([]int64{first}, nil), WithSampleOrg(60, 700, 7))
	assert.Equal(t, "0", a.post(usersPath, fmt.Sprintf(`{"dept_id":%d,"cursor":0,"size":10}`, first)).code())
	assert.Equal(t, "50004", a.post(usersPath, fmt.Sprintf(`{"dept_id":%d,"cursor":0,"size":10}`, second)).code())
}
