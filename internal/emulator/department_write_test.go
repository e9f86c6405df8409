package emulator

import (
	"encoding/json"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// company returns an app of a tree: 10 with 11, which has 12, and 20 beside it. "clerk" is in 11, "boss" in the root.
func company(t *testing.T, opts ...Option) *app {
	t.Helper()
	a := newApp(t, opts...)
	a.department(directory.Department{ID: 10, Name: "Engineering"})
	a.department(directory.Department{ID: 11, ParentID: 10, Name: "Platform", Order: 5})
	a.department(directory.Department{ID: 12, ParentID: 11, Name: "Storage"})
	a.department(directory.Department{ID: 20, Name: "Sales"})
	a.seed(directory.User{UserID: "boss"})
	a.seed(directory.User{UserID: "clerk", DeptIDList: []int64{11}})
	return a
}

func (a *app) unit(id int64) directory.Department {
	a.t.Helper()
	d, ok := a.server.Department(id)
	require.True(a.t, ok, "there is no department %d", id)
	return d
}

// chain adds n departments one below the other and returns the last.
func (a *app) chain(parent int64, n int) int64 {
	a.t.Helper()
	for range n {
		parent = a.department(directory.Department{ParentID: parent})
	}
	return parent
}

func TestCreateDepartment_ChecksInFixedOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, code, detail string }{
		{"nothing wrong", `{"name":"R&D","parent_id":1}`, "0", ""},
		{"a name used elsewhere", `{"name":"Platform","parent_id":20}`, "0", ""},
		{"no name", `{"parent_id":1}`, "400002", "name is missing"},
		{"an empty name", `{"name":"","parent_id":1}`, "400002", "name is missing"},
		{"no parent", `{"name":"N"}`, "400002", "parent_id is missing"},
		{"a parent that is no number", `{"name":"N","parent_id":"x"}`, "400002", "parent_id is malformed"},
		{"parent 0", `{"name":"N","parent_id":0}`, "60004", ""},
		{"an unknown parent", `{"name":"N","parent_id":99}`, "60004", ""},
		{"a hyphen", `{"name":"R-D","parent_id":1}`, "60001", ""},
		{"a comma", `{"name":"R,D","parent_id":1}`, "60001", ""},
		{"a wide comma", `{"name":"研，发","parent_id":1}`, "60001", ""},
		{"a brother's name", `{"name":"Sales","parent_id":1}`, "60021", ""},
		{"parent before name", `{"name":"R-D","parent_id":99}`, "60004", ""},
		{"name before lists", `{"name":"Sales","parent_id":1,"dept_permits":"99"}`, "60021", ""},
		{"lists before custom fields", `{"name":"N","parent_id":1,"user_permits":"absent","extension":"x"}`, "60109", "user_permits"},
		{"an unknown department that may see", `{"name":"N","parent_id":1,"dept_permits":"10,99"}`, "60109", "dept_permits"},
		{"an unknown department to be seen", `{"name":"N","parent_id":1,"outer_permit_depts":"99"}`, "60109", "outer_permit_depts"},
		{"an unknown person to be seen", `{"name":"N","parent_id":1,"outer_permit_users":"boss,absent"}`, "60109", "outer_permit_users"},
		{"lists that are none", `{"name":"N","parent_id":1,"dept_permits":"a"}`, "60109", "malformed"},
		{"empty lists", `{"name":"N","parent_id":1,"dept_permits":"","user_permits":""}`, "0", ""},
		{"custom fields that are text", `{"name":"N","parent_id":1,"extension":"x"}`, "60122", "extension"},
		{"custom fields that are null", `{"name":"N","parent_id":1,"extension":"null"}`, "60122", "extension"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := company(t)
			before := a.server.Departments()
			got := a.post(createDeptPath, tt.body)
			assert.Equal(t, tt.code, got.code(), "%v", got)
			if tt.detail != "" {
				assert.Contains(t, got["errmsg"], tt.detail)
			}
			if tt.code == "0" {
				assert.Len(t, a.server.Departments(), len(before)+1)
			} else {
				assert.Equal(t, before, a.server.Departments(), "a refused call changes nothing")
			}
		})
	}
}

