package emulator

import "github.com/dingtalk-contacts/dingtalk-go/internal/contract"

// departmentResponse is the result of department/get. Flags, counts and lists are always present, as in the documented
// sample, and so is brief, as in live responses; other fields without a value are absent.
type departmentResponse struct {
	DeptID                int64         `json:"dept_id"`
	Name                  string        `json:"name"`
	ParentID              int64         `json:"parent_id,omitzero"`
	Order                 int64         `json:"order,omitzero"`
	SourceIdentifier      string        `json:"source_identifier,omitzero"`
	Tags                  string        `json:"tags,omitzero"`
	FromUnionOrg          bool          `json:"from_union_org"`
	CreateDeptGroup       bool          `json:"create_dept_group"`
	AutoAddUser           bool          `json:"auto_add_user"`
	GroupContainSubDept   bool          `json:"group_contain_sub_dept"`
	AutoApproveApply      bool          `json:"auto_approve_apply"`
	HideDept              bool          `json:"hide_dept"`
	OuterDept             bool          `json:"outer_dept"`
	DeptGroupChatID       string        `json:"dept_group_chat_id,omitzero"`
	OrgDeptOwner          string        `json:"org_dept_owner,omitzero"`
	DeptManagerUserIDList []string      `json:"dept_manager_userid_list"`
	DeptPermits           []int64       `json:"dept_permits"`
	UserPermits           []string      `json:"user_permits"`
	OuterPermitDepts      []int64       `json:"outer_permit_depts"`
	OuterPermitUsers      []string      `json:"outer_permit_users"`
	Code                  string        `json:"code,omitzero"`
	MemberCount           int64         `json:"member_count"`
	OwningMemberCount     int64         `json:"owning_member_count"`
	UnionDeptExt          *unionDeptExt `json:"union_dept_ext,omitzero"`
	Brief                 string        `json:"brief"`
	Telephone             string        `json:"telephone,omitzero"`
	Extention             string        `json:"extention,omitzero"` // sic
}

type unionDeptExt struct {
	CorpID string `json:"corp_id"`
	DeptID int64  `json:"dept_id"`
}

type deptIDRequest struct {
	DeptID int64 `arg:"dept_id"`
}

// getDepartment reads one department.
//
// Assumed: department/get shows visibility lists only where they have an effect and an empty array otherwise, and the
// owner of a group chat only where there is one. An order of 0, which the root has, is absent. The ext of listsub is the extension.
// member_count counts a person once, in however many departments below.
func (s *Server) getDepartment(q deptIDRequest) (any, error) {
	d, err := s.org.VisibleDepartment(q.DeptID)
	if err != nil {
		return nil, err
	}
	out := departmentResponse{
		DeptID: d.ID, Name: d.Name, ParentID: d.ParentID, Order: d.Order,
		SourceIdentifier: d.SourceIdentifier, Tags: d.Tags, FromUnionOrg: d.FromUnionOrg,
		CreateDeptGroup: d.CreateDeptGroup, AutoAddUser: d.AutoAddUser,
		GroupContainSubDept: d.GroupContainSubDept, AutoApproveApply: d.AutoApproveApply,
		HideDept: d.HideDept, OuterDept: d.OuterDept,
		DeptManagerUserIDList: notNull(d.DeptManagerUserIDList),
		DeptPermits:           listedIf(d.DeptPermits, d.HideDept),
		UserPermits:           listedIf(d.UserPermits, d.HideDept),
		OuterPermitDepts:      listedIf(d.OuterPermitDepts, d.OuterDept),
		OuterPermitUsers:      listedIf(d.OuterPermitUsers, d.OuterDept),
		Code:                  d.Code,
		MemberCount:           s.org.Headcount(d.ID), OwningMemberCount: s.org.DirectCount(d.ID),
		UnionDeptExt: (*unionDeptExt)(d.UnionDeptExt), Brief: d.Brief, Telephone: d.Telephone, Extention: d.Extension,
	}
	if d.DeptGroupChatID != "" {
		out.DeptGroupChatID, out.OrgDeptOwner = d.DeptGroupChatID, d.OrgDeptOwner
	}
	return out, nil
}

// listedIf returns a list as responses hold it: never null, and empty where it has no effect.
func listedIf[T any](list []T, effective bool) []T {
	if !effective {
		return []T{}
	}
	return notNull(list)
}

type subDepartment struct {
	DeptID           int64  `json:"dept_id"`
	Name             string `json:"name"`
	ParentID         int64  `json:"parent_id"`
	CreateDeptGroup  bool   `json:"create_dept_group"`
	AutoAddUser      bool   `json:"auto_add_user"`
	SourceIdentifier string `json:"source_identifier,omitzero"`
	Tags             string `json:"tags,omitzero"`
	FromUnionOrg     bool   `json:"from_union_org"`
	Ext              string `json:"ext,omitzero"`
}

type listSubRequest struct {
	DeptID *int64 `arg:"dept_id"`
}

// listSubDepartments lists the direct children of a department that the app may see.
func (s *Server) listSubDepartments(q listSubRequest) (any, error) {
	parent := contract.RootDepartmentID
	set(&parent, q.DeptID)
	children, err := s.org.VisibleChildren(parent)
	if err != nil {
		return nil, err
	}
	out := []subDepartment{}
	for _, d := range children {
		out = append(out, subDepartment{
			DeptID: d.ID, Name: d.Name, ParentID: d.ParentID,
			CreateDeptGroup: d.CreateDeptGroup, AutoAddUser: d.AutoAddUser,
			SourceIdentifier: d.SourceIdentifier, Tags: d.Tags, FromUnionOrg: d.FromUnionOrg,
			Ext: d.Extension,
		})
	}
	return out, nil
}

type subDepartmentIDs struct {
	DeptIDList []int64 `json:"dept_id_list"` // an empty array for a leaf, never null
}

// listSubDepartmentIDs lists the direct children of a department in their order, all of them: the contact
// scope does not limit it.
func (s *Server) listSubDepartmentIDs(q deptIDRequest) (any, error) {
	ids, err := s.org.Children(q.DeptID)
	if err != nil {
		return nil, err
	}
	return subDepartmentIDs{ids}, nil
}

type parentsOfDepartment struct {
	ParentIDList []int64 `json:"parent_id_list"`
}

// listParentDepartmentsByDepartment lists a department and those above it, in the contact scope or not.
func (s *Server) listParentDepartmentsByDepartment(q deptIDRequest) (any, error) {
	d, err := s.org.VisibleDepartment(q.DeptID)
	if err != nil {
		return nil, err
	}
	return parentsOfDepartment{s.org.Ancestors(d.ID)}, nil
}

type parentsOfUser struct {
	ParentList []parentChain `json:"parent_list"`
}

type parentChain struct {
	ParentDeptIDList []int64 `json:"parent_dept_id_list"`
}

// listParentDepartmentsByUser lists, for each department a person is in, that department and those above it.
func (s *Server) listParentDepartmentsByUser(q userIDRequest) (any, error) {
	u, err := s.org.VisibleUser(q.UserID)
	if err != nil {
		return nil, err
	}
	out := parentsOfUser{ParentList: []parentChain{}}
	for _, id := range u.DeptIDList {
		out.ParentList = append(out.ParentList, parentChain{s.org.Ancestors(id)})
	}
	return out, nil
}
