package contract

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAll_EndpointsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	type row struct {
		name, method, path, permission string
		anonymous, write               bool
		repeat                         Repeat
		payload                        Payload
	}
	const manage, member, inDept, depts = "qyapi_manage_addresslist", "qyapi_get_member", "qyapi_get_department_member", "qyapi_get_department_list"
	want := []row{
		{"GetToken", "GET", "/gettoken", "", true, false, Always, TopLevel},
		{"GetOAuth2Token", "POST", "/v1.0/oauth2/accessToken", "", true, false, Always, Whole},
		{"GetAuthScopes", "GET", "/auth/scopes", "qyapi_base", false, false, Always, TopLevel},
		{"CreateUser", "POST", "/topapi/v2/user/create", manage, false, true, Never, UnderResult},
		{"GetUser", "POST", "/topapi/v2/user/get", member, false, false, Always, UnderResult},
		{"UpdateUser", "POST", "/topapi/v2/user/update", manage, false, true, Always, Nothing},
		{"DeleteUser", "POST", "/topapi/v2/user/delete", manage, false, true, Always, Nothing},
		{"ListUsers", "POST", "/topapi/v2/user/list", inDept, false, false, Always, UnderResult},
		{"ListUserBriefs", "POST", "/topapi/user/listsimple", inDept, false, false, Always, UnderResult},
		{"ListUserIDs", "POST", "/topapi/user/listid", member, false, false, Always, UnderResult},
		{"GetUserIDByMobile", "POST", "/topapi/v2/user/getbymobile", "qyapi_get_member_by_mobile", false, false, Always, UnderResult},
		{"GetUserIDByUnionID", "POST", "/topapi/user/getbyunionid", member, false, false, Always, UnderResult},
		{"CountUsers", "POST", "/topapi/user/count", member, false, false, Always, UnderResult},
		{"ListAdmins", "POST", "/topapi/user/listadmin", member, false, false, Always, ListUnderResult},
		{"GetAdminScope", "POST", "/topapi/user/get_admin_scope", member, false, false, Always, TopLevel},
		{"ListInactiveUserIDs", "POST", "/topapi/inactive/user/v2/get", "qyapi_liveness_base", false, false, Always, UnderResult},
		{"CreateDepartment", "POST", "/topapi/v2/department/create", manage, false, true, Never, UnderResult},
		{"UpdateDepartment", "POST", "/topapi/v2/department/update", manage, false, true, Always, Nothing},
		{"DeleteDepartment", "POST", "/topapi/v2/department/delete", manage, false, true, Always, Nothing},
		{"GetDepartment", "POST", "/topapi/v2/department/get", depts, false, false, Always, UnderResult},
		{"ListSubDepartments", "POST", "/topapi/v2/department/listsub", depts, false, false, Always, ListUnderResult},
		{"ListSubDepartmentIDs", "POST", "/topapi/v2/department/listsubid", depts, false, false, Always, UnderResult},
		{"ListParentDepartmentsByDepartment", "POST", "/topapi/v2/department/listparentbydept", depts, false, false, Always, UnderResult},
		{"ListParentDepartmentsByUser", "POST", "/topapi/v2/department/listparentbyuser", depts, false, false, Always, UnderResult},
		{"CreateRoleGroup", "POST", "/role/add_role_group", manage, false, true, Never, TopLevel},
		{"CreateRole", "POST", "/role/add_role", manage, false, true, Never, TopLevel},
		{"UpdateRole", "POST", "/role/update_role", manage, false, true, Always, Nothing},
		{"DeleteRole", "POST", "/topapi/role/deleterole", manage, false, true, Always, Nothing},
		{"ListRoles", "POST", "/topapi/role/list", depts, false, false, Always, UnderResult},
		{"GetRole", "POST", "/topapi/role/getrole", inDept, false, false, Always, TopLevel},
		{"GetRoleGroup", "POST", "/topapi/role/getrolegroup", depts, false, false, Always, TopLevel},
		{"AddRolesToUsers", "POST", "/topapi/role/addrolesforemps", manage, false, true, Always, Nothing},
		{"RemoveRolesFromUsers", "POST", "/topapi/role/removerolesforemps", manage, false, true, Always, Nothing},
		{"UpdateRoleScope", "POST", "/topapi/role/scope/update", manage, false, true, Always, Nothing},
		{"ListRoleUsers", "POST", "/topapi/role/simplelist", inDept, false, false, Always, UnderResult},
	}
	var got []row
	for _, ep := range All() {
		got = append(got, row{ep.Name, ep.Method, ep.Path, ep.Permission, ep.Anonymous, ep.Write, ep.Repeat, ep.Payload})
	}
	assert.Equal(t, want, got)
	assert.EqualValues(t, 1, RootDepartmentID)
}

