package dingtalk_test

import (
	"context"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// operation is a call of the matrix, and how to tell from the server that its work was done.
type operation struct {
	column column
	call   func(context.Context, *dingtalk.Client) error
	done   func(*dingtalktest.Server) bool // nil for a read
}

// The organisation that the operations of the matrix work on.
const (
	platform   = 4300000101 // a department without people
	safety     = 4300000201 // a group of roles
	fireWarden = 4300000301 // a role that nobody has
	driver     = 4300000302 // a role that zhao.min has
)

func peopled(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: platform, ParentID: 1, Name: "Platform"})
	srv.AddRoleGroup(dingtalktest.RoleGroup{ID: safety, Name: "Safety"})
	srv.AddRole(dingtalktest.Role{ID: fireWarden, Name: "Fire warden", GroupName: "Safety"})
	srv.AddUser(dingtalktest.User{
		UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1},
		RoleList: []dingtalktest.Role{{ID: driver, Name: "Driver", GroupName: "Safety"}},
	})
}

// result drops what a call returns beside its error.
func result[T any](_ T, err error) error { return err }

func hasRole(srv *dingtalktest.Server, role int64) bool {
	user, _ := srv.User("zhao.min")
	return slices.ContainsFunc(user.RoleList, func(r dingtalktest.Role) bool { return r.ID == role })
}

func department(srv *dingtalktest.Server, id int64) dingtalktest.Department {
	d, _ := srv.Department(id)
	return d
}

func roleNamed(srv *dingtalktest.Server, name string) bool {
	return slices.ContainsFunc(srv.Roles(), func(r dingtalktest.Role) bool { return r.Name == name })
}

// furtherOperations are those beside the five of operations.
var furtherOperations = map[string]operation{
	"GetAuthScopes": {reads, func(ctx context.Context, c *dingtalk.Client) error { return result(c.GetAuthScopes(ctx)) }, nil},
	"ListUsers": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListUsers(ctx, dingtalk.ListUsersRequest{DeptID: 1, Size: 9}))
	}, nil},
	"ListUserBriefs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListUserBriefs(ctx, dingtalk.ListUserBriefsRequest{DeptID: 1, Size: 9}))
	}, nil},
	"ListUserIDs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: 1}))
	}, nil},
	"GetUserIDByMobile": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: "13800001234"}))
	}, nil},
	"GetUserIDByUnionID": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: "zhaominiE"}))
	}, nil},
	"CountUsers": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.CountUsers(ctx, dingtalk.CountUsersRequest{}))
	}, nil},
	"ListAdmins": {reads, func(ctx context.Context, c *dingtalk.Client) error { return result(c.ListAdmins(ctx)) }, nil},
	"GetAdminScope": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.GetAdminScope(ctx, dingtalk.GetAdminScopeRequest{UserID: "zhao.min"}))
	}, nil},
	"ListInactiveUserIDs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		yesterday := time.Now().Add(-24 * time.Hour).Format("20060102")
		return result(c.ListInactiveUserIDs(ctx, dingtalk.ListInactiveUserIDsRequest{Size: 9, QueryDate: yesterday}))
	}, nil},
	"GetDepartment": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: platform}))
	}, nil},
	"ListSubDepartments": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListSubDepartments(ctx, dingtalk.ListSubDepartmentsRequest{}))
	}, nil},
	"ListParentDepartmentsByDepartment": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListParentDepartmentsByDepartment(ctx, dingtalk.ListParentDepartmentsByDepartmentRequest{DeptID: platform}))
	}, nil},
	"ListParentDepartmentsByUser": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListParentDepartmentsByUser(ctx, dingtalk.ListParentDepartmentsByUserRequest{UserID: "zhao.min"}))
	}, nil},
	"ListRoles": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListRoles(ctx, dingtalk.ListRolesRequest{}))
	}, nil},
	"GetRole": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.GetRole(ctx, dingtalk.GetRoleRequest{RoleID: driver}))
	}, nil},
	"GetRoleGroup": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.GetRoleGroup(ctx, dingtalk.GetRoleGroupRequest{GroupID: safety}))
	}, nil},
	"ListRoleUsers": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: driver}))
	}, nil},

	"CreateDepartment": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.CreateDepartment(ctx, dingtalk.CreateDepartmentRequest{Name: "Storage", ParentID: platform}))
	}, func(srv *dingtalktest.Server) bool { return len(srv.Departments()) == 3 }},
	"UpdateDepartment": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{DeptID: platform, Name: new("Storage")})
	}, func(srv *dingtalktest.Server) bool { return department(srv, platform).Name == "Storage" }},
	"DeleteDepartment": {deletes, func(ctx context.Context, c *dingtalk.Client) error {
		return c.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: platform})
	}, func(srv *dingtalktest.Server) bool { return department(srv, platform).ID == 0 }},
	"CreateRoleGroup": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Languages"}))
	}, func(srv *dingtalktest.Server) bool { return len(srv.RoleGroups()) == 3 }},
	"CreateRole": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return result(c.CreateRole(ctx, dingtalk.CreateRoleRequest{RoleName: "First aider", GroupID: safety}))
	}, func(srv *dingtalktest.Server) bool { return roleNamed(srv, "First aider") }},
	"UpdateRole": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateRole(ctx, dingtalk.UpdateRoleRequest{RoleID: fireWarden, RoleName: "First aider"})
	}, func(srv *dingtalktest.Server) bool { return roleNamed(srv, "First aider") }},
	"DeleteRole": {deletes, func(ctx context.Context, c *dingtalk.Client) error {
		return c.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: fireWarden})
	}, func(srv *dingtalktest.Server) bool { return !roleNamed(srv, "Fire warden") }},
	"AddRolesToUsers": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.AddRolesToUsers(ctx, dingtalk.AddRolesToUsersRequest{RoleIDs: []int64{fireWarden}, UserIDs: dingtalk.CommaList{"zhao.min"}})
	}, func(srv *dingtalktest.Server) bool { return hasRole(srv, fireWarden) }},
	"RemoveRolesFromUsers": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.RemoveRolesFromUsers(ctx, dingtalk.RemoveRolesFromUsersRequest{RoleIDs: []int64{driver}, UserIDs: dingtalk.CommaList{"zhao.min"}})
	}, func(srv *dingtalktest.Server) bool { return !hasRole(srv, driver) }},
	"UpdateRoleScope": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateRoleScope(ctx, dingtalk.UpdateRoleScopeRequest{UserID: "zhao.min", RoleID: driver, DeptIDs: []int64{1}})
	}, nil}, // seen in ListRoleUsers alone
}
