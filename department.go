package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// RootDepartmentID is the ID of the root department, which every organization has and which all others are below.
const RootDepartmentID int64 = 1

// GetDepartmentRequest names the department to read.
type GetDepartmentRequest struct {
	DeptID   int64  `json:"dept_id"`
	Language string `json:"language,omitzero"` // "zh_CN", the default, or "en_US"
}

// Department is a department as the service describes it. The service leaves out fields that are not set; they are zero.
type Department struct {
	DeptID                int64        `json:"dept_id"`
	Name                  string       `json:"name"`
	ParentID              int64        `json:"parent_id"` // 0 for the root
	Order                 int64        `json:"order"`     // ascending: the smallest is at the top
	SourceIdentifier      string       `json:"source_identifier"`
	Tags                  string       `json:"tags"` // for schools: campus, period, grade, class
	FromUnionOrg          bool         `json:"from_union_org"`
	CreateDeptGroup       bool         `json:"create_dept_group"`
	AutoAddUser           bool         `json:"auto_add_user"` // new members join the chat group
	GroupContainSubDept   bool         `json:"group_contain_sub_dept"`
	AutoApproveApply      bool         `json:"auto_approve_apply"`
	HideDept              bool         `json:"hide_dept"`
	OuterDept             bool         `json:"outer_dept"` // its members see only part of the directory
	DeptGroupChatID       string       `json:"dept_group_chat_id"`
	OrgDeptOwner          string       `json:"org_dept_owner"` // the user ID of the owner of the chat group
	DeptManagerUserIDList []string     `json:"dept_manager_userid_list"`
	DeptPermits           []int64      `json:"dept_permits"`       // the departments that see it if it is hidden
	UserPermits           []string     `json:"user_permits"`       // the users who see it if it is hidden
	OuterPermitDepts      []int64      `json:"outer_permit_depts"` // what its members see as well, if OuterDept is set
	OuterPermitUsers      []string     `json:"outer_permit_users"`
	Code                  string       `json:"code"`
	MemberCount           int64        `json:"member_count"`        // including the departments below
	OwningMemberCount     int64        `json:"owning_member_count"` // direct members
	UnionDeptExt          UnionDeptExt `json:"union_dept_ext"`      // its counterpart in a linked organization
	Brief                 string       `json:"brief"`
	Telephone             string       `json:"telephone"`
	Extention             Extension    `json:"extention"` // custom fields; the service spells it like this
}

// UnionDeptExt names a department of a linked organization.
type UnionDeptExt struct {
	CorpID string `json:"corp_id" also:"corpId"`
	DeptID int64  `json:"dept_id" also:"deptId"`
}

// ListSubDepartmentsRequest names the department whose children to list.
type ListSubDepartmentsRequest struct {
	DeptID   int64  `json:"dept_id,omitzero"`  // 0 is the root
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
	Tags             string    `json:"tags"` // for schools: campus, period, grade, class
	FromUnionOrg     bool      `json:"from_union_org"`
	Ext              Extension `json:"ext"`
}

// department returns the fields of s as a Department.
func (s *SubDepartment) department() *Department {
	return &Department{
		DeptID: s.DeptID, Name: s.Name, ParentID: s.ParentID, CreateDeptGroup: s.CreateDeptGroup, AutoAddUser: s.AutoAddUser,
		SourceIdentifier: s.SourceIdentifier, Tags: s.Tags, FromUnionOrg: s.FromUnionOrg,
	}
}

// ListSubDepartmentIDsRequest names the department whose children to list.
type ListSubDepartmentIDsRequest struct {
	DeptID int64 `json:"dept_id"` // RootDepartmentID for the top-level departments
}

// ListSubDepartmentIDsResponse holds the IDs of a department's children.
type ListSubDepartmentIDsResponse struct {
	DeptIDList []int64 `json:"dept_id_list"` // empty for a department without children
}

// ListParentDepartmentsByDepartmentRequest names the department whose ancestors to list.
type ListParentDepartmentsByDepartmentRequest struct {
	DeptID int64 `json:"dept_id"`
}

// ListParentDepartmentsByDepartmentResponse holds the path from a department to the root.
type ListParentDepartmentsByDepartmentResponse struct {
	ParentIDList []int64 `json:"parent_id_list"` // the department itself first, the root last
}

// ListParentDepartmentsByUserRequest names the user whose departments and their ancestors to list.
type ListParentDepartmentsByUserRequest struct {
	UserID string `json:"userid"`
}

// ListParentDepartmentsByUserResponse holds the paths from the departments of a user to the root.
type ListParentDepartmentsByUserResponse struct {
	ParentList []ParentDepartments `json:"parent_list"` // one for each department that the user is in
}

// ParentDepartments is the path from one department to the root.
type ParentDepartments struct {
	ParentDeptIDList []int64 `json:"parent_dept_id_list"` // the department itself first, the root last
}

// GetDepartment reads a department. The error matches ErrNotFound if there is no such department, and ErrPermission if
// the app may not see it.
//
// DingTalk docs: "Obtain the details of a department",
// https://open.dingtalk.com/document/development/query-department-details0-v2
func (c *Client) GetDepartment(ctx context.Context, req GetDepartmentRequest) (*Department, error) {
	return call[Department](ctx, c, &contract.GetDepartment, req)
}

// ListSubDepartments lists the direct children of a department that the app may see, in one response.
//
// DingTalk docs: "Obtain the list of departments",
// https://help.dingtalk.io/open/development/user-management-acquires-the-list-departments
func (c *Client) ListSubDepartments(ctx context.Context, req ListSubDepartmentsRequest) ([]SubDepartment, error) {
	return entries[SubDepartment](ctx, c, &contract.ListSubDepartments, req)
}

// ListSubDepartmentIDs lists the IDs of a department's direct children in one response, including those that the app
// may not see. The error matches ErrNotFound if there is no such department.
//
// DingTalk docs: "Obtain the list of sub-department IDs",
// https://help.dingtalk.io/open/development/obtain-the-list-of-sub-department-ids
func (c *Client) ListSubDepartmentIDs(ctx context.Context, req ListSubDepartmentIDsRequest) (*ListSubDepartmentIDsResponse, error) {
	return call[ListSubDepartmentIDsResponse](ctx, c, &contract.ListSubDepartmentIDs, req)
}

// ListParentDepartmentsByDepartment lists a department and its ancestors. The error matches ErrNotFound if there is no
// such department.
//
// DingTalk docs: "Obtain the parent departments of a department",
// https://help.dingtalk.io/open/development/query-the-list-of-all-parent-departments-of-a-department
func (c *Client) ListParentDepartmentsByDepartment(ctx context.Context, req ListParentDepartmentsByDepartmentRequest) (*ListParentDepartmentsByDepartmentResponse, error) {
	return call[ListParentDepartmentsByDepartmentResponse](ctx, c, &contract.ListParentDepartmentsByDepartment, req)
}

// ListParentDepartmentsByUser lists, for each department that a user is in, that department and its ancestors. The
// error matches ErrNotFound if there is no such user.
//
// DingTalk docs: "Obtain the parent departments of a user",
// https://help.dingtalk.io/open/development/queries-the-list-of-all-parent-departments-of-a-user
func (c *Client) ListParentDepartmentsByUser(ctx context.Context, req ListParentDepartmentsByUserRequest) (*ListParentDepartmentsByUserResponse, error) {
	return call[ListParentDepartmentsByUserResponse](ctx, c, &contract.ListParentDepartmentsByUser, req)
}
