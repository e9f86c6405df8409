package emulator

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const (
	createRoleGroupPath = "/role/add_role_group"
	createRolePath      = "/role/add_role"
	updateRolePath      = "/role/update_role"
	deleteRolePath      = "/topapi/role/deleterole"
	listRolesPath       = "/topapi/role/list"
	getRolePath         = "/topapi/role/getrole"
	getRoleGroupPath    = "/topapi/role/getrolegroup"
	addRolesPath        = "/topapi/role/addrolesforemps"
	removeRolesPath     = "/topapi/role/removerolesforemps"
	roleScopePath       = "/topapi/role/scope/update"
	roleUsersPath       = "/topapi/role/simplelist"

	defaultGroup = int64(4500000001)
	owner        = int64(4600000001) // the first of the default group
)

// skilled returns crowd with a group of two roles. The clerk has the first role in one department, the boss has it in
// both, and the second role.
func skilled(t *testing.T, opts ...Option) *app {
	t.Helper()
	a := crowd(t, opts...)
	a.roleGroup(directory.RoleGroup{ID: 11, Name: "Skills"})
	a.role(directory.Role{ID: 21, Name: "Interpreter", GroupName: "Skills"})
	a.role(directory.Role{ID: 22, Name: "Driver", GroupName: "Skills"})
	require.Equal(t, "0", a.post(addRolesPath, `{"roleIds":"21","userIds":"clerk,boss"}`).code())
	require.Equal(t, "0", a.post(addRolesPath, `{"roleIds":"22","userIds":"boss"}`).code())
	require.Equal(t, "0", a.post(roleScopePath, `{"userid":"clerk","role_id":21,"dept_ids":"724960197"}`).code())
	require.Equal(t, "0", a.post(roleScopePath, `{"userid":"boss","role_id":21,"dept_ids":"724960198,724960197"}`).code())
	return a
}

func (a *app) role(r directory.Role) int64 {
	a.t.Helper()
	id, err := a.server.AddRole(r)
	require.NoError(a.t, err)
	return id
}

func (a *app) roleGroup(g directory.RoleGroup) int64 {
	a.t.Helper()
	id, err := a.server.AddRoleGroup(g)
	require.NoError(a.t, err)
	return id
}

// raw returns the text of a response, without its request_id.
func (a *app) raw(path, body string) (contentType, text string) {
	a.t.Helper()
	res, raw, err := a.send("POST", path+"?access_token="+a.token, "application/json", body)
	require.NoError(a.t, err)
	fields := parse(a.t, raw)
	id, there := fields["request_id"]
	require.Equal(a.t, strings.HasPrefix(path, "/topapi/"), there, "%v", id)
	delete(fields, "request_id")
	out, err := json.Marshal(fields)
	require.NoError(a.t, err)
	return res.Header.Get("Content-Type"), string(out)
}

