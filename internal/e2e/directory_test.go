package e2e_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestDirectory_ReadsEveryPageOfADepartment(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		dept := srv.AddDepartment(dingtalktest.Department{ParentID: 1, Name: "Platform"})
		elsewhere := srv.AddDepartment(dingtalktest.Department{ParentID: dept, Name: "Storage"})
		const people = 207
		want := map[string]bool{}
		for i := range people {
			id := fmt.Sprintf("u%03d", i)
			want[id] = true
			srv.AddUser(dingtalktest.User{UserID: id, Name: "Name of " + id, Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{dept, 1}})
		}
		srv.AddUser(dingtalktest.User{UserID: "other", Name: "Other", Mobile: "13900000000", DeptIDList: []int64{elsewhere}})
		client := srv.Client()

		users := collect(t, client.DepartmentUsers(t.Context(), dingtalk.ListUsersRequest{DeptID: dept}))
		briefs := collect(t, client.DepartmentUserBriefs(t.Context(), dingtalk.ListUserBriefsRequest{DeptID: dept, Size: 99}))
		ids, err := client.ListUserIDs(t.Context(), dingtalk.ListUserIDsRequest{DeptID: dept})
		require.NoError(t, err)

		require.Len(t, users, people)
		require.Len(t, briefs, people)
		assert.Len(t, ids.UserIDList, people)
		seen := map[string]bool{}
		for i, u := range users {
			seen[u.UserID] = true
			assert.Equal(t, "Name of "+u.UserID, u.Name)
			assert.ElementsMatch(t, []int64{1, dept}, u.DeptIDList)
			assert.Equal(t, dingtalk.UserBrief{UserID: u.UserID, Name: u.Name}, briefs[i])
			if i > 0 {
				assert.Greater(t, users[i-1].DeptOrder, u.DeptOrder, "the bigger order comes first")
			}
		}
		assert.Equal(t, want, seen)
		assert.Len(t, srv.Calls("ListUsers"), 3)
		assert.Len(t, srv.Calls("ListUserBriefs"), 3)

		srv.Fail("ListUsers", dingtalktest.PermissionMissing, 1)
		for _, err := range client.DepartmentUsers(t.Context(), dingtalk.ListUsersRequest{DeptID: dept}) {
			require.ErrorIs(t, err, dingtalk.ErrPermission)
		}
	})
}

func TestDirectory_FindsUsersByMobileAndUnionID(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
		require.NoError(t, err)

		byMobile, err := client.GetUserIDByMobile(t.Context(), dingtalk.GetUserIDByMobileRequest{Mobile: "13800001234"})
		require.NoError(t, err)
		assert.Equal(t, "zhao.min", byMobile.UserID)
		byUnion, err := client.GetUserIDByUnionID(t.Context(), dingtalk.GetUserIDByUnionIDRequest{UnionID: user.UnionID})
		require.NoError(t, err)
		assert.Equal(t, "zhao.min", byUnion.UserID)

		_, err = client.GetUserIDByMobile(t.Context(), dingtalk.GetUserIDByMobileRequest{Mobile: "13899999999"})
		require.ErrorIs(t, err, dingtalk.ErrNotFound)
		_, err = client.GetUserIDByUnionID(t.Context(), dingtalk.GetUserIDByUnionIDRequest{UnionID: "unknown"})
		require.ErrorIs(t, err, dingtalk.ErrNotFound)

		all, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		assert.EqualValues(t, 1, all.Count)
		active, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{OnlyActive: true})
		require.NoError(t, err)
		assert.Zero(t, active.Count)
		admins, err := client.ListAdmins(t.Context())
		require.NoError(t, err)
		assert.Empty(t, admins)
	})
}

