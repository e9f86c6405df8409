package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetUserIDByMobileRequest holds the mobile number to look up.
type GetUserIDByMobileRequest struct {
	Mobile string `json:"mobile"` // at most 15 characters
	// SupportExclusiveAccountSearch includes the enterprise accounts that this organization created.
	SupportExclusiveAccountSearch bool `json:"support_exclusive_account_search,omitzero"`
}

// GetUserIDByMobileResponse holds the users who have the number.
type GetUserIDByMobileResponse struct {
	UserID                     string   `json:"userid"` // empty if only enterprise accounts have it
	ExclusiveAccountUserIDList []string `json:"exclusive_account_userid_list"`
}

// GetUserIDByUnionIDRequest holds the union ID to look up, which identifies a person across organizations.
type GetUserIDByUnionIDRequest struct {
	UnionID string `json:"unionid"` // at most 100 characters
}

// GetUserIDByUnionIDResponse holds the user of this organization who has the union ID.
type GetUserIDByUnionIDResponse struct {
	ContactType int64  `json:"contact_type"` // 0 internal, 1 external
	UserID      string `json:"userid"`
}

// CountUsersRequest selects the users to count.
type CountUsersRequest struct {
	OnlyActive bool `json:"only_active"` // count only those who have activated DingTalk
}

// CountUsersResponse holds the number of users.
type CountUsersResponse struct {
	Count int64 `json:"count"`
}

// Admin is an administrator of the organization.
type Admin struct {
	UserID   string `json:"userid"`
	SysLevel int64  `json:"sys_level"` // 1 is a main administrator, 2 a sub-administrator
}

// GetAdminScopeRequest names the administrator whose scope to read.
type GetAdminScopeRequest struct {
	UserID string `json:"userid"`
}

// GetAdminScopeResponse holds the departments that an administrator manages.
type GetAdminScopeResponse struct {
	DeptIDs []int64 `json:"dept_ids"`
}

// GetUserIDByMobile finds the user who has a mobile number. The error matches ErrNotFound if no user has it; users who
// left the organization are not found.
//
// DingTalk docs: "Query a user by mobile number",
// https://help.dingtalk.io/open/development/query-users-by-phone-number
func (c *Client) GetUserIDByMobile(ctx context.Context, req GetUserIDByMobileRequest) (*GetUserIDByMobileResponse, error) {
	return call[GetUserIDByMobileResponse](ctx, c, &contract.GetUserIDByMobile, req)
}

// GetUserIDByUnionID finds the user who has a union ID. The error matches ErrNotFound if the person is not in the
// organization.
//
// DingTalk docs: "Query a user by unionid",
// https://help.dingtalk.io/open/development/query-a-user-by-the-union-id
func (c *Client) GetUserIDByUnionID(ctx context.Context, req GetUserIDByUnionIDRequest) (*GetUserIDByUnionIDResponse, error) {
	return call[GetUserIDByUnionIDResponse](ctx, c, &contract.GetUserIDByUnionID, req)
}

// CountUsers counts the users of the organization, including those that the app may not see.
//
// DingTalk docs: "Obtain the number of employees",
// https://help.dingtalk.io/open/development/user-management-acquires-number-employees
func (c *Client) CountUsers(ctx context.Context, req CountUsersRequest) (*CountUsersResponse, error) {
	return call[CountUsersResponse](ctx, c, &contract.CountUsers, req)
}

// ListAdmins lists the administrators, including those that the app may not see.
//
// DingTalk docs: "Obtain the list of administrators",
// https://help.dingtalk.io/open/development/query-the-administrator-list
func (c *Client) ListAdmins(ctx context.Context) ([]Admin, error) {
	return entries[Admin](ctx, c, &contract.ListAdmins, nil)
}

// GetAdminScope reads which departments an administrator manages. The error matches ErrNotFound if there is no such user.
//
// DingTalk docs: "Obtain the management scope of an administrator",
// https://help.dingtalk.io/open/development/query-permissions-of-the-administrator-address-book
func (c *Client) GetAdminScope(ctx context.Context, req GetAdminScopeRequest) (*GetAdminScopeResponse, error) {
	return call[GetAdminScopeResponse](ctx, c, &contract.GetAdminScope, req)
}