func TestRole_Refusals(t *testing.T) {
	t.Parallel()
	ids := func(n int) string { return strings.Repeat("21,", n-1) + "21" }
	names := func(n int) string { return strings.Repeat("boss,", n-1) + "boss" }
	for _, tt := range []struct{ name, path, body, code, detail string }{
		{"a group without a name", createRoleGroupPath, `{}`, "40035", "name"},
		{"a group with an empty name", createRoleGroupPath, `{"name":""}`, "40035", "name"},

		{"a role without a name", createRolePath, `{"groupId":11}`, "34018", "roleName"},
		{"a role with an empty name", createRolePath, `{"roleName":"","groupId":11}`, "34018", "roleName"},
		{"a role whose name is a list", createRolePath, `{"roleName":[],"groupId":11}`, "34018", "roleName"},
		{"a role without a group", createRolePath, `{"roleName":"R"}`, "40035", "groupId"},
		{"a role in no group", createRolePath, `{"roleName":"R","groupId":99}`, "34020", ""},
		{"a role in a role", createRolePath, `{"roleName":"R","groupId":21}`, "34020", ""},
		{"a role that exists", createRolePath, `{"roleName":"Driver","groupId":11}`, "34021", ""},
		{"the group before the name", createRolePath, `{"roleName":"Driver","groupId":99}`, "34020", ""},

		{"renaming no role", updateRolePath, `{"roleId":99,"roleName":"R"}`, "33011", ""},
		{"renaming a group", updateRolePath, `{"roleId":11,"roleName":"R"}`, "33011", ""},
		{"renaming without a role", updateRolePath, `{"roleName":"R"}`, "40035", "roleId"},
		{"renaming to nothing", updateRolePath, `{"roleId":21,"roleName":""}`, "34018", "roleName"},
		{"renaming to another's name", updateRolePath, `{"roleId":21,"roleName":"Driver"}`, "34021", ""},
		{"renaming a system role", updateRolePath, fmt.Sprintf(`{"roleId":%d,"roleName":"R"}`, owner), "660000", "default group"},

		{"deleting no role", deleteRolePath, `{"role_id":99}`, "33011", ""},
		{"deleting without a role", deleteRolePath, `{}`, "400002", "role_id"},
		{"deleting a system role", deleteRolePath, fmt.Sprintf(`{"role_id":%d}`, owner+3), "23004", ""},

		{"a page of none", listRolesPath, `{"size":0,"offset":0}`, "40069", "size"},
		{"a page of 201", listRolesPath, `{"size":201,"offset":0}`, "40069", "size"},
		{"a page before the first", listRolesPath, `{"size":1,"offset":-1}`, "40068", "offset"},
		{"a page from a word on", listRolesPath, `{"size":1,"offset":"x"}`, "40068", "offset"},

		{"reading no role", getRolePath, `{"roleId":99}`, "33011", ""},
		{"reading without a role", getRolePath, `{"role_id":21}`, "400002", "roleId"},
		{"reading no group", getRoleGroupPath, `{"group_id":99}`, "400002", "group_id"},
		{"reading without a group", getRoleGroupPath, `{}`, "400002", "group_id"},

		{"giving no role", addRolesPath, `{"roleIds":"22,99","userIds":"clerk"}`, "33011", ""},
		{"granting to none", addRolesPath, `{"roleIds":"22","userIds":"clerk,absent"}`, "33012", ""},
		{"roles before people", addRolesPath, `{"roleIds":"99","userIds":"absent"}`, "33011", ""},
		{"giving without roles", addRolesPath, `{"userIds":"clerk"}`, "400002", "roleIds"},
		{"giving without people", addRolesPath, `{"roleIds":"22"}`, "400002", "userIds"},
		{"giving words", addRolesPath, `{"roleIds":"Driver","userIds":"clerk"}`, "400002", "roleIds"},
		{"giving 21 roles", addRolesPath, `{"roleIds":"` + ids(21) + `","userIds":"clerk"}`, "400002", "roleIds"},
		{"giving to 21", addRolesPath, `{"roleIds":"22","userIds":"` + names(21) + `"}`, "400002", "userIds"},

		{"taking no role", removeRolesPath, `{"roleIds":"21,99","userIds":"clerk"}`, "33011", ""},
		{"revoking from none", removeRolesPath, `{"roleIds":"21","userIds":"clerk,absent"}`, "33012", ""},
		{"taking 21 roles", removeRolesPath, `{"roleIds":"` + ids(21) + `","userIds":"clerk"}`, "400002", "roleIds"},
		{"taking from 101", removeRolesPath, `{"roleIds":"21","userIds":"` + names(101) + `"}`, "400002", "userIds"},

		{"a scope of an absent user", roleScopePath, `{"userid":"absent","role_id":99}`, "46004", ""},
		{"a scope of no role", roleScopePath, `{"userid":"clerk","role_id":99,"dept_ids":"99"}`, "60301", ""},
		{"a scope of a role of others", roleScopePath, `{"userid":"clerk","role_id":22,"dept_ids":"99"}`, "40003", "does not have"},
		{"a scope nowhere", roleScopePath, `{"userid":"clerk","role_id":21,"dept_ids":"1,99"}`, "60003", ""},
		{"a scope of words", roleScopePath, `{"userid":"clerk","role_id":21,"dept_ids":"x"}`, "400002", "dept_ids"},
		{"a scope of 51", roleScopePath, `{"userid":"clerk","role_id":21,"dept_ids":"1` + strings.Repeat(",1", 50) + `"}`, "400002", "dept_ids"},
		{"a scope without a person", roleScopePath, `{"role_id":21}`, "400002", "userid"},
		{"a scope without a role", roleScopePath, `{"userid":"clerk"}`, "400002", "role_id"},

		{"people of no role", roleUsersPath, `{"role_id":99}`, "33011", ""},
		{"people without a role", roleUsersPath, `{}`, "400002", "role_id"},
		{"a page of no people", roleUsersPath, `{"role_id":21,"size":0}`, "40069", "size"},
		{"a page of 101 people", roleUsersPath, `{"role_id":21,"size":101}`, "40069", "size"},
		{"people before the first", roleUsersPath, `{"role_id":21,"offset":-1}`, "40068", "offset"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := skilled(t)
			state := func() []any {
				return []any{a.server.Users(), a.server.Roles(), a.server.RoleGroups(), a.post(roleUsersPath, `{"role_id":21}`).result()}
			}
			before := state()
			got := a.post(tt.path, tt.body)
			assert.Equal(t, tt.code, got.code(), "%v", got)
			assert.Contains(t, got["errmsg"], tt.detail)
			assert.Equal(t, before, state(), "a refused call changes nothing")
		})
	}
}