func TestEndpoint_RequiredFieldsAreTheDocumentedOnes(t *testing.T) {
	t.Parallel()
	required := func(fields []Field) []string {
		names := []string{}
		for _, f := range fields {
			if f.Required {
				names = append(names, f.Name)
			}
		}
		return names
	}
	for ep, want := range map[*Endpoint]struct{ request, response []string }{
		&GetToken:             {[]string{"appkey", "appsecret"}, []string{"access_token"}},
		&GetOAuth2Token:       {[]string{"appKey", "appSecret"}, []string{"accessToken"}},
		&CreateUser:           {[]string{"name", "dept_id_list"}, []string{"userid"}},
		&GetUser:              {[]string{"userid"}, []string{"userid"}},
		&UpdateUser:           {[]string{"userid"}, []string{}},
		&DeleteUser:           {[]string{"userid"}, []string{}},
		&ListSubDepartmentIDs: {[]string{"dept_id"}, []string{"dept_id_list"}},
		&ListUsers:            {[]string{"dept_id", "cursor", "size"}, []string{"list"}},
		&ListUserBriefs:       {[]string{"dept_id", "cursor", "size"}, []string{"list"}},
		&ListInactiveUserIDs:  {[]string{"is_active", "offset", "size", "query_date"}, []string{"list"}},
		&CountUsers:           {[]string{"only_active"}, []string{"count"}},
		&CreateDepartment:     {[]string{"name", "parent_id"}, []string{"dept_id"}},
		&UpdateDepartment:     {[]string{"dept_id"}, []string{}},
		&CreateRole:           {[]string{"roleName", "groupId"}, []string{"roleId"}},
		&UpdateRoleScope:      {[]string{"userid", "role_id"}, []string{}},
		&ListRoleUsers:        {[]string{"role_id"}, []string{"list"}},
	} {
		assert.Equal(t, want.request, required(ep.Request), ep.Name)
		assert.Equal(t, want.response, required(ep.Response), ep.Name)
	}
}

func TestField_DescriptionsAreConsistent(t *testing.T) {
	t.Parallel()
	for _, ep := range All() {
		for side, fields := range map[string][]Field{"request": ep.Request, "response": ep.Response} {
			checkFields(t, ep.Name+" "+side, fields)
		}
		assert.Equal(t, ep.Payload == Nothing, len(ep.Response) == 0, ep.Name)
		assert.True(t, slices.IsSorted(ep.Errors), "%s: codes in order", ep.Name)
		assert.Len(t, slices.Compact(slices.Clone(ep.Errors)), len(ep.Errors), "%s: each once", ep.Name)
		assert.Equal(t, ep.Payload == Whole, len(ep.StringCodes) > 0, "%s: the new API has string codes", ep.Name)
		assert.False(t, len(ep.StringCodes) > 0 && len(ep.Errors) > 0, "%s: it has no numbers", ep.Name)
		if ep == &GetUserIDByMobile {
			continue // one of two fields is present
		}
		assert.False(t, (ep.Payload == UnderResult || ep.Payload == Whole) && !slices.ContainsFunc(ep.Response, func(f Field) bool { return f.Required }),
			"%s: without a required field an empty response passes for a success", ep.Name)
	}
}

func checkFields(t *testing.T, where string, fields []Field) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range fields {
		name := where + "." + f.Name
		assert.NotEmpty(t, f.Name, where)
		assert.False(t, seen[f.Name], "%s is there twice", name)
		seen[f.Name] = true
		assert.Equal(t, f.Type == Object || f.Type == ObjectArray, len(f.Fields) > 0, "%s: members", name)
		if f.Max > 0 {
			assert.Contains(t, []Type{String, Int64, CommaIDs, CommaNames, JSONText, ObjectArray}, f.Type, "%s: what is it the limit of?", name)
		}
		if f.Min != 0 {
			assert.Contains(t, []Type{Int64, Millis}, f.Type, name)
		}
		if len(f.Enum) > 0 {
			assert.Contains(t, []Type{String, Int64, CommaNames}, f.Type, name)
		}
		checkFields(t, name, f.Fields)
	}
}

func TestUpdateUser_LacksWhatCannotBeChanged(t *testing.T) {
	t.Parallel()
	names := func(fields []Field) (list []string) {
		for _, f := range fields {
			list = append(list, f.Name)
		}
		return list
	}
	create, update, get := names(CreateUser.Request), names(UpdateUser.Request), names(GetUser.Response)
	assert.NotContains(t, update, "mobile")
	assert.NotContains(t, update, "login_email")
	assert.Contains(t, create, "login_id")
	assert.NotContains(t, create, "loginId")
	assert.Contains(t, update, "loginId")
	assert.NotContains(t, update, "login_id")
	assert.Contains(t, names(CreateUser.Response), "unionId")
	assert.Contains(t, get, "unionid")
	assert.NotContains(t, get, "unionId")
}
