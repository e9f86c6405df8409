package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

type createDepartmentRequest struct {
	ParentID          *int64   `arg:"parent_id"`
	Name              *string  `arg:"name"`
	HideDept          *bool    `arg:"hide_dept"`
	DeptPermits       []int64  `arg:"dept_permits"`
	UserPermits       []string `arg:"user_permits"`
	OuterDept         *bool    `arg:"outer_dept"`
	OuterDeptOnlySelf *bool    `arg:"outer_dept_only_self"`
	OuterPermitDepts  []int64  `arg:"outer_permit_depts"`
	OuterPermitUsers  []string `arg:"outer_permit_users"`
	AutoApproveApply  *bool    `arg:"auto_approve_apply"`
	Order             *int64   `arg:"order"`
	SourceIdentifier  *string  `arg:"source_identifier"`
	Brief             *string  `arg:"brief"`
	Telephone         *string  `arg:"telephone"`
	Extension         *string  `arg:"extension"`
	CreateDeptGroup   *bool    `arg:"create_dept_group"`
}

// change returns the request as the directory takes it.
func (q createDepartmentRequest) change() directory.DepartmentChange {
	return directory.DepartmentChange{
		ParentID: q.ParentID, Name: q.Name, HideDept: q.HideDept, DeptPermits: q.DeptPermits, UserPermits: q.UserPermits,
		OuterDept: q.OuterDept, OuterDeptOnlySelf: q.OuterDeptOnlySelf, OuterPermitDepts: q.OuterPermitDepts,
		OuterPermitUsers: q.OuterPermitUsers, AutoApproveApply: q.AutoApproveApply, Order: q.Order,
		SourceIdentifier: q.SourceIdentifier, Brief: q.Brief, Telephone: q.Telephone, Extension: q.Extension,
		CreateDeptGroup: q.CreateDeptGroup,
	}
}

type createDepartmentResponse struct {
	DeptID int64 `json:"dept_id"`
}

// createDepartment adds a department.
//
// Assumed: create_dept_group creates a group chat, and false later does not remove it.
func (s *Server) createDepartment(q createDepartmentRequest) (any, error) {
	id, err := s.org.CreateDepartment(q.change())
	if err != nil {
		return nil, err
	}
	return createDepartmentResponse{id}, nil
}

type updateDepartmentRequest struct {
	DeptID int64 `arg:"dept_id"`
	createDepartmentRequest
	AutoAddUser            *bool    `arg:"auto_add_user"`
	GroupContainSubDept    *bool    `arg:"group_contain_sub_dept"`
	GroupContainOuterDept  *bool    `arg:"group_contain_outer_dept"`
	GroupContainHiddenDept *bool    `arg:"group_contain_hidden_dept"`
	Code                   *string  `arg:"code"`
	DeptManagerUserIDList  []string `arg:"dept_manager_userid_list"`
	OrgDeptOwner           *string  `arg:"org_dept_owner"`
	ForceUpdateFields      []string `arg:"force_update_fields"`
}

// updateDepartment changes what was sent and nothing else.
//
// Assumed: On an update the 50 entries that visibility lists share are counted for a hidden and for an outer
// department separately, with what is stored, and an empty text clears such a list. Managers and owners stay on the
// lists when they leave the department, and so do departments and people that are deleted.
func (s *Server) updateDepartment(q updateDepartmentRequest) (any, error) {
	c := q.change()
	c.AutoAddUser, c.Code, c.OrgDeptOwner = q.AutoAddUser, q.Code, q.OrgDeptOwner
	c.GroupContainSubDept = q.GroupContainSubDept
	c.GroupContainOuterDept, c.GroupContainHiddenDept = q.GroupContainOuterDept, q.GroupContainHiddenDept
	if len(q.DeptManagerUserIDList) > 0 || slices.Contains(q.ForceUpdateFields, "dept_manager_userid_list") {
		c.DeptManagerUserIDList = notNull(q.DeptManagerUserIDList)
	}
	return nil, s.org.UpdateDepartment(q.DeptID, c)
}

// deleteDepartment removes a department without people and children.
//
// Assumed: A department that has both people and sub-departments is refused with 60005. A deleted department takes its
// group chat with it.
func (s *Server) deleteDepartment(q deptIDRequest) (any, error) {
	return nil, s.org.DeleteDepartment(q.DeptID)
}
