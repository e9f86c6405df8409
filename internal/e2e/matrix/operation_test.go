package matrix_test

import (
	"context"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// operation is a call of the matrix.
type operation struct {
	class   opClass
	call    func(context.Context, *dingtalk.Client) error
	applied func(*dingtalktest.Server) bool // reports whether the server has applied the change; nil for a read
}

// endpoint returns the endpoint of an operation.
func endpoint(name string) *contract.Endpoint {
	all := contract.All()
	return all[slices.IndexFunc(all, func(ep *contract.Endpoint) bool { return ep.Name == name })]
}

// tokenFetch returns the operation that fetches the token of another one, or "" if that takes none of the client's own.
func tokenFetch(name string) string {
	switch endpoint(name).Credential {
	case contract.AppToken:
		return "GetToken"
	case contract.SSOToken:
		return "GetSSOToken"
	case contract.SuiteToken:
		return "GetSuiteToken"
	case contract.UserToken, contract.NoToken, contract.Signature, contract.SuiteSignature:
	}
	return ""
}

// The organization that the operations work on.
const (
	platform   = 4300000101 // a department without people
	safety     = 4300000201 // a role group
	fireWarden = 4300000301 // a role without members
	driver     = 4300000302 // a role of zhao.min
)

// seedOrganization adds the department, the roles, zhao.min, an external contact and two enterprise accounts,
// one of them disabled.
func seedOrganization(srv *dingtalktest.Server) {
	srv.AddDepartment(dingtalktest.Department{ID: platform, ParentID: 1, Name: "Platform"})
	srv.AddRoleGroup(dingtalktest.RoleGroup{ID: safety, Name: "Safety"})
	srv.AddRole(dingtalktest.Role{ID: fireWarden, Name: "Fire warden", GroupName: "Safety"})
	srv.AddUser(dingtalktest.User{
		UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{1},
		RoleList: []dingtalktest.Role{{ID: driver, Name: "Driver", GroupName: "Safety"}},
	})
	seedExternalContact(srv)
	srv.AddUser(dingtalktest.User{UserID: "shared.desk", ExclusiveAccount: true})
	srv.AddUser(dingtalktest.User{UserID: "left.desk", ExclusiveAccount: true, DisableStatus: true})
}

// isDisabled reports whether an enterprise account is disabled.
func isDisabled(srv *dingtalktest.Server, userID string) bool {
	user, _ := srv.User(userID)
	return user.DisableStatus
}

// errorOf returns the error of a call alone.
func errorOf[T any](_ T, err error) error { return err }

func hasZhaoMin(srv *dingtalktest.Server) bool {
	_, ok := srv.User("zhao.min")
	return ok
}

// hasRole reports whether zhao.min has the role.
func hasRole(srv *dingtalktest.Server, role int64) bool {
	user, _ := srv.User("zhao.min")
	return slices.ContainsFunc(user.RoleList, func(r dingtalktest.Role) bool { return r.ID == role })
}

func department(srv *dingtalktest.Server, id int64) dingtalktest.Department {
	d, _ := srv.Department(id)
	return d
}

// hasRoleNamed reports whether there is a role of this name.
func hasRoleNamed(srv *dingtalktest.Server, name string) bool {
	return slices.ContainsFunc(srv.Roles(), func(r dingtalktest.Role) bool { return r.Name == name })
}

// representatives are the operations that meet every fault with -short: one of each class.
var representatives = []string{"GetUser", "CreateUser", "UpdateUser", "DeleteUser"}

// operations are all operations, by name.
var operations = map[string]operation{
	"GetUser": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetUser(ctx, dingtalk.GetUserRequest{UserID: "zhao.min"}))
	}, nil},
	"ListSubDepartmentIDs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListSubDepartmentIDs(ctx, dingtalk.ListSubDepartmentIDsRequest{DeptID: 1}))
	}, nil},
	"CreateUser": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.CreateUser(ctx, dingtalk.CreateUserRequest{
			UserID: "zhao.min", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: []int64{dingtalk.RootDepartmentID},
		}))
	}, hasZhaoMin},
	"UpdateUser": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Lead")})
	}, func(srv *dingtalktest.Server) bool {
		user, _ := srv.User("zhao.min")
		return user.Title == "Lead"
	}},
	"DeleteUser": {deletes, func(ctx context.Context, c *dingtalk.Client) error {
		return c.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"})
	}, func(srv *dingtalktest.Server) bool { return !hasZhaoMin(srv) }},

	"GetAuthScopes": {reads, func(ctx context.Context, c *dingtalk.Client) error { return errorOf(c.GetAuthScopes(ctx)) }, nil},
	"ListUsers": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListUsers(ctx, dingtalk.ListUsersRequest{DeptID: 1, Size: 9}))
	}, nil},
	"ListUserBriefs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListUserBriefs(ctx, dingtalk.ListUserBriefsRequest{DeptID: 1, Size: 9}))
	}, nil},
	"ListUserIDs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListUserIDs(ctx, dingtalk.ListUserIDsRequest{DeptID: 1}))
	}, nil},
	"GetUserIDByMobile": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetUserIDByMobile(ctx, dingtalk.GetUserIDByMobileRequest{Mobile: "13800001234"}))
	}, nil},
	"GetUserIDByUnionID": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: "zhaominiE"}))
	}, nil},
	"GetOrgAccountStatus": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetOrgAccountStatus(ctx, dingtalk.GetOrgAccountStatusRequest{UserID: "shared.desk"}))
	}, nil},
	"ListOwnedOrganizations": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListOwnedOrganizations(ctx, dingtalk.ListOwnedOrganizationsRequest{UserID: "shared.desk"}))
	}, nil},
	"GetSeniorSettings": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetSeniorSettings(ctx, dingtalk.GetSeniorSettingsRequest{SeniorStaffID: "zhao.min"}))
	}, nil},
	"EnableOrgAccount": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.EnableOrgAccount(ctx, dingtalk.EnableOrgAccountRequest{UserID: "left.desk"}))
	}, func(srv *dingtalktest.Server) bool { return !isDisabled(srv, "left.desk") }},
	"DisableOrgAccount": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.DisableOrgAccount(ctx, dingtalk.DisableOrgAccountRequest{UserID: "shared.desk"}))
	}, func(srv *dingtalktest.Server) bool { return isDisabled(srv, "shared.desk") }},
	"SignOutOrgAccount": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.SignOutOrgAccount(ctx, dingtalk.SignOutOrgAccountRequest{UserID: "shared.desk"}))
	}, nil}, // there is nothing to see of it
	"UpdateSeniorSettings": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateSeniorSettings(ctx, dingtalk.UpdateSeniorSettingsRequest{SeniorStaffID: "zhao.min", Open: true})
	}, func(srv *dingtalktest.Server) bool {
		user, _ := srv.User("zhao.min")
		return user.Senior
	}},
	"GetOrgAuthInfo": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetOrgAuthInfo(ctx, dingtalk.GetOrgAuthInfoRequest{}))
	}, nil},
	"GetInviteInfo": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetInviteInfo(ctx, dingtalk.GetInviteInfoRequest{DeptID: platform}))
	}, nil},
	"SearchUsers": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.SearchUsers(ctx, dingtalk.SearchUsersRequest{QueryWord: "Zhao"}))
	}, nil},
	"SearchDepartments": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.SearchDepartments(ctx, dingtalk.SearchDepartmentsRequest{QueryWord: "Plat"}))
	}, nil},
	"CountUsers": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.CountUsers(ctx, dingtalk.CountUsersRequest{}))
	}, nil},
	"ListAdmins": {reads, func(ctx context.Context, c *dingtalk.Client) error { return errorOf(c.ListAdmins(ctx)) }, nil},
	"GetAdminScope": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetAdminScope(ctx, dingtalk.GetAdminScopeRequest{UserID: "zhao.min"}))
	}, nil},
	"ListInactiveUserIDs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		yesterday := time.Now().Add(-24 * time.Hour).Format("20060102")
		return errorOf(c.ListInactiveUserIDs(ctx, dingtalk.ListInactiveUserIDsRequest{Size: 9, QueryDate: yesterday}))
	}, nil},
	"ListLeaveRecords": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		lastWeek := time.Now().AddDate(0, 0, -7).UTC().Format(time.RFC3339)
		return errorOf(c.ListLeaveRecords(ctx, dingtalk.ListLeaveRecordsRequest{StartTime: lastWeek}))
	}, nil},
	"ListDismissedUserIDs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListDismissedUserIDs(ctx, dingtalk.ListDismissedUserIDsRequest{}))
	}, nil},
	"GetDismissionInfo": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetDismissionInfo(ctx, dingtalk.GetDismissionInfoRequest{UserIDList: []string{"zhao.min"}}))
	}, nil},
	"ListOnJobUserIDs": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListOnJobUserIDs(ctx, dingtalk.ListOnJobUserIDsRequest{}))
	}, nil},
	"GetDepartment": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: platform}))
	}, nil},
	"ListSubDepartments": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListSubDepartments(ctx, dingtalk.ListSubDepartmentsRequest{}))
	}, nil},
	"ListParentDepartmentsByDepartment": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListParentDepartmentsByDepartment(ctx, dingtalk.ListParentDepartmentsByDepartmentRequest{DeptID: platform}))
	}, nil},
	"ListParentDepartmentsByUser": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListParentDepartmentsByUser(ctx, dingtalk.ListParentDepartmentsByUserRequest{UserID: "zhao.min"}))
	}, nil},
	"ListRoles": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListRoles(ctx, dingtalk.ListRolesRequest{}))
	}, nil},
	"GetRole": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetRole(ctx, dingtalk.GetRoleRequest{RoleID: driver}))
	}, nil},
	"GetRoleGroup": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.GetRoleGroup(ctx, dingtalk.GetRoleGroupRequest{GroupID: safety}))
	}, nil},
	"ListRoleUsers": {reads, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.ListRoleUsers(ctx, dingtalk.ListRoleUsersRequest{RoleID: driver}))
	}, nil},

	"CreateDepartment": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.CreateDepartment(ctx, dingtalk.CreateDepartmentRequest{Name: "Storage", ParentID: platform}))
	}, func(srv *dingtalktest.Server) bool { return len(srv.Departments()) == 3 }},
	"UpdateDepartment": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateDepartment(ctx, dingtalk.UpdateDepartmentRequest{DeptID: platform, Name: new("Storage")})
	}, func(srv *dingtalktest.Server) bool { return department(srv, platform).Name == "Storage" }},
	"DeleteDepartment": {deletes, func(ctx context.Context, c *dingtalk.Client) error {
		return c.DeleteDepartment(ctx, dingtalk.DeleteDepartmentRequest{DeptID: platform})
	}, func(srv *dingtalktest.Server) bool { return department(srv, platform).ID == 0 }},
	"CreateRoleGroup": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.CreateRoleGroup(ctx, dingtalk.CreateRoleGroupRequest{Name: "Languages"}))
	}, func(srv *dingtalktest.Server) bool { return len(srv.RoleGroups()) == 3 }},
	"CreateRole": {creates, func(ctx context.Context, c *dingtalk.Client) error {
		return errorOf(c.CreateRole(ctx, dingtalk.CreateRoleRequest{RoleName: "First aider", GroupID: safety}))
	}, func(srv *dingtalktest.Server) bool { return hasRoleNamed(srv, "First aider") }},
	"UpdateRole": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateRole(ctx, dingtalk.UpdateRoleRequest{RoleID: fireWarden, RoleName: "First aider"})
	}, func(srv *dingtalktest.Server) bool { return hasRoleNamed(srv, "First aider") }},
	"DeleteRole": {deletes, func(ctx context.Context, c *dingtalk.Client) error {
		return c.DeleteRole(ctx, dingtalk.DeleteRoleRequest{RoleID: fireWarden})
	}, func(srv *dingtalktest.Server) bool { return !hasRoleNamed(srv, "Fire warden") }},
	"AddRolesToUsers": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.AddRolesToUsers(ctx, dingtalk.AddRolesToUsersRequest{RoleIDs: []int64{fireWarden}, UserIDs: dingtalk.CommaList{"zhao.min"}})
	}, func(srv *dingtalktest.Server) bool { return hasRole(srv, fireWarden) }},
	"RemoveRolesFromUsers": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.RemoveRolesFromUsers(ctx, dingtalk.RemoveRolesFromUsersRequest{RoleIDs: []int64{driver}, UserIDs: dingtalk.CommaList{"zhao.min"}})
	}, func(srv *dingtalktest.Server) bool { return !hasRole(srv, driver) }},
	"UpdateRoleScope": {updates, func(ctx context.Context, c *dingtalk.Client) error {
		return c.UpdateRoleScope(ctx, dingtalk.UpdateRoleScopeRequest{UserID: "zhao.min", RoleID: driver, DeptIDs: []int64{1}})
	}, nil}, // the change is visible in ListRoleUsers only
}
