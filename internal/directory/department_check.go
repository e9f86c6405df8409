package directory

import "slices"

// checkDepartment checks what both writes set of a department.
func (o *Organization) checkDepartment(d *Department, c DepartmentChange) error {
	if err := o.checkPlace(d); err != nil {
		return err
	}
	if err := o.checkVisibility(d, c); err != nil {
		return err
	}
	if !isObject(d.Extension) {
		return refuseDetail(BadCustomFields, "extension is not a JSON object")
	}
	return nil
}

// checkPlace checks the parent of a department, if it is a new one, and the name against the tree.
func (o *Organization) checkPlace(d *Department) error {
	if before := o.departments[d.ID]; before == nil || before.ParentID != d.ParentID {
		if o.departments[d.ParentID] == nil || isHomeSchool(d.ParentID) {
			return refuse(UnknownParent)
		}
		above := o.Ancestors(d.ParentID)
		switch {
		case !o.seesDepartment(d.ParentID):
			return refuse(DepartmentOutOfScope)
		case slices.Contains(above, d.ID):
			return refuse(DepartmentCycle)
		case len(above)+o.depth(d.ID) > maxDepth:
			return refuse(DepartmentTooDeep)
		}
	}
	switch {
	case !isDepartmentName(d.Name):
		return refuse(BadDepartmentName)
	case o.sameName(d) != 0:
		return refuse(DepartmentNameTaken)
	}
	return nil
}

// checkVisibility checks the visibility lists that are set against the organization and, on an update, the entries of
// both lists of a pair against the limit that they share.
func (o *Organization) checkVisibility(d *Department, c DepartmentChange) error {
	const maxEntries = 50
	for _, pair := range []struct {
		depts, users string
		setDepts     []int64
		setUsers     []string
		entries      int
	}{
		{"dept_permits", "user_permits", c.DeptPermits, c.UserPermits, len(d.DeptPermits) + len(d.UserPermits)},
		{
			"outer_permit_depts", "outer_permit_users", c.OuterPermitDepts, c.OuterPermitUsers,
			len(d.OuterPermitDepts) + len(d.OuterPermitUsers),
		},
	} {
		switch {
		case !o.exist(pair.setDepts):
			return refuseDetail(BadVisibility, pair.depts+" names a department that does not exist")
		case slices.ContainsFunc(pair.setUsers, func(id string) bool { return o.users[id] == nil }):
			return refuseDetail(BadVisibility, pair.users+" names a person who does not exist")
		case d.ID != 0 && (pair.setDepts != nil || pair.setUsers != nil) && pair.entries > maxEntries:
			return refuseDetail(BadVisibility, pair.depts+" and "+pair.users+" have more than 50 entries")
		}
	}
	return nil
}

// checkManagers checks the managers of a department and the owner of its group chat, who have to be members, where
// they are set. Those who are stored may stay even if they left the department since.
func (o *Organization) checkManagers(d *Department, c DepartmentChange) error {
	isMember := func(userid string) bool { _, is := o.directMembers(d.ID)[userid]; return is }
	if slices.ContainsFunc(c.DeptManagerUserIDList, func(userid string) bool { return !isMember(userid) }) {
		return refuseDetail(ManagerNotMember, "dept_manager_userid_list")
	}
	if c.OrgDeptOwner != nil && *c.OrgDeptOwner != "" && !isMember(*c.OrgDeptOwner) {
		return refuse(OwnerNotMember)
	}
	return nil
}
