package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

type createDepartmentAnswer struct {
	DeptID int64 `json:"dept_id"`
}

// createDepartment adds a department. The order of its checks is fixed: parent, contact scope, depth, name,
// visibility, custom fields.
func (s *Server) createDepartment(a args) (any, error) {
	d := &Department{}
	if err := s.arrange(d, a); err != nil {
		return nil, err
	}
	d.ID = s.org.newDepartmentID()
	s.org.attach(d)
	return createDepartmentAnswer{d.ID}, nil
}

// updateDepartment changes what was sent and nothing else. Its checks go on, after those of createDepartment,
// with the managers and the owner of the group.
func (s *Server) updateDepartment(a args) (any, error) {
	id, _ := a["dept_id"].(int64)
	stored := s.org.departments[id]
	switch {
	case stored == nil:
		return nil, refuse(60003)
	case id == contract.RootDepartmentID:
		return nil, refuse(60018)
	case !s.org.seesDepartment(id):
		return nil, refuse(50004)
	}
	d := stored.clone()
	if err := s.arrange(d, a); err != nil {
		return nil, err
	}
	set(a, "auto_add_user", &d.AutoAddUser)
	set(a, "group_contain_sub_dept", &d.GroupContainSubDept)
	set(a, "group_contain_outer_dept", &d.GroupContainOuterDept)
	set(a, "group_contain_hidden_dept", &d.GroupContainHiddenDept)
	set(a, "code", &d.Code)
	if err := s.staff(d, a); err != nil {
		return nil, err
	}
	s.org.replace(d)
	return nil, nil
}

// deleteDepartment removes a department that nobody is in, and none below.
func (s *Server) deleteDepartment(a args) (any, error) {
	id, _ := a["dept_id"].(int64)
	switch {
	case s.org.departments[id] == nil:
		return nil, refuse(60003)
	case id == contract.RootDepartmentID:
		return nil, refuse(60007)
	case !s.org.seesDepartment(id):
		return nil, refuse(50004)
	case s.org.headcount[id] > 0:
		return nil, refuse(60005)
	case len(s.org.children[id]) > 0:
		return nil, refuse(60006)
	}
	s.org.detach(id)
	s.org.forgetDepartmentScopes(id)
	delete(s.org.children, id)
	delete(s.org.headcount, id)
	return nil, nil
}

// arrange takes over what both writes may say of a department and checks it.
func (s *Server) arrange(d *Department, a args) error {
	set(a, "parent_id", &d.ParentID)
	set(a, "name", &d.Name)
	if err := s.checkPlace(d); err != nil {
		return err
	}
	set(a, "hide_dept", &d.HideDept)
	set(a, "dept_permits", &d.DeptPermits)
	set(a, "user_permits", &d.UserPermits)
	set(a, "outer_dept", &d.OuterDept)
	set(a, "outer_dept_only_self", &d.OuterDeptOnlySelf)
	set(a, "outer_permit_depts", &d.OuterPermitDepts)
	set(a, "outer_permit_users", &d.OuterPermitUsers)
	if err := s.checkVisibility(d, a); err != nil {
		return err
	}
	set(a, "auto_approve_apply", &d.AutoApproveApply)
	set(a, "order", &d.Order)
	set(a, "source_identifier", &d.SourceIdentifier)
	set(a, "brief", &d.Brief)
	set(a, "telephone", &d.Telephone)
	if a.has("extension") {
		d.Extension = tidyExtension(a.text("extension"))
	}
	if !isObject(d.Extension) {
		return refuse(60122, "extension is no JSON object")
	}
	set(a, "create_dept_group", &d.CreateDeptGroup)
	d.openGroup()
	return nil
}

// checkPlace holds a department's parent, if it is a new one, and name against the tree.
func (s *Server) checkPlace(d *Department) error {
	if before := s.org.departments[d.ID]; before == nil || before.ParentID != d.ParentID {
		if s.org.departments[d.ParentID] == nil {
			return refuse(60004)
		}
		above := s.org.chain(d.ParentID)
		switch {
		case !s.org.seesDepartment(d.ParentID):
			return refuse(50004)
		case slices.Contains(above, d.ID):
			return refuse(60010)
		case len(above)+s.org.height(d.ID) > maxDepth:
			return refuse(60002)
		}
	}
	switch {
	case !isDepartmentName(d.Name):
		return refuse(60001)
	case s.org.namesake(d) != 0:
		return refuse(60021)
	}
	return nil
}

// checkVisibility holds the lists that were sent against the organisation, and on update the two that go
// together against the limit they share.
func (s *Server) checkVisibility(d *Department, a args) error {
	const most = 50
	for _, pair := range []struct {
		depts, users string
		entries      int
	}{
		{"dept_permits", "user_permits", len(d.DeptPermits) + len(d.UserPermits)},
		{"outer_permit_depts", "outer_permit_users", len(d.OuterPermitDepts) + len(d.OuterPermitUsers)},
	} {
		depts, _ := a[pair.depts].([]int64)
		switch {
		case !s.org.exist(depts):
			return refuse(60109, pair.depts+" names a department that does not exist")
		case slices.ContainsFunc(a.names(pair.users), func(id string) bool { return s.org.users[id] == nil }):
			return refuse(60109, pair.users+" names a person who does not exist")
		case d.ID != 0 && (a.has(pair.depts) || a.has(pair.users)) && pair.entries > most:
			return refuse(60109, pair.depts+" and "+pair.users+" have more than 50 entries")
		}
	}
	return nil
}

// staff takes over a department's managers and the owner of its group, who have to be members. Those there
// are stay even if they left since.
func (s *Server) staff(d *Department, a args) error {
	isMember := func(userid string) bool { _, is := s.org.directMembers(d.ID)[userid]; return is }
	if clears(a, "dept_manager_userid_list") {
		set(a, "dept_manager_userid_list", &d.DeptManagerUserIDList)
		for _, userid := range d.DeptManagerUserIDList {
			if !isMember(userid) {
				return refuse(60111, "dept_manager_userid_list")
			}
		}
	}
	if set(a, "org_dept_owner", &d.OrgDeptOwner); !a.empty("org_dept_owner") && !isMember(d.OrgDeptOwner) {
		return refuse(40093)
	}
	return nil
}
