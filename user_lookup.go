package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// GetUserIDByMobileRequest names a mobile number.
type GetUserIDByMobileRequest struct {
	Mobile string `json:"mobile"` // at most 15
	// SupportExclusiveAccountSearch also looks for enterprise accounts that this organisation created.
	SupportExclusiveAccountSearch bool `json:"support_exclusive_account_search,omitzero"`
}

// GetUserIDByMobileResponse names who has the number.
type GetUserIDByMobileResponse struct {
	UserID                     string   `json:"userid"` // empty where enterprise accounts alone have it
	ExclusiveAccountUserIDList []string `json:"exclusive_account_userid_list"`
}

// GetUserIDByUnionIDRequest names a person across organisations.
type GetUserIDByUnionIDRequest struct {
	UnionID string `json:"unionid"` // at most 100
}

// GetUserIDByUnionIDResponse names the person in this organisation.
type GetUserIDByUnionIDResponse struct {
	ContactType int64  `json:"contact_type"` // 0 internal, 1 external
	UserID      string `json:"userid"`
}

// CountUsersRequest says who is counted.
type CountUsersRequest struct {
	OnlyActive bool `json:"only_active"` // those who have activated DingTalk alone
}

// CountUsersResponse is the number of people.
type CountUsersResponse struct {
	Count int64 `json:"count"`
}

// Admin is an administrator.
type Admin struct {
	UserID   string `json:"userid"`
	SysLevel int64  `json:"sys_level"` // 1 main, 2 sub administrator
}

// GetAdminScopeRequest names an administrator.
type GetAdminScopeRequest struct {
	UserID string `json:"userid"`
}

// GetAdminScopeResponse holds the departments that an administrator manages.
type GetAdminScopeResponse struct {
	DeptIDs []int64 `json:"dept_ids"`
}

// GetUserIDByMobile finds who has a mobile number. A number that nobody has is ErrNotFound; people who left
// are not found.
//
// DingTalk docs: "Query a user by mobile number",
// https://help.dingtalk.io/open/development/query-users-by-phone-number
func (c *Client) GetUserIDByMobile(ctx context.Context, req GetUserIDByMobileRequest) (*GetUserIDByMobileResponse, error) {
	return call[GetUserIDByMobileResponse](ctx, c, &contract.GetUserIDByMobile, req)
}

// GetUserIDByUnionID finds the person of a union ID. One who is not in the organisation is ErrNotFound.
//
// DingTalk docs: "Query a user by unionid",
// https://help.dingtalk.io/open/development/query-a-user-by-the-union-id
func (c *Client) GetUserIDByUnionID(ctx context.Context, req GetUserIDByUnionIDRequest) (*GetUserIDByUnionIDResponse, error) {
	return call[GetUserIDByUnionIDResponse](ctx, c, &contract.GetUserIDByUnionID, req)
}

// CountUsers counts the organisation's people. What the app may see does not limit the answer.
//
// DingTalk docs: "Obtain the number of employees",
// https://help.dingtalk.io/open/development/user-management-acquires-number-employees
func (c *Client) CountUsers(ctx context.Context, req CountUsersRequest) (*CountUsersResponse, error) {
	return call[CountUsersResponse](ctx, c, &contract.CountUsers, req)
}

// ListAdmins lists the administrators. What the app may see does not limit the answer.
//
// DingTalk docs: "Obtain the list of administrators",
// https://help.dingtalk.io/open/development/query-the-administrator-list
func (c *Client) ListAdmins(ctx context.Context) ([]Admin, error) {
	return entries[Admin](ctx, c, &contract.ListAdmins, nil)
}

// GetAdminScope tells which departments an administrator manages. An unknown person is ErrNotFound.
//
// DingTalk docs: "Obtain the management scope of an administrator",
// https://help.dingtalk.io/open/development/query-permissions-of-the-administrator-address-book
func (c *Client) GetAdminScope(ctx context.Context, req GetAdminScopeRequest) (*GetAdminScopeResponse, error) {
	return call[GetAdminScopeResponse](ctx, c, &contract.GetAdminScope, req)
}
