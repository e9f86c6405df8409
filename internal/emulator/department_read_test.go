package emulator

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// resultOf returns the text of the field "result".
func (a *app) resultOf(path, body string) string {
	a.t.Helper()
	_, text, err := a.send("POST", path+"?access_token="+a.token, "application/json", body)
	require.NoError(a.t, err)
	var env struct {
		Result json.RawMessage `json:"result"`
	}
	require.NoError(a.t, json.Unmarshal(text, &env), "%s", text)
	return string(env.Result)
}

// everythingOf adds and returns a department with all fields set.
func everythingOf(a *app) directory.Department {
	a.department(directory.Department{ID: 20, Name: "Sales"})
	d := directory.Department{
		ID: 724960211, ParentID: 20, Name: "Research <研发>", Order: 4300000002, SourceIdentifier: "hr 1", Code: "RD", Brief: "B",
		Telephone: "010", Extension: `{"Floor":"3"}`, AutoApproveApply: true,
		HideDept: true, DeptPermits: []int64{20}, UserPermits: []string{"boss"},
		OuterDept: true, OuterDeptOnlySelf: true, OuterPermitDepts: []int64{1}, OuterPermitUsers: []string{"boss"},
		DeptManagerUserIDList: []string{"boss"}, CreateDeptGroup: true, DeptGroupChatID: "chat1", OrgDeptOwner: "boss",
		AutoAddUser: true, GroupContainSubDept: true, GroupContainOuterDept: true, GroupContainHiddenDept: true,
		Tags: "campus", FromUnionOrg: true, UnionDeptExt: &directory.UnionDeptExt{CorpID: "dingcorp", DeptID: 4300000009},
	}
	a.department(d)
	a.department(directory.Department{ID: 724960212, ParentID: d.ID, Name: "Lab"})
	a.seed(directory.User{UserID: "boss", DeptIDList: []int64{d.ID, 724960212}})
	a.seed(directory.User{UserID: "lab", DeptIDList: []int64{724960212}})
	return d
}

func TestGetDepartment_ReturnsAllFields(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	everythingOf(a)
	assert.JSONEq(t, `{"dept_id":724960211,"name":"Research <研发>","parent_id":20,"order":4300000002,"source_identifier":"hr 1",
		"tags":"campus","from_union_org":true,"create_dept_group":true,"auto_add_user":true,"group_contain_sub_dept":true,
		"auto_approve_apply":true,"hide_dept":true,"outer_dept":true,"dept_group_chat_id":"chat1","org_dept_owner":"boss",
		"dept_manager_userid_list":["boss"],"dept_permits":[20],"user_permits":["boss"],"outer_permit_depts":[1],
		"outer_permit_users":["boss"],"code":"RD","member_count":2,"owning_member_count":1,
		"union_dept_ext":{"corp_id":"dingcorp","dept_id":4300000009},"brief":"B","telephone":"010",
		"extention":"{\"Floor\":\"3\"}"}`, a.resultOf(getDeptPath, `{"dept_id":724960211,"language":"en_US"}`))
	assert.JSONEq(t, `[{"dept_id":724960211,"name":"Research <研发>","parent_id":20,"create_dept_group":true,"auto_add_user":true,
		"source_identifier":"hr 1","tags":"campus","from_union_org":true,"ext":"{\"Floor\":\"3\"}"}]`,
		a.resultOf(listSubPath, `{"dept_id":20}`))
}

func TestGetDepartment_OmitsFieldsWithoutValue(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.department(directory.Department{
		ID: 10, Name: "Bare", DeptPermits: []int64{1}, UserPermits: []string{"u"}, OuterPermitDepts: []int64{1},
		OuterPermitUsers: []string{"u"}, OrgDeptOwner: "u",
	})
	const bare = `"from_union_org":false,"create_dept_group":false,"auto_add_user":false,"group_contain_sub_dept":false,
		"auto_approve_apply":false,"hide_dept":false,"outer_dept":false,"dept_manager_userid_list":[],"dept_permits":[],
		"user_permits":[],"outer_permit_depts":[],"outer_permit_users":[],"member_count":0,"owning_member_count":0,"brief":""}`
	assert.JSONEq(t, `{"dept_id":10,"name":"Bare","parent_id":1,"order":10,`+bare, a.resultOf(getDeptPath, `{"dept_id":10}`),
		"neither lists without effect nor the owner of no group")
	assert.JSONEq(t, `{"dept_id":1,"name":"Organization",`+bare, a.resultOf(getDeptPath, `{"dept_id":1}`), "the root has no parent")
	assert.Equal(t, "60003", a.post(getDeptPath, `{"dept_id":99}`).code())
	assert.Equal(t, "400002", a.post(getDeptPath, `{}`).code())
}

