package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// CreateDepartmentRequest describes a department to create. Fields at their zero value are not sent, except the required
// Name and ParentID. The limits are the documented ones, in characters or entries; the service enforces them.
type CreateDepartmentRequest struct {
	Name     string `json:"name"`               // 1 to 64; must not contain "-", "," or "，"
	ParentID int64  `json:"parent_id"`          // RootDepartmentID for a top-level department
	HideDept bool   `json:"hide_dept,omitzero"` // visible only to those in the next two lists
	// DeptPermits and UserPermits have at most 50 entries each.
	DeptPermits       IDList    `json:"dept_permits,omitzero"`
	UserPermits       CommaList `json:"user_permits,omitzero"`
	OuterDept         bool      `json:"outer_dept,omitzero"`           // its members see only themselves,
	OuterDeptOnlySelf bool      `json:"outer_dept_only_self,omitzero"` // or their own department and those below it
	// OuterPermitUsers and OuterPermitDepts are what the members of such a department see as well, at most 50 entries each.
	OuterPermitUsers CommaList `json:"outer_permit_users,omitzero"`
	OuterPermitDepts IDList    `json:"outer_permit_depts,omitzero"`
	CreateDeptGroup  bool      `json:"create_dept_group,omitzero"` // create a chat group for its members
	AutoApproveApply bool      `json:"auto_approve_apply,omitzero"`
	Order            int64     `json:"order,omitzero"` // ascending: the smallest is at the top, unlike the order of users
	SourceIdentifier string    `json:"source_identifier,omitzero"`
	Brief            string    `json:"brief,omitzero"`     // at most 255
	Telephone        string    `json:"telephone,omitzero"` // at most 50
	Extension        Extension `json:"extension,omitzero"`
}

// CreateDepartmentResponse holds the ID of the department that was created.
type CreateDepartmentResponse struct {
	DeptID int64 `json:"dept_id"`
}

// UpdateDepartmentRequest names a department and the fields to change. A nil pointer or slice leaves a field as it is;
// new(false), new("") and an empty slice are changes.
type UpdateDepartmentRequest struct {
	DeptID   int64   `json:"dept_id"`
	Name     *string `json:"name,omitzero"`      // 1 to 64; must not contain "-", "," or "，"
	ParentID *int64  `json:"parent_id,omitzero"` // moves the department; the new parent must not be below it
	HideDept *bool   `json:"hide_dept,omitzero"` // visible only to those in the next two lists
	// The visibility lists have at most 50 entries together.
	DeptPermits       IDList     `json:"dept_permits,omitzero"`
	UserPermits       CommaList  `json:"user_permits,omitzero"`
	OuterDept         *bool      `json:"outer_dept,omitzero"`           // its members see only themselves,
	OuterDeptOnlySelf *bool      `json:"outer_dept_only_self,omitzero"` // or their own department and those below it
	OuterPermitUsers  CommaList  `json:"outer_permit_users,omitzero"`
	OuterPermitDepts  IDList     `json:"outer_permit_depts,omitzero"`
	CreateDeptGroup   *bool      `json:"create_dept_group,omitzero"` // create a chat group for its members
	AutoApproveApply  *bool      `json:"auto_approve_apply,omitzero"`
	Order             *int64     `json:"order,omitzero"` // ascending: the smallest is at the top
	SourceIdentifier  *string    `json:"source_identifier,omitzero"`
	Brief             *string    `json:"brief,omitzero"`     // at most 255
	Telephone         *string    `json:"telephone,omitzero"` // at most 50
	Extension         *Extension `json:"extension,omitzero"`
	Language          *string    `json:"language,omitzero"`      // "zh_CN" or "en_US"
	AutoAddUser       *bool      `json:"auto_add_user,omitzero"` // new members join the chat group
	// DeptManagerUserIDList holds members of the department. To clear it, use ForceUpdateFields.
	DeptManagerUserIDList  CommaList `json:"dept_manager_userid_list,omitzero"`
	GroupContainSubDept    *bool     `json:"group_contain_sub_dept,omitzero"`
	GroupContainOuterDept  *bool     `json:"group_contain_outer_dept,omitzero"`
	GroupContainHiddenDept *bool     `json:"group_contain_hidden_dept,omitzero"`
	OrgDeptOwner           *string   `json:"org_dept_owner,omitzero"`      // the owner of the chat group, who is a member
	ForceUpdateFields      CommaList `json:"force_update_fields,omitzero"` // only "dept_manager_userid_list"
	Code                   *string   `json:"code,omitzero"`                // at most 30
}

// DeleteDepartmentRequest names the department to delete.
type DeleteDepartmentRequest struct {
	DeptID int64 `json:"dept_id"`
}

// CreateDepartment creates a department and returns its ID. The error matches ErrAlreadyExists if the parent has a child
// of that name, and ErrNotFound if there is no such parent. The request is repeated only when it is proven that nothing
// was applied.
//
// DingTalk docs: "Create a department",
// https://help.dingtalk.io/open/development/address-book-creation-department-established-department
func (c *Client) CreateDepartment(ctx context.Context, req CreateDepartmentRequest) (*CreateDepartmentResponse, error) {
	return call[CreateDepartmentResponse](ctx, c, &contract.CreateDepartment, req)
}

// UpdateDepartment changes the fields that the request sets. The error matches ErrPrecondition for the root department,
// and for a move that would make a cycle.
//
// DingTalk docs: "Update a department",
// https://help.dingtalk.io/open/development/address-book-update-department
func (c *Client) UpdateDepartment(ctx context.Context, req UpdateDepartmentRequest) error {
	return perform(ctx, c, &contract.UpdateDepartment, req)
}

// DeleteDepartment deletes a department. The error matches ErrPrecondition for the root, and for a department that has
// users or other departments in it. The request is repeated after transient failures; if a repetition does not find the
// department, the error matches both ErrNotFound and ErrOutcomeUnknown.
//
// DingTalk docs: "Delete a department",
// https://help.dingtalk.io/open/development/address-book-deletion-department
func (c *Client) DeleteDepartment(ctx context.Context, req DeleteDepartmentRequest) error {
	return perform(ctx, c, &contract.DeleteDepartment, req)
}
