package emulator

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// roleUsers returns the people of a role as the response has them.
func (a *app) roleUsers(role int64) []any {
	a.t.Helper()
	got := a.post(roleUsersPath, fmt.Sprintf(`{"role_id":%d}`, role))
	require.Equal(a.t, "0", got.code())
	return got.result()["list"].([]any)
}

func (a *app) does(path, body string) {
	a.t.Helper()
	require.Equal(a.t, "0", a.post(path, body).code(), "%s %s", path, body)
}

func TestRoleGrant_ShowsInGetUser(t *testing.T) {
	t.Parallel()
	a := skilled(t)
	roles := func() any { return a.post(getPath, `{"userid":"boss"}`).result()["role_list"] }
	names := func() (list []string) {
		for _, r := range a.stored("boss").RoleList {
			list = append(list, r.GroupName+"/"+r.Name)
		}
		return list
	}
	assert.Len(t, roles(), 2)
	assert.Equal(t, []string{"Skills/Interpreter", "Skills/Driver"}, names())

	a.does(updateRolePath, `{"roleId":21,"roleName":"Guide"}`)
	a.does(addRolesPath, fmt.Sprintf(`{"roleIds":"%d,22","userIds":"boss"}`, owner))
	assert.Equal(t, []string{"Skills/Guide", "Skills/Driver", "默认/负责人"}, names())

	a.does(updatePath, `{"userid":"boss","title":"Head of all"}`)
	assert.Len(t, names(), 3, "an update of the person leaves them")

	a.does(deleteRolePath, `{"role_id":22}`)
	assert.Equal(t, []string{"Skills/Guide", "默认/负责人"}, names())
	assert.Equal(t, "33011", a.post(roleUsersPath, `{"role_id":22}`).code())

	a.does(removeRolesPath, fmt.Sprintf(`{"roleIds":"21,%d","userIds":"boss,clerk"}`, owner))
	assert.Empty(t, names())
	assert.NotContains(t, a.post(getPath, `{"userid":"boss"}`).result(), "role_list")
	assert.Empty(t, a.roleUsers(21))
}

func TestRoleGrant_EndsWithThePerson(t *testing.T) {
	t.Parallel()
	a := skilled(t)
	a.does(deletePath, `{"userid":"clerk"}`)
	assert.Len(t, a.roleUsers(21), 1)
	a.seed(directory.User{UserID: "clerk"})
	assert.Len(t, a.roleUsers(21), 1, "a later user with the same ID does not inherit them")
	assert.Empty(t, a.stored("clerk").RoleList)
}

func TestRoleScope_IsSetReplacedAndRemoved(t *testing.T) {
	t.Parallel()
	scope := func(a *app) any { return a.roleUsers(21)[1].(map[string]any)["manageScopes"] }
	for _, tt := range []struct {
		name    string
		do      func(*app)
		entries int
		there   bool
	}{
		{"set", func(*app) {}, 1, true},
		{"replaced", func(a *app) { a.does(roleScopePath, `{"userid":"clerk","role_id":21,"dept_ids":"1,724960197,1"}`) }, 2, true},
		{"removed", func(a *app) { a.does(roleScopePath, `{"userid":"clerk","role_id":21}`) }, 0, false},
		{"emptied", func(a *app) { a.does(roleScopePath, `{"userid":"clerk","role_id":21,"dept_ids":""}`) }, 0, false},
		{"given the role again", func(a *app) { a.does(addRolesPath, `{"roleIds":"21","userIds":"clerk"}`) }, 1, true},
		{"given it after it was taken", func(a *app) {
			a.does(removeRolesPath, `{"roleIds":"21","userIds":"clerk"}`)
			a.does(addRolesPath, `{"roleIds":"21","userIds":"clerk"}`)
		}, 0, false},
		{"left without its department", func(a *app) { a.forget(724960197) }, 0, true},
		{"left without another", func(a *app) { a.forget(724960198) }, 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := skilled(t)
			tt.do(a)
			if !tt.there {
				assert.Nil(t, scope(a), "everywhere")
				return
			}
			assert.NotNil(t, scope(a))
			assert.Len(t, scope(a), tt.entries)
		})
	}
}