func TestDepartmentResponses_HaveTheDocumentedFields(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	everythingOf(a)
	sub := a.post(listSubPath, `{"dept_id":20}`)["result"].([]any)[0].(map[string]any)
	for _, tt := range []struct {
		endpoint *contract.Endpoint
		got      map[string]any
	}{
		{&contract.GetDepartment, a.post(getDeptPath, `{"dept_id":724960211}`).result()},
		{&contract.ListSubDepartments, sub},
		{&contract.ListParentDepartmentsByDepartment, a.post(parentsPath, `{"dept_id":724960211}`).result()},
		{&contract.ListParentDepartmentsByUser, a.post(parentsOfPath, `{"userid":"boss"}`).result()},
		{&contract.CreateDepartment, a.post(createDeptPath, `{"name":"N","parent_id":1}`).result()},
	} {
		documented := map[string]bool{}
		for _, f := range tt.endpoint.Response {
			documented[f.Name] = true
			assert.Contains(t, tt.got, f.Name, tt.endpoint.Name)
		}
		for name := range tt.got {
			assert.True(t, documented[name], "%s: %s is not documented", tt.endpoint.Name, name)
		}
	}
}

func TestListSubDepartments_ReturnsChildren(t *testing.T) {
	t.Parallel()
	a := company(t)
	a.department(directory.Department{ID: 13, ParentID: 10, Name: "First", Order: 1})
	a.department(directory.Department{ID: 9, ParentID: 10, Name: "Tie", Order: 5})
	names := func(body string) (names []string) {
		list, ok := a.post(listSubPath, body)["result"].([]any)
		require.True(t, ok, "an array, not null")
		for _, d := range list {
			names = append(names, d.(map[string]any)["name"].(string))
		}
		return names
	}
	assert.Equal(t, []string{"First", "Tie", "Platform"}, names(`{"dept_id":10}`), "by order, then by ID")
	assert.Equal(t, []string{"Engineering", "Sales"}, names(`{}`), "the root's by default")
	assert.Equal(t, []string{"Engineering", "Sales"}, names(`null`), "as a client sends it that has no request")
	assert.Empty(t, names(`{"dept_id":12}`))
	assert.Equal(t, "60003", a.post(listSubPath, `{"dept_id":99}`).code())
}

func TestListParentDepartments_ReturnsChains(t *testing.T) {
	t.Parallel()
	a := company(t)
	a.seed(directory.User{UserID: "two", DeptIDList: []int64{20, 12}})
	assert.JSONEq(t, `{"parent_id_list":[12,11,10,1]}`, a.resultOf(parentsPath, `{"dept_id":12}`))
	assert.JSONEq(t, `{"parent_id_list":[1]}`, a.resultOf(parentsPath, `{"dept_id":1}`))
	assert.JSONEq(t, `{"parent_list":[{"parent_dept_id_list":[20,1]},{"parent_dept_id_list":[12,11,10,1]}]}`,
		a.resultOf(parentsOfPath, `{"userid":"two"}`))
	assert.JSONEq(t, `{"parent_list":[{"parent_dept_id_list":[1]}]}`, a.resultOf(parentsOfPath, `{"userid":"boss"}`))
	assert.Equal(t, "60003", a.post(parentsPath, `{"dept_id":99}`).code())
	assert.Equal(t, "400002", a.post(parentsPath, `{}`).code())
	assert.Equal(t, "33012", a.post(parentsOfPath, `{"userid":"absent"}`).code())
	assert.Equal(t, "400002", a.post(parentsOfPath, `{}`).code())
}
