package dingtalk

import (
	"cmp"
	"context"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// ListUsersRequest names a department and selects a page of its direct members.
type ListUsersRequest struct {
	DeptID int64 `json:"dept_id"` // RootDepartmentID for the users directly in the root
	Cursor int64 `json:"cursor"`  // 0, then NextCursor of the previous page
	Size   int64 `json:"size"`    // 1 to 100; 0 is 100
	// OrderField is "entry_asc" or "entry_desc" (by when they joined the department), "modify_asc" or "modify_desc" (by
	// when they were last changed), or "custom", the default (the order that was set by hand).
	OrderField         string `json:"order_field,omitzero"`
	ContainAccessLimit bool   `json:"contain_access_limit,omitzero"` // include users whose access is restricted
	Language           string `json:"language,omitzero"`             // "zh_CN", the default, or "en_US"
}

// ListUsersResponse is a page of a department's direct members.
type ListUsersResponse struct {
	HasMore    bool         `json:"has_more"`
	NextCursor int64        `json:"next_cursor"` // of the next page, if HasMore
	List       []UserInDept `json:"list"`
}

// UserInDept is a user as a member of one department. The service leaves out fields that are not set and those that the
// app has no field permission for; they are zero. GetUser also returns roles, manager and the order in other departments.
type UserInDept struct {
	UserID           string    `json:"userid"`
	UnionID          string    `json:"unionid"`
	Name             string    `json:"name"`
	Avatar           string    `json:"avatar"`     // URL of a picture
	StateCode        string    `json:"state_code"` // country code of Mobile: "86"
	Mobile           string    `json:"mobile"`     // without the country code; needs a field permission
	HideMobile       bool      `json:"hide_mobile"`
	Telephone        string    `json:"telephone"` // extension number
	JobNumber        string    `json:"job_number"`
	Title            string    `json:"title"`
	Email            string    `json:"email"` // this and the next ones need the permission for personal information
	OrgEmail         string    `json:"org_email"`
	WorkPlace        string    `json:"work_place"`
	Remark           string    `json:"remark"`
	DeptIDList       []int64   `json:"dept_id_list"` // all departments, not only this one
	DeptOrder        int64     `json:"dept_order"`   // in this department, descending: the largest is at the top; exceeds 2^53
	Extension        Extension `json:"extension"`    // custom fields
	HiredDate        Millis    `json:"hired_date"`
	Active           bool      `json:"active"` // has activated DingTalk
	Admin            bool      `json:"admin"`
	Boss             bool      `json:"boss"`
	Leader           bool      `json:"leader"`            // of this department
	ExclusiveAccount bool      `json:"exclusive_account"` // the fields below describe such accounts

	ExclusiveAccountType     string `json:"exclusive_account_type"` // "sso" or "dingtalk"
	LoginID                  string `json:"login_id"`               // for the type "dingtalk"
	Nickname                 string `json:"nickname"`
	ExclusiveAccountCorpName string `json:"exclusive_account_corp_name"` // the organization that owns the account
	ExclusiveAccountCorpID   string `json:"exclusive_account_corp_id"`
	DisableStatus            bool   `json:"disable_status"` // the account is disabled
}

// ListUserBriefsRequest names a department and selects a page of its direct members.
type ListUserBriefsRequest struct {
	DeptID             int64  `json:"dept_id"`                       // RootDepartmentID for the users directly in the root
	Cursor             int64  `json:"cursor"`                        // 0, then NextCursor of the previous page
	Size               int64  `json:"size"`                          // 1 to 100; 0 is 100
	OrderField         string `json:"order_field,omitzero"`          // as in ListUsersRequest
	ContainAccessLimit bool   `json:"contain_access_limit,omitzero"` // include users whose access is restricted
	Language           string `json:"language,omitzero"`             // "zh_CN", the default, or "en_US"
}

// ListUserBriefsResponse is a page of a department's direct members, by user ID and name.
type ListUserBriefsResponse struct {
	HasMore    bool        `json:"has_more"`
	NextCursor int64       `json:"next_cursor"` // of the next page, if HasMore
	List       []UserBrief `json:"list"`
}

// UserBrief is a user's ID and name.
type UserBrief struct {
	UserID string `json:"userid"`
	Name   string `json:"name"`
}

// ListUserIDsRequest names the department whose members to list.
type ListUserIDsRequest struct {
	DeptID int64 `json:"dept_id"`
}

// ListUserIDsResponse holds the user IDs of a department's direct members.
type ListUserIDsResponse struct {
	UserIDList []string `json:"userid_list"`
}

// ListInactiveUserIDsRequest names a day and selects a page of the users who logged in on it, or who did not.
type ListInactiveUserIDsRequest struct {
	IsActive  bool   `json:"is_active"`         // false selects the users who did not log in
	DeptIDs   IDList `json:"dept_ids,omitzero"` // at most 100; nil is the whole organization
	Offset    int64  `json:"offset"`            // 0, then NextCursor of the previous page
	Size      int64  `json:"size"`              // 1 to 100; 0 is 100
	QueryDate string `json:"query_date"`        // "20260901", within the last month; reliable from 09:00 on the next day
}

// ListInactiveUserIDsResponse is a page of user IDs.
type ListInactiveUserIDsResponse struct {
	HasMore    bool     `json:"has_more"`
	NextCursor int64    `json:"next_cursor"` // the offset of the next page, if HasMore
	List       []string `json:"list"`
}

// ListUsers reads a page of a department's direct members. Users iterates over all pages. The error matches
// ErrPermission if the app may not see the department.
//
// DingTalk docs: "Obtain the details of the users of a department",
// https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user
func (c *Client) ListUsers(ctx context.Context, req ListUsersRequest) (*ListUsersResponse, error) {
	req.Size = cmp.Or(req.Size, maxUserPage)
	return call[ListUsersResponse](ctx, c, &contract.ListUsers, req)
}

// DepartmentUsers iterates over a department's direct members, page by page. An error is the last pair.
func (c *Client) DepartmentUsers(ctx context.Context, req ListUsersRequest) iter.Seq2[UserInDept, error] {
	return pages(&contract.ListUsers, req.Cursor, func(cursor int64) ([]UserInDept, int64, bool, error) {
		req := req
		req.Cursor = cursor
		page, err := c.ListUsers(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, page.NextCursor, page.HasMore, nil
	})
}

// ListUserBriefs reads a page of a department's direct members, by user ID and name. UserBriefs iterates over all
// pages. The error matches ErrNotFound if there is no such department.
//
// DingTalk docs: "Obtain the basic information of the users of a department",
// https://help.dingtalk.io/open/development/queries-the-simple-information-of-a-department-user
func (c *Client) ListUserBriefs(ctx context.Context, req ListUserBriefsRequest) (*ListUserBriefsResponse, error) {
	req.Size = cmp.Or(req.Size, maxUserPage)
	return call[ListUserBriefsResponse](ctx, c, &contract.ListUserBriefs, req)
}

// DepartmentUserBriefs iterates over a department's direct members, by user ID and name, page by page. An error is the last pair.
func (c *Client) DepartmentUserBriefs(ctx context.Context, req ListUserBriefsRequest) iter.Seq2[UserBrief, error] {
	return pages(&contract.ListUserBriefs, req.Cursor, func(cursor int64) ([]UserBrief, int64, bool, error) {
		req := req
		req.Cursor = cursor
		page, err := c.ListUserBriefs(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, page.NextCursor, page.HasMore, nil
	})
}

// ListUserIDs lists the user IDs of a department's direct members in one response, including those that the app may not
// see. The error matches ErrNotFound if there is no such department.
//
// DingTalk docs: "Obtain the userids of a department",
// https://open.dingtalk.com/document/development/query-the-list-of-department-userids
func (c *Client) ListUserIDs(ctx context.Context, req ListUserIDsRequest) (*ListUserIDsResponse, error) {
	return call[ListUserIDsResponse](ctx, c, &contract.ListUserIDs, req)
}

// ListInactiveUserIDs reads a page of the users who logged in on a day, or who did not. InactiveUserIDs iterates over
// all pages.
//
// DingTalk docs: "Obtain the list of users who did not log in to DingTalk",
// https://help.dingtalk.io/open/development/queries-the-inactive-users-or-active-users-under-an-enterprise
func (c *Client) ListInactiveUserIDs(ctx context.Context, req ListInactiveUserIDsRequest) (*ListInactiveUserIDsResponse, error) {
	req.Size = cmp.Or(req.Size, maxUserPage)
	return call[ListInactiveUserIDsResponse](ctx, c, &contract.ListInactiveUserIDs, req)
}

// InactiveUserIDs iterates over the users who logged in on a day, or who did not, page by page. An error is the last
// pair.
func (c *Client) InactiveUserIDs(ctx context.Context, req ListInactiveUserIDsRequest) iter.Seq2[string, error] {
	return pages(&contract.ListInactiveUserIDs, req.Offset, func(offset int64) ([]string, int64, bool, error) {
		req := req
		req.Offset = offset
		page, err := c.ListInactiveUserIDs(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, page.NextCursor, page.HasMore, nil
	})
}

// User returns the fields of u as a User. Those that a list of department members lacks are zero: roles, manager, and
// order, position and leadership in each department.
func (u *UserInDept) User() *User {
	return &User{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode,
		Mobile: u.Mobile, HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber,
		Title: u.Title, Email: u.Email, OrgEmail: u.OrgEmail, WorkPlace: u.WorkPlace, Remark: u.Remark,
		DeptIDList: u.DeptIDList, Extension: u.Extension, HiredDate: u.HiredDate, Active: u.Active,
		Admin: u.Admin, Boss: u.Boss, ExclusiveAccount: u.ExclusiveAccount,
		ExclusiveAccountType: u.ExclusiveAccountType, LoginID: u.LoginID, Nickname: u.Nickname,
		ExclusiveAccountCorpName: u.ExclusiveAccountCorpName, ExclusiveAccountCorpID: u.ExclusiveAccountCorpID,
		DisableStatus: u.DisableStatus,
	}
}

// inDept returns the fields of u that a list of department members has. DeptOrder and Leader, which concern one
// department, are zero.
func (u *User) inDept() UserInDept {
	return UserInDept{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode,
		Mobile: u.Mobile, HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber,
		Title: u.Title, Email: u.Email, OrgEmail: u.OrgEmail, WorkPlace: u.WorkPlace, Remark: u.Remark,
		DeptIDList: u.DeptIDList, Extension: u.Extension, HiredDate: u.HiredDate, Active: u.Active,
		Admin: u.Admin, Boss: u.Boss, ExclusiveAccount: u.ExclusiveAccount,
		ExclusiveAccountType: u.ExclusiveAccountType, LoginID: u.LoginID, Nickname: u.Nickname,
		ExclusiveAccountCorpName: u.ExclusiveAccountCorpName, ExclusiveAccountCorpID: u.ExclusiveAccountCorpID,
		DisableStatus: u.DisableStatus,
	}
}