func TestCreateDepartment_StoresAllFields(t *testing.T) {
	t.Parallel()
	a := company(t)
	got := a.post(createDeptPath, `{"name":"R&D <研发>","parent_id":"10","hide_dept":true,"dept_permits":"20,11","user_permits":"boss",
		"outer_dept":"true","outer_dept_only_self":true,"outer_permit_users":"clerk,boss","outer_permit_depts":[1],
		"create_dept_group":true,"auto_approve_apply":true,"order":7,"source_identifier":"hr 1","brief":"B","telephone":"T",
		"extension":{"Floor":"三"},"code":"only update sets it"}`)
	require.Equal(t, "0", got.code(), "%v", got)
	assert.Len(t, got.result(), 1)
	id, err := got.result()["dept_id"].(json.Number).Int64()
	require.NoError(t, err)
	assert.Greater(t, id, int64(math.MaxUint32))
	d := a.unit(id)
	assert.Regexp(t, `^chat[0-9a-f]{32}$`, d.DeptGroupChatID)
	assert.Equal(t, directory.Department{
		ID: id, ParentID: 10, Name: "R&D <研发>", Order: 7, SourceIdentifier: "hr 1", Brief: "B", Telephone: "T",
		Extension: `{"Floor":"三"}`, AutoApproveApply: true,
		HideDept: true, DeptPermits: []int64{20, 11}, UserPermits: []string{"boss"},
		OuterDept: true, OuterDeptOnlySelf: true, OuterPermitDepts: []int64{1}, OuterPermitUsers: []string{"clerk", "boss"},
		CreateDeptGroup: true, DeptGroupChatID: d.DeptGroupChatID,
	}, d)
	assert.Equal(t, "60021", a.post(createDeptPath, `{"name":"R&D <研发>","parent_id":10}`).code(), "not twice")
}

func TestCreateDepartment_HasItsIDAsOrderByDefault(t *testing.T) {
	t.Parallel()
	a := company(t)
	id, err := a.post(createDeptPath, `{"name":"Later","parent_id":10}`).result()["dept_id"].(json.Number).Int64()
	require.NoError(t, err)
	assert.Equal(t, id, a.unit(id).Order)
	assert.Equal(t, json.Number(fmt.Sprint(id)), a.post(getDeptPath, fmt.Sprintf(`{"dept_id":%d}`, id)).result()["order"])
	got := a.post(createDeptPath, `{"name":"First","parent_id":10,"order":0}`)
	first, err := got.result()["dept_id"].(json.Number).Int64()
	require.NoError(t, err)
	assert.Zero(t, a.unit(first).Order, "0 was sent")
	assert.Equal(t, []any{json.Number(fmt.Sprint(first)), json.Number("11"), json.Number(fmt.Sprint(id))},
		a.post(listPath, `{"dept_id":10}`).result()["dept_id_list"])
	assert.EqualValues(t, 20, a.unit(20).Order, "that of one which was added")
}