func (a *app) forget(department int64) {
	for _, u := range a.server.Users() {
		if u.In(department) {
			a.does(updatePath, fmt.Sprintf(`{"userid":%q,"dept_id_list":"1"}`, u.UserID))
		}
	}
	a.does(deleteDeptPath, fmt.Sprintf(`{"dept_id":%d}`, department))
}

func TestRoleScope_DropsADeletedDepartment(t *testing.T) {
	t.Parallel()
	a := skilled(t)
	a.does("/topapi/v2/department/delete", `{"dept_id":724960198}`)
	boss := a.roleUsers(21)[0].(map[string]any)
	assert.Len(t, boss["manageScopes"], 1)
}

func TestAddRole_FindsOrAddsRoles(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	system := a.server.Roles()
	require.Len(t, system, 4)
	assert.Equal(t, []directory.RoleGroup{{ID: defaultGroup, Name: "默认"}}, a.server.RoleGroups())
	assert.Equal(t, owner, system[0].ID)

	skills := a.roleGroup(directory.RoleGroup{Name: "Skills"})
	driver := a.role(directory.Role{Name: "Driver", GroupName: "Skills"})
	assert.Equal(t, driver, a.role(directory.Role{Name: "Driver", GroupName: "Skills"}), "it is there already")
	assert.Equal(t, driver, a.role(directory.Role{ID: driver}))
	assert.Equal(t, owner, a.role(directory.Role{Name: "负责人"}), "in the default group if in none")
	assert.Equal(t, fmt.Sprint("Role ", a.role(directory.Role{})), a.server.Roles()[5].Name)
	assert.EqualValues(t, 31, a.role(directory.Role{ID: 31, Name: "Cook", GroupName: "Kitchen"}))
	assert.Equal(t, []directory.RoleGroup{{ID: defaultGroup, Name: "默认"}, {ID: skills, Name: "Skills"}, {ID: skills + 1, Name: "Kitchen"}}, a.server.RoleGroups())

	for name, seed := range map[string]directory.Role{
		"a negative ID":            {ID: -1},
		"an ID of another role":    {ID: 31, Name: "Driver", GroupName: "Skills"},
		"an ID in another group":   {ID: 31, Name: "Cook", GroupName: "Skills"},
		"a role with another ID":   {ID: 32, Name: "Cook", GroupName: "Kitchen"},
		"another ID, and no group": {ID: 31, Name: "Waiter"},
	} {
		before := a.server.Roles()
		_, err := a.server.AddRole(seed)
		assert.Error(t, err, name)
		_, err = a.server.AddUser(directory.User{UserID: "u", RoleList: []directory.Role{seed}})
		assert.ErrorContains(t, err, "user u", name)
		_, added := a.server.User("u")
		assert.False(t, added, name)
		assert.Equal(t, before, a.server.Roles(), name)
	}
	for name, seed := range map[string]directory.RoleGroup{
		"a negative ID":       {ID: -1},
		"an ID that is taken": {ID: skills},
		"a name that is":      {Name: "Skills"},
	} {
		_, err := a.server.AddRoleGroup(seed)
		assert.Error(t, err, name)
	}
}

// In the documented sample a person has a role of the default group with another ID.
func TestAddRole_GivesASystemRoleItsID(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "first", RoleList: []directory.Role{{Name: "主管"}}})
	head := directory.Role{ID: 2100000005, Name: "主管", GroupName: "默认"}
	u := a.seed(directory.User{UserID: "second", RoleList: []directory.Role{head, {ID: 21, Name: "Driver", GroupName: "Skills"}}})
	assert.Equal(t, []directory.Role{head, {ID: 21, Name: "Driver", GroupName: "Skills"}}, u.RoleList, "in the order given")
	assert.Equal(t, []directory.Role{head}, a.stored("first").RoleList)
	assert.Len(t, a.roleUsers(head.ID), 2)
	assert.Len(t, a.server.Roles(), 5, "four of the default group and one more")
	assert.Equal(t, "23004", a.post(deleteRolePath, `{"role_id":2100000005}`).code())

	_, err := a.server.AddRole(directory.Role{ID: 2100000006, Name: "主管", GroupName: "默认"})
	assert.Error(t, err, "it has been given one")
}