func TestRole_Responses(t *testing.T) {
	t.Parallel()
	const top, plain = "application/json;charset=UTF-8", "application/json"
	for _, tt := range []struct{ name, path, body, contentType, want string }{
		{"create a group", createRoleGroupPath, `{"name":"Teams"}`, plain, `{"errcode":0,"errmsg":"ok","groupId":4500000002}`},
		{"create a group of the same name", createRoleGroupPath, `{"name":"Skills"}`, plain, `{"errcode":0,"errmsg":"ok","groupId":4500000002}`},
		{"create a role", createRolePath, `{"roleName":"Cook","groupId":11}`, plain, `{"errcode":0,"roleId":4600000005}`},
		{"create a role of a name in another group", createRolePath, fmt.Sprintf(`{"roleName":"Driver","groupId":%d}`, defaultGroup), plain,
			`{"errcode":0,"roleId":4600000005}`},
		{"rename", updateRolePath, `{"roleId":21,"roleName":"Guide"}`, plain, `{"errcode":0,"errmsg":"ok"}`},
		{"rename to the same", updateRolePath, `{"roleId":21,"roleName":"Interpreter"}`, plain, `{"errcode":0,"errmsg":"ok"}`},
		{"refuse outside the gateway", updateRolePath, `{"roleId":99,"roleName":"R"}`, plain, `{"errcode":33011,"errmsg":"不合法的角色ID"}`},
		{"refuse behind it", deleteRolePath, `{"role_id":99}`, top, `{"errcode":33011,"errmsg":"不合法的角色ID"}`},
		{"delete", deleteRolePath, `{"role_id":21}`, top, `{"errcode":0}`},
		{"list", listRolesPath, `{}`, top, `{"errcode":0,"errmsg":"ok","result":{"hasMore":false,"list":[
			{"groupId":11,"name":"Skills","roles":[{"id":21,"name":"Interpreter"},{"id":22,"name":"Driver"}]},
			{"groupId":4500000001,"name":"默认","roles":[{"id":4600000001,"name":"负责人"},{"id":4600000002,"name":"主管"},
				{"id":4600000003,"name":"主管理员"},{"id":4600000004,"name":"子管理员"}]}]}}`},
		{"read a role", getRolePath, `{"roleId":21}`, top, `{"errcode":0,"errmsg":"ok","role":{"name":"Interpreter","groupId":11}}`},
		{"read a system role", getRolePath, `{"roleId":"4600000002"}`, top, `{"errcode":0,"errmsg":"ok","role":{"name":"主管","groupId":4500000001}}`},
		{"read a group", getRoleGroupPath, `{"group_id":11}`, top, `{"errcode":0,"errmsg":"ok","role_group":{"group_name":"Skills",
			"roles":[{"role_id":21,"role_name":"Interpreter"},{"role_id":22,"role_name":"Driver"}]}}`},
		{"give what some have", addRolesPath, `{"roleIds":"21,22","userIds":"clerk,boss"}`, top, `{"errcode":0}`},
		{"take what some have not", removeRolesPath, `{"roleIds":"21,22","userIds":"clerk,boss"}`, top, `{"errcode":0,"errmsg":"ok"}`},
		{"set a scope", roleScopePath, `{"userid":"boss","role_id":22,"dept_ids":"1,1"}`, top, `{"errcode":0,"errmsg":"ok"}`},
		{"list the people", roleUsersPath, `{"role_id":21}`, top, `{"errcode":0,"errmsg":"ok","result":{"hasMore":false,"list":[
			{"userid":"boss","name":"Head","manageScopes":[{"dept_id":724960198,"name":"Department 724960198"},
				{"dept_id":724960197,"name":"Department 724960197"}]},
			{"userid":"clerk","name":"clerk","manageScopes":[{"dept_id":724960197,"name":"Department 724960197"}]}]}}`},
		{"list those without a scope", roleUsersPath, `{"role_id":22}`, top,
			`{"errcode":0,"errmsg":"ok","result":{"hasMore":false,"list":[{"userid":"boss","name":"Head"}]}}`},
		{"list no people", roleUsersPath, `{"role_id":4600000001}`, top, `{"errcode":0,"errmsg":"ok","result":{"hasMore":false,"list":[]}}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			contentType, text := skilled(t).raw(tt.path, tt.body)
			assert.JSONEq(t, tt.want, text)
			assert.Equal(t, tt.contentType, contentType)
		})
	}
}

func TestGetRoleGroup_EmptyGroupHasAnEmptyList(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	id := a.roleGroup(directory.RoleGroup{})
	_, text := a.raw(getRoleGroupPath, fmt.Sprintf(`{"group_id":%d}`, id))
	assert.Contains(t, text, `"roles":[]`)
	_, text = a.raw(listRolesPath, `{"size":1,"offset":1}`)
	assert.Contains(t, text, `"roles":[]`)
}

func TestRole_AdmissionOutsideTheGateway(t *testing.T) {
	t.Parallel()
	for _, path := range []string{createRoleGroupPath, createRolePath, updateRolePath} {
		a := newApp(t, WithoutScope("qyapi_manage_addresslist"))
		got := a.post(path, `{}`)
		assert.Equal(t, json.Number("60011"), got["errcode"], path)
		assert.NotContains(t, got, "sub_code")
		assert.NotContains(t, got, "request_id")
		assert.Contains(t, got["errmsg"], "{requiredScopes=[qyapi_manage_addresslist]}")
		got = a.do("POST", path, "application/json", `{}`)
		assert.Equal(t, json.Number("40000"), got["errcode"], path)
	}
}

func TestListRoles_IsPaged(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for range 24 { // and the default group
		a.roleGroup(directory.RoleGroup{})
	}
	for _, tt := range []struct {
		body       string
		entries    int
		more, next any
	}{
		{`{}`, 20, true, json.Number("20")},
		{`{"size":5}`, 20, true, json.Number("20")},
		{`{"offset":5}`, 20, true, json.Number("20")},
		{`{"size":5,"offset":0}`, 5, true, json.Number("5")},
		{`{"size":"5","offset":"19"}`, 5, true, json.Number("24")},
		{`{"size":5,"offset":20}`, 5, false, nil},
		{`{"size":200,"offset":24}`, 1, false, nil},
		{`{"size":200,"offset":25}`, 0, false, nil},
		{`{"size":200,"offset":9223372036854775807}`, 0, false, nil},
	} {
		got := a.post(listRolesPath, tt.body).result()
		assert.Len(t, got["list"], tt.entries, tt.body)
		assert.NotNil(t, got["list"], tt.body)
		assert.Equal(t, tt.more, got["hasMore"], tt.body)
		assert.Equal(t, tt.next, got["nextCursor"], tt.body)
	}
}

func TestListRoleUsers_IsPaged(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for i := range 25 {
		a.seed(directory.User{UserID: fmt.Sprintf("u%02d", i), RoleList: []directory.Role{{ID: 21, Name: "Driver", GroupName: "Skills"}}})
	}
	for _, tt := range []struct {
		fields     string
		entries    int
		first      any
		more, next any
	}{
		{``, 20, "u00", true, json.Number("20")},
		{`,"size":5`, 5, "u00", true, json.Number("5")},
		{`,"offset":10`, 15, "u10", false, nil},
		{`,"offset":4`, 20, "u04", true, json.Number("24")},
		{`,"size":100,"offset":24`, 1, "u24", false, nil},
		{`,"size":100,"offset":25`, 0, nil, false, nil},
	} {
		got := a.post(roleUsersPath, `{"role_id":21`+tt.fields+`}`).result()
		list := got["list"].([]any)
		assert.Len(t, list, tt.entries, tt.fields)
		if len(list) > 0 {
			assert.Equal(t, tt.first, list[0].(map[string]any)["userid"], tt.fields)
		}
		assert.Equal(t, tt.more, got["hasMore"], tt.fields)
		assert.Equal(t, tt.next, got["nextCursor"], tt.fields)
	}
}
