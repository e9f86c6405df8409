package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// AddRolesToUsersRequest names roles and the people to give them to.
type AddRolesToUsersRequest struct {
	RoleIDs IDList    `json:"roleIds"` // at most 20
	UserIDs CommaList `json:"userIds"` // at most 20
}

// RemoveRolesFromUsersRequest names roles and the people to take them from.
type RemoveRolesFromUsersRequest struct {
	RoleIDs IDList    `json:"roleIds"` // at most 20
	UserIDs CommaList `json:"userIds"` // at most 100
}

// UpdateRoleScopeRequest names a person, a role of theirs, and the departments in which they have it.
type UpdateRoleScopeRequest struct {
	UserID string `json:"userid"`
	RoleID int64  `json:"role_id"`
	// DeptIDs are at most 50; nil is everywhere. An empty slice is sent as it is, and what the service makes
	// of that is not documented: do not pass a list that happens to be empty.
	DeptIDs IDList `json:"dept_ids,omitzero"`
}

// CreateRoleGroup adds a group of roles.
//
// DingTalk docs: "Create a role group",
// https://help.dingtalk.io/open/development/add-a-role-group
func (c *Client) CreateRoleGroup(ctx context.Context, req CreateRoleGroupRequest) (*CreateRoleGroupResponse, error) {
	return call[CreateRoleGroupResponse](ctx, c, &contract.CreateRoleGroup, req)
}

// CreateRole adds a role. A name that is taken is ErrAlreadyExists, an unknown group ErrNotFound.
//
// DingTalk docs: "Create a role",
// https://help.dingtalk.io/open/development/address-book-add-role
func (c *Client) CreateRole(ctx context.Context, req CreateRoleRequest) (*CreateRoleResponse, error) {
	return call[CreateRoleResponse](ctx, c, &contract.CreateRole, req)
}

// UpdateRole gives a role another name. An unknown one is ErrNotFound. The roles of the default group cannot
// be changed.
//
// DingTalk docs: "Update a role",
// https://help.dingtalk.io/open/development/update-the-character-name
func (c *Client) UpdateRole(ctx context.Context, req UpdateRoleRequest) error {
	return perform(ctx, c, &contract.UpdateRole, req)
}

// DeleteRole removes a role. An unknown one is ErrNotFound, one of the default group ErrPrecondition.
//
// DingTalk docs: "Delete a role",
// https://help.dingtalk.io/open/development/delete-role-information
func (c *Client) DeleteRole(ctx context.Context, req DeleteRoleRequest) error {
	return perform(ctx, c, &contract.DeleteRole, req)
}

// AddRolesToUsers gives each of the people each of the roles. An unknown role or person is ErrNotFound.
//
// DingTalk docs: "Add roles to employees in batches",
// https://help.dingtalk.io/open/development/add-role-information-to-employees-in-batches
func (c *Client) AddRolesToUsers(ctx context.Context, req AddRolesToUsersRequest) error {
	return perform(ctx, c, &contract.AddRolesToUsers, req)
}

// RemoveRolesFromUsers takes each of the roles from each of the people. An unknown role or person is
// ErrNotFound.
//
// DingTalk docs: "Delete roles of employees in batches",
// https://help.dingtalk.io/open/development/delete-the-color-information-of-employee-corners-in-batches
func (c *Client) RemoveRolesFromUsers(ctx context.Context, req RemoveRolesFromUsersRequest) error {
	return perform(ctx, c, &contract.RemoveRolesFromUsers, req)
}

// UpdateRoleScope sets the departments in which a person has a role. An unknown person, role or department is
// ErrNotFound.
//
// DingTalk docs: "Set the management scope of a role member",
// https://help.dingtalk.io/open/development/update-role-member-management-department-scope
func (c *Client) UpdateRoleScope(ctx context.Context, req UpdateRoleScopeRequest) error {
	return perform(ctx, c, &contract.UpdateRoleScope, req)
}