func TestDirectory_CreatesReadsUpdatesAndDeletesADepartment(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ctx, client := t.Context(), srv.Client()
		seeded(srv)
		created, err := client.CreateDepartment(ctx, dingtalk.CreateDepartmentRequest{
			Name: "Platform", ParentID: 1, Order: 10, HideDept: true, UserPermits: dingtalk.CommaList{"zhao.min"}, Brief: "Builds it",
		})
		require.NoError(t, err)
		_, err = client.CreateDepartment(ctx, dingtalk.CreateDepartmentRequest{Name: "Platform", ParentID: 1})
		require.ErrorIs(t, err, dingtalk.ErrAlreadyExists)
		below, err := client.CreateDepartment(ctx, dingtalk.CreateDepartmentRequest{Name: "Storage", ParentID: created.DeptID})
		require.NoError(t, err)

		dept, err := client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: created.DeptID})
		require.NoError(t, err)
		assert.Equal(t, "Platform", dept.Name)
		assert.EqualValues(t, 1, dept.ParentID)
		assert.EqualValues(t, 10, dept.Order)
		assert.True(t, dept.HideDept)
		assert.Equal(t, []string{"zhao.min"}, dept.UserPermits)
		subs, err := client.ListSubDepartments(ctx, dingtalk.ListSubDepartmentsRequest{})
		require.NoError(t, err)
		require.Len(t, subs, 1)
		assert.Equal(t, created.DeptID, subs[0].DeptID)
		up, err := client.ListParentDepartmentsByDepartment(ctx, dingtalk.ListParentDepartmentsByDepartmentRequest{DeptID: below.DeptID})
		require.NoError(t, err)
		assert.Equal(t, []int64{below.DeptID, created.DeptID, 1}, up.ParentIDList)

		require.NoError(t, client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "zhao.min", DeptIDList: []int64{below.DeptID}}))
		ways, err := client.ListParentDepartmentsByUser(ctx, dingtalk.ListParentDepartmentsByUserRequest{UserID: "zhao.min"})
		require.NoError(t, err)
		assert.Equal(t, []dingtalk.ParentDepartments{{ParentDeptIDList: []int64{below.DeptID, created.DeptID, 1}}}, ways.ParentList)

		require.NoError(t, client.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{
			DeptID: below.DeptID, Name: new("Databases"), DeptManagerUserIDList: dingtalk.CommaList{"zhao.min"}, Code: new("DB"),
		}))
		dept, err = client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: below.DeptID})
		require.NoError(t, err)
		assert.Equal(t, "Databases", dept.Name)
		assert.Equal(t, []string{"zhao.min"}, dept.DeptManagerUserIDList)
		assert.Equal(t, "DB", dept.Code)
		require.NoError(t, client.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{
			DeptID: below.DeptID, DeptManagerUserIDList: dingtalk.CommaList{}, ForceUpdateFields: dingtalk.CommaList{"dept_manager_userid_list"},
		}))

		for err, dept := range map[error]dingtalk.UpdateDepartmentRequest{
			dingtalk.ErrPrecondition: {DeptID: created.DeptID, ParentID: &below.DeptID}, // a cycle
			dingtalk.ErrNotFound:     {DeptID: 99, Name: new("x")},
		} {
			require.ErrorIs(t, client.UpdateDepartment(ctx, dept), err)
		}
		for _, id := range []int64{1, created.DeptID, below.DeptID} { // the root, one with subdepartments, one with users
			require.ErrorIs(t, client.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: id}), dingtalk.ErrPrecondition)
		}
		require.NoError(t, client.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
		require.NoError(t, client.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: below.DeptID}))
		require.NoError(t, client.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: created.DeptID}))
		_, err = client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: created.DeptID})
		require.ErrorIs(t, err, dingtalk.ErrNotFound)
	})
}

func TestDirectory_IsLimitedToTheVisibleRange(t *testing.T) {
	t.Parallel()
	const mine, theirs = 4300000011, 4300000012
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ctx, client := t.Context(), srv.Client()
		srv.AddDepartment(dingtalktest.Department{ID: mine, ParentID: 1, Name: "Mine"})
		srv.AddDepartment(dingtalktest.Department{ID: theirs, ParentID: 1, Name: "Theirs"})
		srv.AddUser(dingtalktest.User{UserID: "li.na", Name: "Li Na", Mobile: "13800005678", DeptIDList: []int64{theirs}})

		scopes, err := client.GetAuthScopes(ctx)
		require.NoError(t, err)
		assert.Equal(t, []int64{mine}, scopes.AuthOrgScopes.AuthedDept)
		_, err = client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: mine})
		require.NoError(t, err)
		_, err = client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: theirs})
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		assert.Equal(t, 50004, asError(t, err).Code)
		_, err = client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "li.na"})
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		assert.Equal(t, 50002, asError(t, err).Code)
		ids, err := client.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1})
		require.NoError(t, err, "the IDs are not limited")
		assert.Equal(t, []int64{mine, theirs}, ids.DeptIDList)
	}, dingtalktest.WithContactScope([]int64{mine}, nil))
}

