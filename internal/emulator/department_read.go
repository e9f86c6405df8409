package emulator

import "github.com/dingtalk-contacts/dingtalk-go/internal/contract"

// departmentAnswer is the result of department/get. Flags, counts and lists are there always, as in the
// documented sample, and nothing else that has no value.
type departmentAnswer struct {
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
	UnionDeptExt          *UnionDeptExt `json:"union_dept_ext,omitzero"`
	Brief                 string        `json:"brief,omitzero"`
	Telephone             string        `json:"telephone,omitzero"`
	Extention             string        `json:"extention,omitzero"` // sic
}

// getDepartment reads one department.
func (s *Server) getDepartment(a args) (any, error) {
	d, err := s.visibleDepartment(a)
	if err != nil {
		return nil, err
	}
	out := departmentAnswer{
		DeptID: d.ID, Name: d.Name, ParentID: d.ParentID, Order: d.Order,
		SourceIdentifier: d.SourceIdentifier, Tags: d.Tags, FromUnionOrg: d.FromUnionOrg,
		CreateDeptGroup: d.CreateDeptGroup, AutoAddUser: d.AutoAddUser,
		GroupContainSubDept: d.GroupContainSubDept, AutoApproveApply: d.AutoApproveApply,
		HideDept: d.HideDept, OuterDept: d.OuterDept,
		DeptManagerUserIDList: listed(d.DeptManagerUserIDList, true),
		DeptPermits:           listed(d.DeptPermits, d.HideDept),
		UserPermits:           listed(d.UserPermits, d.HideDept),
		OuterPermitDepts:      listed(d.OuterPermitDepts, d.OuterDept),
		OuterPermitUsers:      listed(d.OuterPermitUsers, d.OuterDept),
		Code:                  d.Code,
		MemberCount:           s.org.headcount[d.ID], OwningMemberCount: int64(len(s.org.directMembers(d.ID))),
		UnionDeptExt: d.UnionDeptExt, Brief: d.Brief, Telephone: d.Telephone, Extention: d.Extension,
	}
	if d.DeptGroupChatID != "" {
		out.DeptGroupChatID, out.OrgDeptOwner = d.DeptGroupChatID, d.OrgDeptOwner
	}
	return out, nil
}

// listed is a list as answers hold it, never null, and empty where it has no effect.
func listed[T any](list []T, effective bool) []T {
	if !effective || list == nil {
		return []T{}
	}
	return list
}

// visibleDepartment is the department a call names.
func (s *Server) visibleDepartment(a args) (*Department, error) {
	id, _ := a["dept_id"].(int64)
	d := s.org.departments[id]
	switch {
	case d == nil:
		return nil, refuse(60003)
	case !s.org.seesDepartment(id):
		return nil, refuse(50004)
	}
	return d, nil
}

type subDepartmentAnswer struct {
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

// listSubDepartments lists the direct children of a department that the app may see. The department itself
// may be out of sight: otherwise nobody could begin at the root.
func (s *Server) listSubDepartments(a args) (any, error) {
	parent := contract.RootDepartmentID
	set(a, "dept_id", &parent)
	if s.org.departments[parent] == nil {
		return nil, refuse(60003)
	}
	out := []subDepartmentAnswer{}
	for _, id := range s.org.childrenOf(parent) {
		if !s.org.seesDepartment(id) {
			continue
		}
		d := s.org.departments[id]
		out = append(out, subDepartmentAnswer{
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
func (s *Server) listSubDepartmentIDs(a args) (any, error) {
	parent, _ := a["dept_id"].(int64)
	if s.org.departments[parent] == nil {
		return nil, refuse(60003)
	}
	return subDepartmentIDs{s.org.childrenOf(parent)}, nil
}

type parentsOfDepartment struct {
	ParentIDList []int64 `json:"parent_id_list"`
}

// listParentDepartmentsByDepartment lists a department and those above it, in the contact scope or not.
func (s *Server) listParentDepartmentsByDepartment(a args) (any, error) {
	d, err := s.visibleDepartment(a)
	if err != nil {
		return nil, err
	}
	return parentsOfDepartment{s.org.chain(d.ID)}, nil
}

type parentsOfUser struct {
	ParentList []parentChain `json:"parent_list"`
}

type parentChain struct {
	ParentDeptIDList []int64 `json:"parent_dept_id_list"`
}

// listParentDepartmentsByUser lists, for each department a person is in, that department and those above it.
func (s *Server) listParentDepartmentsByUser(a args) (any, error) {
	u := s.org.users[a.text("userid")]
	switch {
	case u == nil:
		return nil, refuse(33012)
	case !s.org.seesUser(u):
		return nil, refuse(50002)
	}
	out := parentsOfUser{ParentList: []parentChain{}}
	for _, id := range u.DeptIDList {
		out.ParentList = append(out.ParentList, parentChain{s.org.chain(id)})
	}
	return out, nil
}
