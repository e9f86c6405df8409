package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// AddRolesToUsersRequest names roles and the users to assign them to.
type AddRolesToUsersRequest struct {
	RoleIDs IDList    `json:"roleIds"` // at most 20
	UserIDs CommaList `json:"userIds"` // at most 20
}

// RemoveRolesFromUsersRequest names roles and the users to remove them from.
type RemoveRolesFromUsersRequest struct {
	RoleIDs IDList    `json:"roleIds"` // at most 20
	UserIDs CommaList `json:"userIds"` // at most 100
}

// UpdateRoleScopeRequest names a user, a role of theirs, and the departments in which they have it.
type UpdateRoleScopeRequest struct {
	UserID string `json:"userid"`
	RoleID int64  `json:"role_id"`
	// DeptIDs has at most 50 entries; nil is all departments. Do not pass an empty slice: it is sent as such, and its
	// effect is not documented.
	DeptIDs IDList `json:"dept_ids,omitzero"`
}

// CreateRoleGroup creates a group of roles.
//
// DingTalk docs: "Create a role group",
// https://help.dingtalk.io/open/development/add-a-role-group
func (c *Client) CreateRoleGroup(ctx context.Context, req CreateRoleGroupRequest) (*CreateRoleGroupResponse, error) {
	return call[CreateRoleGroupResponse](ctx, c, &contract.CreateRoleGroup, req)
}

// CreateRole creates a role. The error matches ErrAlreadyExists if the name is taken, and ErrNotFound if there is no such
// group.
//
// DingTalk docs: "Create a role",
// https://help.dingtalk.io/open/development/address-book-add-role
func (c *Client) CreateRole(ctx context.Context, req CreateRoleRequest) (*CreateRoleResponse, error) {
	return call[CreateRoleResponse](ctx, c, &contract.CreateRole, req)
}

// UpdateRole renames a role. The error matches ErrNotFound if there is no such role. The roles of the default group
// cannot be changed.
//
// DingTalk docs: "Update a role",
// https://help.dingtalk.io/open/development/update-the-character-name
func (c *Client) UpdateRole(ctx context.Context, req UpdateRoleRequest) error {
	return perform(ctx, c, &contract.UpdateRole, req)
}

// DeleteRole deletes a role. The error matches ErrNotFound if there is no such role, and ErrPrecondition for a role of
// the default group.
//
// DingTalk docs: "Delete a role",
// https://help.dingtalk.io/open/development/delete-role-information
func (c *Client) DeleteRole(ctx context.Context, req DeleteRoleRequest) error {
	return perform(ctx, c, &contract.DeleteRole, req)
}

// AddRolesToUsers assigns each of the roles to each of the users. The error matches ErrNotFound if one of them does not
// exist.
//
// DingTalk docs: "Add roles to employees in batches",
// https://help.dingtalk.io/open/development/add-role-information-to-employees-in-batches
func (c *Client) AddRolesToUsers(ctx context.Context, req AddRolesToUsersRequest) error {
	return perform(ctx, c, &contract.AddRolesToUsers, req)
}

// RemoveRolesFromUsers removes each of the roles from each of the users. The error matches ErrNotFound if one of them
// does not exist.
//
// DingTalk docs: "Delete roles of employees in batches",
// https://help.dingtalk.io/open/development/delete-the-color-information-of-employee-corners-in-batches
func (c *Client) RemoveRolesFromUsers(ctx context.Context, req RemoveRolesFromUsersRequest) error {
	return perform(ctx, c, &contract.RemoveRolesFromUsers, req)
}

// UpdateRoleScope sets the departments in which a user has a role. The error matches ErrNotFound if the user, the role
// or a department does not exist.
//
// DingTalk docs: "Set the management scope of a role member",
// https://help.dingtalk.io/open/development/update-role-member-management-department-scope
func (c *Client) UpdateRoleScope(ctx context.Context, req UpdateRoleScopeRequest) error {
	return perform(ctx, c, &contract.UpdateRoleScope, req)
}
