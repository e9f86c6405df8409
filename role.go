package dingtalk

import (
	"context"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// CreateRoleGroupRequest names a group of roles to add.
type CreateRoleGroupRequest struct {
	Name string `json:"name"`
}

// CreateRoleGroupResponse names the group that was added.
type CreateRoleGroupResponse struct {
	GroupID int64 `json:"groupId"`
}

// CreateRoleRequest names a role to add.
type CreateRoleRequest struct {
	RoleName string `json:"roleName"`
	GroupID  int64  `json:"groupId"`
}

// CreateRoleResponse names the role that was added.
type CreateRoleResponse struct {
	RoleID int64 `json:"roleId"`
}

// UpdateRoleRequest gives a role another name.
type UpdateRoleRequest struct {
	RoleID   int64  `json:"roleId"`
	RoleName string `json:"roleName"`
}

// DeleteRoleRequest names a role.
type DeleteRoleRequest struct {
	RoleID int64 `json:"role_id"`
}

// ListRolesRequest names a page of the roles. Size and Offset take effect only together.
type ListRolesRequest struct {
	Size   int64  `json:"size,omitzero"`   // at most 200; 20 by default, and 200 for the iterator
	Offset *int64 `json:"offset,omitzero"` // from 0
}

// ListRolesResponse is a page of the roles, by group.
type ListRolesResponse struct {
	HasMore    bool              `json:"hasMore"`
	NextCursor int64             `json:"nextCursor"` // not documented: the next offset, where it is there
	List       []ListedRoleGroup `json:"list"`
}

// ListedRoleGroup is a group of roles, with its roles.
type ListedRoleGroup struct {
	GroupID int64        `json:"groupId"`
	Name    string       `json:"name"`
	Roles   []ListedRole `json:"roles"`
}

// ListedRole is a role of a group.
type ListedRole struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// GetRoleRequest names a role.
type GetRoleRequest struct {
	RoleID int64 `json:"roleId"`
}

// GetRoleResponse describes a role.
type GetRoleResponse struct {
	Role Role `json:"role"`
}

// Role is a role's name and group.
type Role struct {
	Name    string `json:"name"`
	GroupID int64  `json:"groupId"`
}

// GetRoleGroupRequest names a group of roles.
type GetRoleGroupRequest struct {
	GroupID int64 `json:"group_id"`
}

// GetRoleGroupResponse describes a group of roles.
type GetRoleGroupResponse struct {
	RoleGroup RoleGroup `json:"role_group"`
}

// RoleGroup is a group's name and roles.
type RoleGroup struct {
	GroupName string        `json:"group_name"`
	Roles     []RoleInGroup `json:"roles"`
}

// RoleInGroup is a role of a group.
type RoleInGroup struct {
	RoleID   int64  `json:"role_id"`
	RoleName string `json:"role_name"`
}

// ListRoleUsersRequest names a role and a page of the people who have it.
type ListRoleUsersRequest struct {
	RoleID int64  `json:"role_id"`
	Size   int64  `json:"size,omitzero"`   // at most 100; 20 by default, and 100 for the iterator
	Offset *int64 `json:"offset,omitzero"` // from 0; send it along with Size
}

// ListRoleUsersResponse is a page of the people who have a role.
type ListRoleUsersResponse struct {
	HasMore    bool       `json:"hasMore"`
	NextCursor int64      `json:"nextCursor"` // not documented: the next offset, where it is there
	List       []RoleUser `json:"list"`
}

// RoleUser is a person who has a role.
type RoleUser struct {
	UserID       string        `json:"userid"`
	Name         string        `json:"name"`
	ManageScopes []ManageScope `json:"manageScopes"` // the departments in which they have it; nil: everywhere
}

// ManageScope is a department in which a person has a role.
type ManageScope struct {
	DeptID int64  `json:"dept_id"`
	Name   string `json:"name"`
}

// ListRoles reads a page of the roles, by group. Roles is the same as an iterator.
//
// DingTalk docs: "Obtain the list of roles",
// https://help.dingtalk.io/open/development/obtains-a-list-of-enterprise-roles
func (c *Client) ListRoles(ctx context.Context, req ListRolesRequest) (*ListRolesResponse, error) {
	return call[ListRolesResponse](ctx, c, &contract.ListRoles, req)
}

// RoleGroups iterates over the groups of roles, page by page. An error is the last pair.
func (c *Client) RoleGroups(ctx context.Context, req ListRolesRequest) iter.Seq2[ListedRoleGroup, error] {
	return pages(&contract.ListRoles, first(req.Offset), func(offset int64) ([]ListedRoleGroup, int64, bool, error) {
		req := req
		if req.Offset = &offset; req.Size == 0 {
			req.Size = 2 * pageSize
		}
		page, err := c.ListRoles(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, nextOffset(page.NextCursor, offset, req.Size), page.HasMore, nil
	})
}

// GetRole reads a role. An unknown one is ErrNotFound.
//
// DingTalk docs: "Obtain the details of a role",
// https://open.dingtalk.com/document/development/queries-role-details
func (c *Client) GetRole(ctx context.Context, req GetRoleRequest) (*GetRoleResponse, error) {
	return call[GetRoleResponse](ctx, c, &contract.GetRole, req)
}

// GetRoleGroup reads a group of roles.
//
// DingTalk docs: "Obtain the roles of a role group",
// https://help.dingtalk.io/open/development/obtains-the-role-group-information
func (c *Client) GetRoleGroup(ctx context.Context, req GetRoleGroupRequest) (*GetRoleGroupResponse, error) {
	return call[GetRoleGroupResponse](ctx, c, &contract.GetRoleGroup, req)
}

// ListRoleUsers reads a page of the people who have a role. RoleUsers is the same as an iterator. An unknown
// role is ErrNotFound.
//
// DingTalk docs: "Obtain the employees of a role",
// https://help.dingtalk.io/open/development/obtain-the-list-of-employees-of-a-role
func (c *Client) ListRoleUsers(ctx context.Context, req ListRoleUsersRequest) (*ListRoleUsersResponse, error) {
	return call[ListRoleUsersResponse](ctx, c, &contract.ListRoleUsers, req)
}

// RoleUsers iterates over the people who have a role, page by page. An error is the last pair.
func (c *Client) RoleUsers(ctx context.Context, req ListRoleUsersRequest) iter.Seq2[RoleUser, error] {
	return pages(&contract.ListRoleUsers, first(req.Offset), func(offset int64) ([]RoleUser, int64, bool, error) {
		req := req
		req.Offset, req.Size = &offset, orDefault(req.Size)
		page, err := c.ListRoleUsers(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, nextOffset(page.NextCursor, offset, req.Size), page.HasMore, nil
	})
}

// first is where an iterator begins.
func first(offset *int64) int64 {
	if offset == nil {
		return 0
	}
	return *offset
}

// nextOffset takes the next offset from an answer that has one, and else steps on by the page.
func nextOffset(next, offset, size int64) int64 {
	if next > 0 {
		return next
	}
	return offset + size
}
