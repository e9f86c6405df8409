package dingtalk

import (
	"context"
	"iter"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// ListUsersRequest names a department and a page of its direct members.
type ListUsersRequest struct {
	DeptID int64 `json:"dept_id"` // RootDepartmentID for those directly below the root
	Cursor int64 `json:"cursor"`  // 0, then NextCursor of the page before
	Size   int64 `json:"size"`    // 1 to 100; 0 is 100 for the iterator
	// OrderField is "entry_asc" or "entry_desc" (when they joined the department), "modify_asc" or
	// "modify_desc" (when they were changed), or "custom", the default: the order set by hand.
	OrderField         string `json:"order_field,omitzero"`
	ContainAccessLimit bool   `json:"contain_access_limit,omitzero"` // also people whose access is restricted
	Language           string `json:"language,omitzero"`             // "zh_CN", the default, or "en_US"
}

// ListUsersResponse is a page of a department's direct members.
type ListUsersResponse struct {
	HasMore    bool         `json:"has_more"`
	NextCursor int64        `json:"next_cursor"` // of the next page, if there is one
	List       []UserInDept `json:"list"`
}

// UserInDept is a person as a member of one department. What is not set, and what the app has no field
// permission for, is absent and thus zero. Roles, manager and orders in other departments are for GetUser.
type UserInDept struct {
	UserID           string    `json:"userid"`
	UnionID          string    `json:"unionid"`
	Name             string    `json:"name"`
	Avatar           string    `json:"avatar"`     // address of a picture
	StateCode        string    `json:"state_code"` // country code of Mobile: "86"
	Mobile           string    `json:"mobile"`     // without country code; needs a field permission
	HideMobile       bool      `json:"hide_mobile"`
	Telephone        string    `json:"telephone"` // extension number
	JobNumber        string    `json:"job_number"`
	Title            string    `json:"title"`
	Email            string    `json:"email"` // needs the permission for personal information, as do the next ones
	OrgEmail         string    `json:"org_email"`
	WorkPlace        string    `json:"work_place"`
	Remark           string    `json:"remark"`
	DeptIDList       []int64   `json:"dept_id_list"` // all departments, not only this one
	DeptOrder        int64     `json:"dept_order"`   // in this department: the bigger, the nearer the top; exceeds 2^53
	Extension        Extension `json:"extension"`    // custom fields
	HiredDate        Millis    `json:"hired_date"`
	Active           bool      `json:"active"` // has activated DingTalk
	Admin            bool      `json:"admin"`
	Boss             bool      `json:"boss"`
	Leader           bool      `json:"leader"`            // of this department
	ExclusiveAccount bool      `json:"exclusive_account"` // the fields below describe such accounts

	ExclusiveAccountType     string `json:"exclusive_account_type"` // "sso" or "dingtalk"
	LoginID                  string `json:"login_id"`               // for the type dingtalk
	Nickname                 string `json:"nickname"`
	ExclusiveAccountCorpName string `json:"exclusive_account_corp_name"` // the organisation that owns the account
	ExclusiveAccountCorpID   string `json:"exclusive_account_corp_id"`
	DisableStatus            bool   `json:"disable_status"` // the account is disabled
}

// ListUserBriefsRequest names a department and a page of its direct members.
type ListUserBriefsRequest struct {
	DeptID             int64  `json:"dept_id"`                       // RootDepartmentID for those directly below the root
	Cursor             int64  `json:"cursor"`                        // 0, then NextCursor of the page before
	Size               int64  `json:"size"`                          // 1 to 100; 0 is 100 for the iterator
	OrderField         string `json:"order_field,omitzero"`          // as for ListUsers
	ContainAccessLimit bool   `json:"contain_access_limit,omitzero"` // also people whose access is restricted
	Language           string `json:"language,omitzero"`             // "zh_CN", the default, or "en_US"
}

// ListUserBriefsResponse is a page of a department's direct members.
type ListUserBriefsResponse struct {
	HasMore    bool        `json:"has_more"`
	NextCursor int64       `json:"next_cursor"` // of the next page, if there is one
	List       []UserBrief `json:"list"`
}

// UserBrief is a person's userid and name.
type UserBrief struct {
	UserID string `json:"userid"`
	Name   string `json:"name"`
}

// ListUserIDsRequest names a department.
type ListUserIDsRequest struct {
	DeptID int64 `json:"dept_id"`
}

// ListUserIDsResponse holds the userids of a department's direct members.
type ListUserIDsResponse struct {
	UserIDList []string `json:"userid_list"`
}

// ListInactiveUserIDsRequest names a day and a page of those who did, or did not, log in on it.
type ListInactiveUserIDsRequest struct {
	IsActive  bool   `json:"is_active"`         // false: those who did not log in
	DeptIDs   IDList `json:"dept_ids,omitzero"` // at most 100; nil for the whole organisation
	Offset    int64  `json:"offset"`            // 0, then NextCursor of the page before
	Size      int64  `json:"size"`              // 1 to 100; 0 is 100 for the iterator
	QueryDate string `json:"query_date"`        // "20260901": within a month, and reliable from 09:00 of the day after
}

// ListInactiveUserIDsResponse is a page of userids.
type ListInactiveUserIDsResponse struct {
	HasMore    bool     `json:"has_more"`
	NextCursor int64    `json:"next_cursor"` // the offset of the next page, if there is one
	List       []string `json:"list"`
}

// ListUsers reads a page of a department's direct members. Users is the same as an iterator. A department
// that the app may not see is ErrPermission.
//
// DingTalk docs: "Obtain the details of the users of a department",
// https://help.dingtalk.io/open/development/queries-the-complete-information-of-a-department-user
func (c *Client) ListUsers(ctx context.Context, req ListUsersRequest) (*ListUsersResponse, error) {
	return call[ListUsersResponse](ctx, c, &contract.ListUsers, req)
}

// DepartmentUsers iterates over a department's direct members, page by page. An error is the last pair.
func (c *Client) DepartmentUsers(ctx context.Context, req ListUsersRequest) iter.Seq2[UserInDept, error] {
	return pages(&contract.ListUsers, req.Cursor, func(cursor int64) ([]UserInDept, int64, bool, error) {
		req := req
		req.Cursor, req.Size = cursor, orDefault(req.Size)
		page, err := c.ListUsers(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, page.NextCursor, page.HasMore, nil
	})
}

// ListUserBriefs reads a page of a department's direct members, by userid and name. UserBriefs is the same as
// an iterator. An unknown department is ErrNotFound.
//
// DingTalk docs: "Obtain the basic information of the users of a department",
// https://help.dingtalk.io/open/development/queries-the-simple-information-of-a-department-user
func (c *Client) ListUserBriefs(ctx context.Context, req ListUserBriefsRequest) (*ListUserBriefsResponse, error) {
	return call[ListUserBriefsResponse](ctx, c, &contract.ListUserBriefs, req)
}

// DepartmentUserBriefs iterates over a department's direct members, page by page. An error is the last pair.
func (c *Client) DepartmentUserBriefs(ctx context.Context, req ListUserBriefsRequest) iter.Seq2[UserBrief, error] {
	return pages(&contract.ListUserBriefs, req.Cursor, func(cursor int64) ([]UserBrief, int64, bool, error) {
		req := req
		req.Cursor, req.Size = cursor, orDefault(req.Size)
		page, err := c.ListUserBriefs(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, page.NextCursor, page.HasMore, nil
	})
}

// ListUserIDs lists the userids of a department's direct members, all at once. What the app may see does not
// limit the answer. An unknown department is ErrNotFound.
//
// DingTalk docs: "Obtain the userids of a department",
// https://open.dingtalk.com/document/development/query-the-list-of-department-userids
func (c *Client) ListUserIDs(ctx context.Context, req ListUserIDsRequest) (*ListUserIDsResponse, error) {
	return call[ListUserIDsResponse](ctx, c, &contract.ListUserIDs, req)
}

// ListInactiveUserIDs reads a page of those who did, or did not, log in on a day. InactiveUserIDs is the same
// as an iterator.
//
// DingTalk docs: "Obtain the list of users who did not log in to DingTalk",
// https://help.dingtalk.io/open/development/queries-the-inactive-users-or-active-users-under-an-enterprise
func (c *Client) ListInactiveUserIDs(ctx context.Context, req ListInactiveUserIDsRequest) (*ListInactiveUserIDsResponse, error) {
	return call[ListInactiveUserIDsResponse](ctx, c, &contract.ListInactiveUserIDs, req)
}

// InactiveUserIDs iterates over those who did, or did not, log in on a day, page by page. An error is the last
// pair.
func (c *Client) InactiveUserIDs(ctx context.Context, req ListInactiveUserIDsRequest) iter.Seq2[string, error] {
	return pages(&contract.ListInactiveUserIDs, req.Offset, func(offset int64) ([]string, int64, bool, error) {
		req := req
		req.Offset, req.Size = offset, orDefault(req.Size)
		page, err := c.ListInactiveUserIDs(ctx, req)
		if err != nil {
			return nil, 0, false, err
		}
		return page.List, page.NextCursor, page.HasMore, nil
	})
}

func orDefault(size int64) int64 {
	if size == 0 {
		return pageSize
	}
	return size
}

// User returns the fields of u as GetUser would show them. Those that the list of a department does not have are zero:
// roles, manager, and the order, title and leadership in each department.
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

// inDept returns the fields of u that the list of a department has. DeptOrder and Leader, which concern one department,
// are zero.
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