func TestUpdateDepartment_ChecksInFixedOrder(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, body, code, detail string }{
		{"nothing at all", `{"dept_id":11}`, "0", ""},
		{"no department", `{"name":"N"}`, "400002", "dept_id is missing"},
		{"an unknown department", `{"dept_id":99}`, "60003", ""},
		{"the root", `{"dept_id":1,"name":"N"}`, "60018", ""},
		{"its own name", `{"dept_id":11,"name":"Platform"}`, "0", ""},
		{"an empty name", `{"dept_id":11,"name":""}`, "60001", ""},
		{"a hyphen", `{"dept_id":11,"name":"a-b"}`, "60001", ""},
		{"a brother's name", `{"dept_id":20,"name":"Engineering"}`, "60021", ""},
		{"a name taken where it moves", `{"dept_id":11,"name":"Sales","parent_id":1}`, "60021", ""},
		{"a name free where it moves", `{"dept_id":20,"name":"Platform","parent_id":1}`, "0", ""},
		{"an unknown parent", `{"dept_id":11,"parent_id":99}`, "60004", ""},
		{"its own parent", `{"dept_id":11,"parent_id":11}`, "60010", ""},
		{"below its child", `{"dept_id":10,"parent_id":12}`, "60010", ""},
		{"the parent it has", `{"dept_id":12,"parent_id":11}`, "0", ""},
		{"up", `{"dept_id":12,"parent_id":1}`, "0", ""},
		{"an unknown person may see", `{"dept_id":11,"user_permits":"absent"}`, "60109", "user_permits"},
		{"a manager who is not there", `{"dept_id":11,"dept_manager_userid_list":"clerk,absent"}`, "60111", "dept_manager"},
		{"a manager from elsewhere", `{"dept_id":11,"dept_manager_userid_list":"boss"}`, "60111", "dept_manager"},
		{"a manager from below", `{"dept_id":10,"dept_manager_userid_list":"clerk"}`, "60111", "dept_manager"},
		{"a manager", `{"dept_id":11,"dept_manager_userid_list":"clerk"}`, "0", ""},
		{"an owner who is not there", `{"dept_id":11,"org_dept_owner":"absent"}`, "40093", ""},
		{"an owner from elsewhere", `{"dept_id":11,"org_dept_owner":"boss"}`, "40093", ""},
		{"an owner", `{"dept_id":11,"org_dept_owner":"clerk"}`, "0", ""},
		{"custom fields that are text", `{"dept_id":11,"extension":"x"}`, "60122", ""},
		{"managers before owner", `{"dept_id":11,"dept_manager_userid_list":"boss","org_dept_owner":"boss"}`, "60111", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := company(t)
			before := a.server.Departments()
			got := a.post(updateDeptPath, tt.body)
			assert.Equal(t, tt.code, got.code(), "%v", got)
			assert.NotContains(t, got, "result")
			if tt.detail != "" {
				assert.Contains(t, got["errmsg"], tt.detail)
			}
			if tt.code != "0" {
				assert.Equal(t, before, a.server.Departments(), "a refused call changes nothing")
			}
		})
	}
}

