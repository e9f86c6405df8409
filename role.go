package dingtalk

import (
	"cmp"
	"context"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// CreateRoleGroupRequest describes a group of roles to create.
type CreateRoleGroupRequest struct {
	Name string `json:"name"`
}

// CreateRoleGroupResponse holds the ID of the group that was created.
type CreateRoleGroupResponse struct {
	GroupID int64 `json:"groupId"`
}

// CreateRoleRequest describes a role to create.
type CreateRoleRequest struct {
	RoleName string `json:"roleName"`
	GroupID  int64  `json:"groupId"`
}

// CreateRoleResponse holds the ID of the role that was created.
type CreateRoleResponse struct {
	RoleID int64 `json:"roleId"`
}

// UpdateRoleRequest names a role and its new name.
type UpdateRoleRequest struct {
	RoleID   int64  `json:"roleId"`
	RoleName string `json:"roleName"`
}

// DeleteRoleRequest names the role to delete.
type DeleteRoleRequest struct {
	RoleID int64 `json:"role_id"`
}

// ListRolesRequest selects a page of the role groups.
type ListRolesRequest struct {
	Size   int64  `json:"size,omitzero"`   // 1 to 200; 0 is 200
	Offset *int64 `json:"offset,omitzero"` // from 0; nil is 0
}

// withDefaults sets both fields, because the service ignores each of them without the other.
func (r ListRolesRequest) withDefaults() ListRolesRequest {
	r.Size, r.Offset = cmp.Or(r.Size, maxRolePage), orZero(r.Offset)
	return r
}

// ListRolesResponse is a page of the role groups, each with its roles.
type ListRolesResponse struct {
	HasMore    bool              `json:"hasMore"`
	NextCursor int64             `json:"nextCursor"` // of the next page; not documented, and 0 in some responses
	List       []ListedRoleGroup `json:"list"`
}

// ListedRoleGroup is a group of roles in a list of all groups.
type ListedRoleGroup struct {
	GroupID int64        `json:"groupId"`
	Name    string       `json:"name"`
	Roles   []ListedRole `json:"roles"`
}

// ListedRole is a role in a list of all groups.
type ListedRole struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// GetRoleRequest names the role to read.
type GetRoleRequest struct {
	RoleID int64 `json:"roleId"`
}

// GetRoleResponse holds the role that was read.
type GetRoleResponse struct {
	Role Role `json:"role"`
}

// Role is a role: its name and the ID of its group.
type Role struct {
	Name    string `json:"name"`
	GroupID int64  `json:"groupId"`
}

// GetRoleGroupRequest names the group of roles to read.
type GetRoleGroupRequest struct {
	GroupID int64 `json:"group_id"`
}

// GetRoleGroupResponse holds the group that was read.
type GetRoleGroupResponse struct {
	RoleGroup RoleGroup `json:"role_group"`
}

// RoleGroup is a group of roles: its name and its roles.
type RoleGroup struct {
	GroupName string        `json:"group_name"`
	Roles     []RoleInGroup `json:"roles"`
}

// RoleInGroup is a role as a member of its group.
type RoleInGroup struct {
	RoleID   int64  `json:"role_id"`
	RoleName string `json:"role_name"`
}

// ListRoleUsersRequest names a role and selects a page of the users who have it.
type ListRoleUsersRequest struct {
	RoleID int64  `json:"role_id"`
	Size   int64  `json:"size,omitzero"`   // 1 to 100; 0 is 100
	Offset *int64 `json:"offset,omitzero"` // from 0; nil is 0
}

// withDefaults sets Size and Offset, because the documentation wants both or neither.
func (r ListRoleUsersRequest) withDefaults() ListRoleUsersRequest {
	r.Size, r.Offset = cmp.Or(r.Size, maxUserPage), orZero(r.Offset)
	return r
}

// ListRoleUsersResponse is a page of the users who have a role.
type ListRoleUsersResponse struct {
	HasMore    bool       `json:"hasMore"`
	NextCursor int64      `json:"nextCursor"` // of the next page; not documented, and 0 in some responses
	List       []RoleUser `json:"list"`
}

// RoleUser is a user who has a role.
type RoleUser struct {
	UserID       string        `json:"userid"`
	Name         string        `json:"name"`
	ManageScopes []ManageScope `json:"manageScopes"` // the departments in which they have it; nil is all
}

// ManageScope is a department in which a user has a role.
type ManageScope struct {
	DeptID int64  `json:"dept_id"`
	Name   string `json:"name"`
}

// ListRoles reads a page of the role groups with their roles. Roles iterates over all pages.
//
// DingTalk docs: "Obtain the list of roles",
// https://help.dingtalk.io/open/development/obtains-a-list-of-enterprise-roles
func (c *Client) ListRoles(ctx context.Context, req ListRolesRequest) (*ListRolesResponse, error) {
	return call[ListRolesResponse](ctx, c, &contract.ListRoles, req.withDefaults())
}

// RoleGroups iterates over the role groups, page by page. An error is the last pair.
func (c *Client) RoleGroups(ctx context.Context, req ListRolesRequest) iter.Seq2[ListedRoleGroup, error] {
	req = req.withDefaults()
	return pages(&contract.ListRoles, *req.Offset, func(offset int64) ([]ListedRoleGroup, int64, bool, error) {
		req := req
		req.Offset = &offset
		page, err := c.ListRoles(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, nextOffset(page.NextCursor, offset, req.Size), page.HasMore, nil
	})
}

// GetRole reads a role. The error matches ErrNotFound if there is no such role.
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

// ListRoleUsers reads a page of the users who have a role. RoleUsers iterates over all pages. The error matches
// ErrNotFound if there is no such role.
//
// DingTalk docs: "Obtain the employees of a role",
// https://help.dingtalk.io/open/development/obtain-the-list-of-employees-of-a-role
func (c *Client) ListRoleUsers(ctx context.Context, req ListRoleUsersRequest) (*ListRoleUsersResponse, error) {
	return call[ListRoleUsersResponse](ctx, c, &contract.ListRoleUsers, req.withDefaults())
}

// RoleUsers iterates over the users who have a role, page by page. An error is the last pair.
func (c *Client) RoleUsers(ctx context.Context, req ListRoleUsersRequest) iter.Seq2[RoleUser, error] {
	req = req.withDefaults()
	return pages(&contract.ListRoleUsers, *req.Offset, func(offset int64) ([]RoleUser, int64, bool, error) {
		req := req
		req.Offset = &offset
		page, err := c.ListRoleUsers(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, nextOffset(page.NextCursor, offset, req.Size), page.HasMore, nil
	})
}

// orZero returns offset, or a pointer to 0 in place of nil.
func orZero(offset *int64) *int64 {
	if offset == nil {
		return new(int64)
	}
	return offset
}

// nextOffset returns the offset of the next page: next if the response has one, else one page after offset.
func nextOffset(next, offset, size int64) int64 {
	if next > 0 {
		return next
	}
	return offset + size
}