func TestDirectory_CreatesGrantsAndDeletesARole(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		ctx, client := t.Context(), srv.Client()
		seeded(srv)
		group, err := client.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Safety"})
		require.NoError(t, err)
		role, err := client.CreateRole(ctx, dingtalk.CreateRoleRequest{RoleName: "Fire warden", GroupID: group.GroupID})
		require.NoError(t, err)
		require.NoError(t, client.UpdateRole(ctx, dingtalk.UpdateRoleRequest{RoleID: role.RoleID, RoleName: "First aider"}))

		got, err := client.GetRole(ctx, dingtalk.GetRoleRequest{RoleID: role.RoleID})
		require.NoError(t, err)
		assert.Equal(t, dingtalk.Role{Name: "First aider", GroupID: group.GroupID}, got.Role)
		inGroup, err := client.GetRoleGroup(ctx, dingtalk.GetRoleGroupRequest{GroupID: group.GroupID})
		require.NoError(t, err)
		assert.Equal(t, []dingtalk.RoleInGroup{{RoleID: role.RoleID, RoleName: "First aider"}}, inGroup.RoleGroup.Roles)
		groups := collect(t, client.RoleGroups(ctx, dingtalk.ListRolesRequest{}))
		assert.Contains(t, groups, dingtalk.ListedRoleGroup{
			GroupID: group.GroupID, Name: "Safety", Roles: []dingtalk.ListedRole{{ID: role.RoleID, Name: "First aider"}},
		})

		give := dingtalk.AddRolesToUsersRequest{RoleIDs: []int64{role.RoleID}, UserIDs: dingtalk.CommaList{"zhao.min"}}
		require.NoError(t, client.AddRolesToUsers(ctx, give))
		require.NoError(t, client.UpdateRoleScope(ctx, dingtalk.UpdateRoleScopeRequest{UserID: "zhao.min", RoleID: role.RoleID, DeptIDs: []int64{1}}))
		holders := collect(t, client.RoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: role.RoleID}))
		require.Len(t, holders, 1)
		assert.Equal(t, "zhao.min", holders[0].UserID)
		require.Len(t, holders[0].ManageScopes, 1)
		assert.EqualValues(t, 1, holders[0].ManageScopes[0].DeptID)
		user, err := client.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"})
		require.NoError(t, err)
		assert.Equal(t, []dingtalk.UserRole{{ID: role.RoleID, Name: "First aider", GroupName: "Safety"}}, user.RoleList)

		take := dingtalk.RemoveRolesFromUsersRequest{RoleIDs: []int64{role.RoleID}, UserIDs: dingtalk.CommaList{"zhao.min"}}
		require.NoError(t, client.RemoveRolesFromUsers(ctx, take))
		require.NoError(t, client.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: role.RoleID}))
		require.ErrorIs(t, client.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: role.RoleID}), dingtalk.ErrNotFound)
	})
}

func TestDirectory_ReadsEveryPageOfTheRoles(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		for i := range 250 {
			srv.AddRoleGroup(dingtalktest.RoleGroup{Name: fmt.Sprintf("Group %d", i)})
		}
		role := srv.AddRole(dingtalktest.Role{Name: "Fire warden", GroupName: "Group 0"})
		const people = 207
		for i := range people {
			srv.AddUser(dingtalktest.User{
				UserID: fmt.Sprintf("u%03d", i), Name: "Name", Mobile: fmt.Sprintf("138%08d", i), DeptIDList: []int64{1},
				RoleList: []dingtalktest.Role{{ID: role, Name: "Fire warden", GroupName: "Group 0"}},
			})
		}
		client := srv.Client()

		groups := map[int64]bool{}
		for _, g := range collect(t, client.RoleGroups(t.Context(), dingtalk.ListRolesRequest{})) {
			assert.False(t, groups[g.GroupID], "%s comes twice", g.Name)
			groups[g.GroupID] = true
		}
		assert.Len(t, groups, 251, "with the default group")
		holders := map[string]bool{}
		for _, u := range collect(t, client.RoleUsers(t.Context(), dingtalk.ListRoleUsersRequest{RoleID: role})) {
			assert.False(t, holders[u.UserID], "%s comes twice", u.UserID)
			holders[u.UserID] = true
		}
		assert.Len(t, holders, people)
		for op, pages := range map[string]int{"ListRoles": 2, "ListRoleUsers": 3} {
			calls := srv.Calls(op)
			require.Len(t, calls, pages, op)
			assert.Equal(t, json.Number("0"), calls[0].Body["offset"], "%s: the size takes effect with an offset alone", op)
		}
	})
}