func TestUpdateDepartment_ChangesOnlyWhatIsSent(t *testing.T) {
	t.Parallel()
	a := company(t)
	full := directory.Department{
		ID: 30, ParentID: 10, Name: "Full", Order: 3, SourceIdentifier: "s", Code: "c", Brief: "b", Telephone: "t",
		Extension: `{"a":"b"}`, AutoApproveApply: true, HideDept: true, DeptPermits: []int64{20}, UserPermits: []string{"boss"},
		OuterDept: true, OuterDeptOnlySelf: true, OuterPermitDepts: []int64{1}, OuterPermitUsers: []string{"boss"},
		DeptManagerUserIDList: []string{"member"}, CreateDeptGroup: true, DeptGroupChatID: "chat1", OrgDeptOwner: "member",
		AutoAddUser: true, GroupContainSubDept: true, GroupContainOuterDept: true, GroupContainHiddenDept: true,
		Tags: "campus", FromUnionOrg: true, UnionDeptExt: &directory.UnionDeptExt{CorpID: "dingcorp", DeptID: 5},
	}
	a.department(full)
	a.seed(directory.User{UserID: "member", DeptIDList: []int64{30}})
	update := func(fields string) {
		t.Helper()
		got := a.post(updateDeptPath, `{"dept_id":30`+fields+`}`)
		require.Equal(t, "0", got.code(), "%v", got)
	}
	update(``)
	assert.Equal(t, full, a.unit(30))
	update(`,"dept_manager_userid_list":""`)
	assert.Equal(t, full, a.unit(30), "managers are not cleared without force_update_fields")
	update(`,"dept_manager_userid_list":null,"force_update_fields":"dept_manager_userid_list"`)
	assert.Equal(t, []string{}, a.unit(30).DeptManagerUserIDList, "the official Java SDK has no other way to clear them")
	update(`,"dept_manager_userid_list":"member"`)
	assert.Equal(t, full, a.unit(30))
	update(`,"force_update_fields":"dept_manager_userid_list"`)
	assert.Equal(t, []string{}, a.unit(30).DeptManagerUserIDList)
	update(`,"dept_manager_userid_list":"member"`)

	update(`,"dept_manager_userid_list":"","force_update_fields":"dept_manager_userid_list","org_dept_owner":""`)
	update(`,"name":"New","parent_id":20,"order":0,"source_identifier":"","code":"","brief":"","telephone":"","extension":"{}",
		"auto_approve_apply":false,"hide_dept":false,"dept_permits":"","user_permits":"","outer_dept":false,
		"outer_dept_only_self":false,"outer_permit_depts":"","outer_permit_users":"","auto_add_user":false,
		"group_contain_sub_dept":false,"group_contain_outer_dept":false,"group_contain_hidden_dept":false,"create_dept_group":false`)
	assert.Equal(t, directory.Department{
		ID: 30, ParentID: 20, Name: "New", DeptGroupChatID: "chat1", Tags: "campus", FromUnionOrg: true,
		UnionDeptExt: &directory.UnionDeptExt{CorpID: "dingcorp", DeptID: 5}, DeptPermits: []int64{}, UserPermits: []string{},
		OuterPermitDepts: []int64{}, OuterPermitUsers: []string{}, DeptManagerUserIDList: []string{},
	}, a.unit(30))

	update(`,"code":"RD 1","create_dept_group":true,"dept_manager_userid_list":"member"`)
	d := a.unit(30)
	assert.Equal(t, "RD 1", d.Code)
	assert.Equal(t, "chat1", d.DeptGroupChatID, "it still has its group")
	a.server.mu.Lock()
	require.NoError(t, a.server.org.DeleteUser("member", directory.Leave{}))
	a.server.mu.Unlock()
	update(`,"name":"Newer"`)
	assert.Equal(t, []string{"member"}, a.unit(30).DeptManagerUserIDList, "who left is not looked for")

	assert.Equal(t, "0", a.post(updateDeptPath, `{"dept_id":12,"create_dept_group":true}`).code())
	assert.Regexp(t, `^chat`, a.unit(12).DeptGroupChatID)
}

func TestUpdateDepartment_VisibilityListsShareALimit(t *testing.T) {
	t.Parallel()
	a := company(t)
	list := func(entry string, n int) string { return strings.Repeat(entry+",", n-1) + entry }
	for _, pair := range []struct{ depts, users string }{{"dept_permits", "user_permits"}, {"outer_permit_depts", "outer_permit_users"}} {
		both := func(head string, depts, users int) string {
			return fmt.Sprintf(`{%s,"%s":"%s","%s":"%s"}`, head, pair.depts, list("20", depts), pair.users, list("boss", users))
		}
		got := a.post(createDeptPath, both(`"parent_id":20,"name":"`+pair.depts+`"`, 50, 50))
		require.Equal(t, "0", got.code(), "50 each on create")
		id := got.result()["dept_id"].(json.Number).String()
		assert.Equal(t, "0", a.post(updateDeptPath, `{"dept_id":`+id+`,"order":1}`).code(), "what is there may stay")
		assert.Equal(t, "60109", a.post(updateDeptPath, `{"dept_id":`+id+`,"`+pair.users+`":"boss"}`).code(), "with the 50 stored")
		assert.Equal(t, "60109", a.post(updateDeptPath, both(`"dept_id":`+id, 25, 26)).code())
		assert.Equal(t, "0", a.post(updateDeptPath, both(`"dept_id":`+id, 25, 25)).code())
	}
	assert.Equal(t, "0", a.post(updateDeptPath, `{"dept_id":20,"user_permits":"`+list("boss", 50)+`","outer_permit_users":"`+list("boss", 50)+`"}`).code(),
		"each pair by itself")
}
