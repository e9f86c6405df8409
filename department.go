package dingtalk

import (
	"cmp"
	"context"
	"encoding/json"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// RootDepartmentID is the department that every organisation has, and that all others are below.
const RootDepartmentID int64 = 1

// GetDepartmentRequest names a department.
type GetDepartmentRequest struct {
	DeptID   int64  `json:"dept_id"`
	Language string `json:"language,omitzero"` // "zh_CN", the default, or "en_US"
}

// Department is a department as the service describes it. What is not set is absent and thus zero.
type Department struct {
	DeptID                int64        `json:"dept_id"`
	Name                  string       `json:"name"`
	ParentID              int64        `json:"parent_id"` // 0 for the root
	Order                 int64        `json:"order"`     // the smaller, the nearer the top
	SourceIdentifier      string       `json:"source_identifier"`
	Tags                  string       `json:"tags"` // of schools: campus, period, grade, class
	FromUnionOrg          bool         `json:"from_union_org"`
	CreateDeptGroup       bool         `json:"create_dept_group"`
	AutoAddUser           bool         `json:"auto_add_user"` // new members join the chat group
	GroupContainSubDept   bool         `json:"group_contain_sub_dept"`
	AutoApproveApply      bool         `json:"auto_approve_apply"`
	HideDept              bool         `json:"hide_dept"`
	OuterDept             bool         `json:"outer_dept"` // its members see but part of the directory
	DeptGroupChatID       string       `json:"dept_group_chat_id"`
	OrgDeptOwner          string       `json:"org_dept_owner"` // owner of the chat group
	DeptManagerUserIDList []string     `json:"dept_manager_userid_list"`
	DeptPermits           []int64      `json:"dept_permits"` // who sees it, if it is hidden
	UserPermits           []string     `json:"user_permits"`
	OuterPermitDepts      []int64      `json:"outer_permit_depts"` // whom its members see besides, if it is outer
	OuterPermitUsers      []string     `json:"outer_permit_users"`
	Code                  string       `json:"code"`
	MemberCount           int64        `json:"member_count"`        // with the departments below
	OwningMemberCount     int64        `json:"owning_member_count"` // direct members
	UnionDeptExt          UnionDeptExt `json:"union_dept_ext"`      // the department of a linked organisation
	Brief                 string       `json:"brief"`
	Telephone             string       `json:"telephone"`
	Extention             Extension    `json:"extention"` // spelt so by the service
}

// UnionDeptExt names a department in a linked organisation.
type UnionDeptExt struct {
	CorpID string `json:"corp_id"`
	DeptID int64  `json:"dept_id"`
}

// UnmarshalJSON takes the names of the documentation's sample and of its table: corp_id and corpId.
func (u *UnionDeptExt) UnmarshalJSON(data []byte) error {
	if isEmpty(data) {
		*u = UnionDeptExt{}
		return nil
	}
	var in struct {
		CorpID  string `json:"corp_id"`
		CorpID2 string `json:"corpId"`
		DeptID  IDList `json:"dept_id"` // a number, perhaps in quotes
		DeptID2 IDList `json:"deptId"`
	}
	if err := json.Unmarshal(data, &in); err != nil {
		return err
	}
	*u = UnionDeptExt{CorpID: cmp.Or(in.CorpID, in.CorpID2), DeptID: cmp.Or(append(in.DeptID, in.DeptID2...)...)}
	return nil
}

// ListSubDepartmentsRequest names a department.
type ListSubDepartmentsRequest struct {
	DeptID   int64  `json:"dept_id,omitzero"`  // 0 for the root
	Language string `json:"language,omitzero"` // "zh_CN", the default, or "en_US"
}

// SubDepartment is a child of a department.
type SubDepartment struct {
	DeptID           int64     `json:"dept_id"`
	Name             string    `json:"name"`
	ParentID         int64     `json:"parent_id"`
	CreateDeptGroup  bool      `json:"create_dept_group"`
	AutoAddUser      bool      `json:"auto_add_user"`
	SourceIdentifier string    `json:"source_identifier"`
	Tags             string    `json:"tags"` // of schools: campus, period, grade, class
	FromUnionOrg     bool      `json:"from_union_org"`
	Ext              Extension `json:"ext"`
}

// ListSubDepartmentIDsRequest names a department.
type ListSubDepartmentIDsRequest struct {
	DeptID int64 `json:"dept_id"` // RootDepartmentID for the departments at the top
}

// ListSubDepartmentIDsResponse holds the IDs of a department's children.
type ListSubDepartmentIDsResponse struct {
	DeptIDList []int64 `json:"dept_id_list"` // empty for a department without children
}

// ListParentDepartmentsByDepartmentRequest names a department.
type ListParentDepartmentsByDepartmentRequest struct {
	DeptID int64 `json:"dept_id"`
}

// ListParentDepartmentsByDepartmentResponse is the way up to the root.
type ListParentDepartmentsByDepartmentResponse struct {
	ParentIDList []int64 `json:"parent_id_list"` // the department itself first, the root last
}

// ListParentDepartmentsByUserRequest names a person.
type ListParentDepartmentsByUserRequest struct {
	UserID string `json:"userid"`
}

// ListParentDepartmentsByUserResponse holds the ways up to the root.
type ListParentDepartmentsByUserResponse struct {
	ParentList []ParentDepartments `json:"parent_list"` // one for each department that the person is in
}

// ParentDepartments is the way from one department up to the root.
type ParentDepartments struct {
	ParentDeptIDList []int64 `json:"parent_dept_id_list"` // the department itself first, the root last
}

// GetDepartment reads a department. One that is not there is ErrNotFound, one that the app may not see
// ErrPermission.
//
// DingTalk docs: "Obtain the details of a department",
// https://open.dingtalk.com/document/development/query-department-details0-v2
func (c *Client) GetDepartment(ctx context.Context, req GetDepartmentRequest) (*Department, error) {
	return call[Department](ctx, c, &contract.GetDepartment, req)
}

// ListSubDepartments lists a department's direct children that the app may see, all at once.
//
// DingTalk docs: "Obtain the list of departments",
// https://help.dingtalk.io/open/development/user-management-acquires-the-list-departments
func (c *Client) ListSubDepartments(ctx context.Context, req ListSubDepartmentsRequest) ([]SubDepartment, error) {
	return entries[SubDepartment](ctx, c, &contract.ListSubDepartments, req)
}

// ListSubDepartmentIDs lists the IDs of a department's direct children, all at once. What the app may see
// does not limit the answer. An unknown department is ErrNotFound.
//
// DingTalk docs: "Obtain the list of sub-department IDs",
// https://help.dingtalk.io/open/development/obtain-the-list-of-sub-department-ids
func (c *Client) ListSubDepartmentIDs(ctx context.Context, req ListSubDepartmentIDsRequest) (*ListSubDepartmentIDsResponse, error) {
	return call[ListSubDepartmentIDsResponse](ctx, c, &contract.ListSubDepartmentIDs, req)
}

// ListParentDepartmentsByDepartment lists a department and those above it. An unknown one is ErrNotFound.
//
// DingTalk docs: "Obtain the parent departments of a department",
// https://help.dingtalk.io/open/development/query-the-list-of-all-parent-departments-of-a-department
func (c *Client) ListParentDepartmentsByDepartment(ctx context.Context, req ListParentDepartmentsByDepartmentRequest) (*ListParentDepartmentsByDepartmentResponse, error) {
	return call[ListParentDepartmentsByDepartmentResponse](ctx, c, &contract.ListParentDepartmentsByDepartment, req)
}

// ListParentDepartmentsByUser lists, for each department a person is in, that department and those above it.
// An unknown person is ErrNotFound.
//
// DingTalk docs: "Obtain the parent departments of a user",
// https://help.dingtalk.io/open/development/queries-the-list-of-all-parent-departments-of-a-user
func (c *Client) ListParentDepartmentsByUser(ctx context.Context, req ListParentDepartmentsByUserRequest) (*ListParentDepartmentsByUserResponse, error) {
	return call[ListParentDepartmentsByUserResponse](ctx, c, &contract.ListParentDepartmentsByUser, req)
}