// roleEdges returns the limits of the calls on roles.
func roleEdges() []edge {
	list := func(c call, field, entry string, n int) edge {
		entries := func(n int) any {
			text := entry
			for range n - 1 {
				text += "," + entry
			}
			return text
		}
		return edge{call: c, field: field, good: []any{entries(n)}, bad: []any{entries(n + 1)}}
	}
	size := func(c call, n int) edge {
		return edge{call: c, field: "size", good: []any{1, n}, bad: []any{0, -1, n + 1}, code: "40069"}
	}
	ownerOfBoss := map[string]any{"roleIds": fmt.Sprint(owner), "userIds": "boss"}
	giving := call{op: "AddRolesToUsers", path: addRolesPath, fields: ownerOfBoss}
	taking := call{op: "RemoveRolesFromUsers", path: removeRolesPath, fields: ownerOfBoss}
	scoping := call{op: "UpdateRoleScope", path: roleScopePath, code: "40003", fields: map[string]any{"userid": "boss", "role_id": owner}}
	return []edge{
		size(call{op: "ListRoles", path: listRolesPath, fields: map[string]any{"offset": 0}}, 200),
		size(call{op: "ListRoleUsers", path: roleUsersPath, fields: map[string]any{"role_id": owner}}, 100),
		list(giving, "roleIds", fmt.Sprint(owner), 20),
		list(giving, "userIds", "boss", 20),
		list(taking, "roleIds", fmt.Sprint(owner), 20),
		list(taking, "userIds", "boss", 100),
		list(scoping, "dept_ids", "1", 50),
	}
}

// Responses have all fields of the table and no others.
func TestRoleResponses_HaveTheDocumentedFields(t *testing.T) {
	t.Parallel()
	a := skilled(t)
	for i := range 20 { // whatever makes a second page, and comes after what has values
		a.roleGroup(directory.RoleGroup{})
		a.seed(directory.User{UserID: fmt.Sprint("user", i), RoleList: []directory.Role{{ID: 21}}})
	}
	for _, tt := range []struct {
		ep   *contract.Endpoint
		body string
	}{
		{&contract.CreateRoleGroup, `{"name":"Teams"}`},
		{&contract.CreateRole, `{"roleName":"Cook","groupId":11}`},
		{&contract.ListRoles, `{}`},
		{&contract.GetRole, `{"roleId":21}`},
		{&contract.GetRoleGroup, `{"group_id":11}`},
		{&contract.ListRoleUsers, `{"role_id":21}`},
	} {
		got := a.post(tt.ep.Path, tt.body)
		require.Equal(t, "0", got.code(), tt.ep.Name)
		payload := got.result()
		if tt.ep.Payload == contract.TopLevel {
			payload = got
			for _, name := range []string{"errcode", "errmsg", "request_id"} {
				delete(payload, name)
			}
		}
		sameFields(t, tt.ep.Name, tt.ep.Response, payload)
	}
}

// sameFields checks an object against the table. Of a list it checks the first entry.
func sameFields(t *testing.T, where string, spec []contract.Field, got map[string]any) {
	t.Helper()
	assert.Len(t, got, len(spec), where)
	for _, f := range spec {
		v := got[f.Name]
		assert.Contains(t, got, f.Name, where)
		if list, ok := v.([]any); ok && assert.NotEmpty(t, list, f.Name) {
			v = list[0]
		}
		if entry, ok := v.(map[string]any); ok {
			sameFields(t, where+"."+f.Name, f.Fields, entry)
		}
	}
}
