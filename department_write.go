package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// CreateDepartmentRequest describes a department to add. Fields at their zero value are not sent.
type CreateDepartmentRequest struct {
	Name     string `json:"name"`               // 1 to 64, without "-", "," and "，"
	ParentID int64  `json:"parent_id"`          // RootDepartmentID for one at the top
	HideDept bool   `json:"hide_dept,omitzero"` // seen only by those whom the next two name
	// DeptPermits and UserPermits are at most 50 each.
	DeptPermits       IDList    `json:"dept_permits,omitzero"`
	UserPermits       CommaList `json:"user_permits,omitzero"`
	OuterDept         bool      `json:"outer_dept,omitzero"`           // its members see but part of the directory:
	OuterDeptOnlySelf bool      `json:"outer_dept_only_self,omitzero"` // their own department and below; else themselves
	// OuterPermitUsers and OuterPermitDepts, at most 50 each, are seen by them besides.
	OuterPermitUsers CommaList `json:"outer_permit_users,omitzero"`
	OuterPermitDepts IDList    `json:"outer_permit_depts,omitzero"`
	CreateDeptGroup  bool      `json:"create_dept_group,omitzero"` // a chat group of its members
	AutoApproveApply bool      `json:"auto_approve_apply,omitzero"`
	Order            int64     `json:"order,omitzero"` // the smaller, the nearer the top, unlike that of people
	SourceIdentifier string    `json:"source_identifier,omitzero"`
	Brief            string    `json:"brief,omitzero"`     // at most 255
	Telephone        string    `json:"telephone,omitzero"` // at most 50
	Extension        Extension `json:"extension,omitzero"`
}

// CreateDepartmentResponse names the department that was added.
type CreateDepartmentResponse struct {
	DeptID int64 `json:"dept_id"`
}

// UpdateDepartmentRequest names a department and what is to change. A nil pointer or slice leaves a field as
// it is; new(false), new("") and an empty slice are changes.
type UpdateDepartmentRequest struct {
	DeptID   int64   `json:"dept_id"`
	Name     *string `json:"name,omitzero"`      // 1 to 64, without "-", "," and "，"
	ParentID *int64  `json:"parent_id,omitzero"` // moves it; not below itself
	HideDept *bool   `json:"hide_dept,omitzero"` // seen only by those whom the next two name
	// The visibility lists are at most 50 together.
	DeptPermits       IDList     `json:"dept_permits,omitzero"`
	UserPermits       CommaList  `json:"user_permits,omitzero"`
	OuterDept         *bool      `json:"outer_dept,omitzero"`           // its members see but part of the directory:
	OuterDeptOnlySelf *bool      `json:"outer_dept_only_self,omitzero"` // their own department and below; else themselves
	OuterPermitUsers  CommaList  `json:"outer_permit_users,omitzero"`
	OuterPermitDepts  IDList     `json:"outer_permit_depts,omitzero"`
	CreateDeptGroup   *bool      `json:"create_dept_group,omitzero"` // a chat group of its members
	AutoApproveApply  *bool      `json:"auto_approve_apply,omitzero"`
	Order             *int64     `json:"order,omitzero"` // the smaller, the nearer the top
	SourceIdentifier  *string    `json:"source_identifier,omitzero"`
	Brief             *string    `json:"brief,omitzero"`     // at most 255
	Telephone         *string    `json:"telephone,omitzero"` // at most 50
	Extension         *Extension `json:"extension,omitzero"`
	Language          *string    `json:"language,omitzero"`      // "zh_CN" or "en_US"
	AutoAddUser       *bool      `json:"auto_add_user,omitzero"` // new members join the chat group
	// DeptManagerUserIDList are members of the department; to clear it see ForceUpdateFields.
	DeptManagerUserIDList  CommaList `json:"dept_manager_userid_list,omitzero"`
	GroupContainSubDept    *bool     `json:"group_contain_sub_dept,omitzero"`
	GroupContainOuterDept  *bool     `json:"group_contain_outer_dept,omitzero"`
	GroupContainHiddenDept *bool     `json:"group_contain_hidden_dept,omitzero"`
	OrgDeptOwner           *string   `json:"org_dept_owner,omitzero"`      // owner of the chat group, who is a member
	ForceUpdateFields      CommaList `json:"force_update_fields,omitzero"` // only "dept_manager_userid_list"
	Code                   *string   `json:"code,omitzero"`                // at most 30
}

// DeleteDepartmentRequest names a department.
type DeleteDepartmentRequest struct {
	DeptID int64 `json:"dept_id"`
}

// CreateDepartment adds a department and returns its ID. A name that is taken under the same parent is
// ErrAlreadyExists, an unknown parent ErrNotFound. It is sent again only after an answer that proves that
// nothing was done.
//
// DingTalk docs: "Create a department",
// https://help.dingtalk.io/open/development/address-book-creation-department-established-department
func (c *Client) CreateDepartment(ctx context.Context, req CreateDepartmentRequest) (*CreateDepartmentResponse, error) {
	return call[CreateDepartmentResponse](ctx, c, &contract.CreateDepartment, req)
}

// UpdateDepartment changes the fields that the request sets. The root department, and a move that would make
// a circle, are ErrPrecondition.
//
// DingTalk docs: "Update a department",
// https://help.dingtalk.io/open/development/address-book-update-department
func (c *Client) UpdateDepartment(ctx context.Context, req UpdateDepartmentRequest) error {
	return perform(ctx, c, &contract.UpdateDepartment, req)
}

// DeleteDepartment removes a department. One that has people or departments below it is ErrPrecondition, and
// so is the root. It is repeated after transient failures; where the repetition finds none, the error matches
// ErrNotFound and ErrOutcomeUnknown.
//
// DingTalk docs: "Delete a department",
// https://help.dingtalk.io/open/development/address-book-deletion-department
func (c *Client) DeleteDepartment(ctx context.Context, req DeleteDepartmentRequest) error {
	return perform(ctx, c, &contract.DeleteDepartment, req)
}
