package directory

import (
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// AddUser seeds a user with the fields of u, and returns the userid. Unlike CreateUser it fills in what is missing and
// takes people that no call can create: active, administrators or without a mobile number. It keeps u.
func (o *Organization) AddUser(u *User, now time.Time) (string, error) {
	if u.UserID == "" {
		u.UserID = o.NewUserID()
	}
	if err := o.completeUser(u); err != nil {
		return "", fmt.Errorf("user %s: %w", u.UserID, err)
	}
	roles := u.RoleList
	u.RoleList = nil // the role store keeps them
	var granted []int64
	if err := o.addUser(u, now); err != nil {
		return "", fmt.Errorf("user %s: %w", u.UserID, err)
	}
	for _, r := range roles {
		id, err := o.roles.add(r)
		if err != nil {
			o.remove(u.UserID)
			return "", fmt.Errorf("user %s: %w", u.UserID, err)
		}
		o.roles.grant(u.UserID, id)
		granted = append(granted, id)
	}
	o.changes.add(UserAdded{u})
	if len(granted) > 0 {
		o.changes.add(RolesGranted{[]string{u.UserID}, granted})
	}
	return u.UserID, nil
}

// completeUser fills in what is missing of a person, and refuses what no person can have.
func (o *Organization) completeUser(u *User) error {
	if u.Name == "" {
		u.Name = u.UserID
	}
	if len(u.DeptIDList) == 0 {
		u.DeptIDList = []int64{contract.RootDepartmentID}
	}
	if u.Mobile != "" {
		text := u.Mobile
		if u.StateCode != "" {
			text = "+" + u.StateCode + "-" + u.Mobile
		}
		m, err := ParseMobile(text)
		if err != nil {
			return fmt.Errorf("not a mobile number: %q", u.Mobile)
		}
		u.StateCode, u.Mobile = m.StateCode, m.Number
	}
	if list := u.foreignEntry(); list != "" {
		return fmt.Errorf("%s names a department that is not in DeptIDList", list)
	}
	return o.setAdminLevel(u)
}

// setAdminLevel checks and completes the fields of an administrator. An administrator without a level is a sub
// administrator, or the main one for a boss.
func (o *Organization) setAdminLevel(u *User) error {
	if u.AdminLevel < 0 || u.AdminLevel > subAdmin {
		return fmt.Errorf("not a level of an administrator: %d", u.AdminLevel)
	}
	if !o.exist(u.AdminDeptIDs) {
		return fmt.Errorf("AdminDeptIDs names a department that does not exist: %d", u.AdminDeptIDs)
	}
	switch {
	case u.AdminLevel > 0:
		u.Admin = true
	case u.Admin && u.Boss:
		u.AdminLevel = mainAdmin
	case u.Admin:
		u.AdminLevel = subAdmin
	}
	return nil
}

// AddDepartment seeds a department with the fields of d, however deep in the tree, and returns its ID. Its lists may
// name people who do not exist yet. A negative ID makes it a home-school department. It keeps d.
func (o *Organization) AddDepartment(d *Department) (int64, error) {
	if d.ID == 0 {
		d.ID = o.newDepartmentID()
	}
	if d.ParentID == 0 {
		d.ParentID = contract.RootDepartmentID
	}
	switch {
	case d.Name != "":
	case isHomeSchool(d.ID):
		d.Name = fmt.Sprint("Home school ", -d.ID) // a name has no hyphen
	default:
		d.Name = fmt.Sprint("Department ", d.ID)
	}
	if d.Order == 0 {
		d.Order = d.ID
	}
	d.Extension = NormalizeCustomFields(d.Extension)
	switch {
	case o.departments[d.ID] != nil:
		return 0, fmt.Errorf("department %d exists", d.ID)
	case o.departments[d.ParentID] == nil:
		return 0, fmt.Errorf("department %d, the parent of %d, does not exist", d.ParentID, d.ID)
	case !isDepartmentName(d.Name):
		return 0, fmt.Errorf("not a name for a department: %q", d.Name)
	case o.sameName(d) != 0:
		return 0, fmt.Errorf("department %d already has a child named %q", d.ParentID, d.Name)
	case !isObject(d.Extension):
		return 0, fmt.Errorf("department %d: the extension is not a JSON object: %q", d.ID, d.Extension)
	}
	d.openGroup()
	o.insert(d)
	o.changes.add(DepartmentAdded{d})
	return d.ID, nil
}

// AddRoleGroup seeds a role group with the fields of g, and returns its ID.
func (o *Organization) AddRoleGroup(g RoleGroup) (int64, error) {
	r := o.roles
	if g.ID == 0 {
		g.ID = r.newGroupID()
	}
	if g.Name == "" {
		g.Name = fmt.Sprint("Group ", g.ID)
	}
	switch {
	case g.ID < 0:
		return 0, fmt.Errorf("a role group's ID must be positive: %d", g.ID)
	case r.groups[g.ID] != nil:
		return 0, fmt.Errorf("role group %d exists", g.ID)
	case r.groupNamed(g.Name) != nil: // AddRole could not tell them apart
		return 0, fmt.Errorf("a role group named %q exists", g.Name)
	}
	r.putGroup(g)
	o.changes.add(RoleAdded{g.ID})
	return g.ID, nil
}

// AddRole seeds a role, and its group if none has the name, and returns the role's ID. It leaves a role that exists as
// it is, but gives a role of the default group the ID.
func (o *Organization) AddRole(role Role) (int64, error) { return o.roles.add(role) }

// add returns the ID of the role that seed describes, which it adds if there is none.
func (r *roleStore) add(seed Role) (int64, error) {
	if seed.ID < 0 {
		return 0, fmt.Errorf("a role's ID must be positive: %d", seed.ID)
	}
	if r.roles[seed.ID] != nil {
		have := r.role(seed.ID)
		if seed.Name != "" && seed.Name != have.Name || seed.GroupName != "" && seed.GroupName != have.GroupName {
			return 0, fmt.Errorf("role %d exists and is %q of the group %q", have.ID, have.Name, have.GroupName)
		}
		return seed.ID, nil
	}
	if seed.GroupName == "" {
		seed.GroupName = DefaultRoleGroup
	}
	var group int64
	if g := r.groupNamed(seed.GroupName); g != nil {
		group = g.ID
	}
	if have := r.roleNamed(group, seed.Name); have != nil {
		switch {
		case seed.ID == 0 || seed.ID == have.ID:
			return have.ID, nil
		case have.system && !have.pinned:
			r.renumber(have.ID, seed.ID)
			return seed.ID, nil
		}
		return 0, fmt.Errorf("the group %q has a role named %q, whose ID is %d", seed.GroupName, seed.Name, have.ID)
	}
	if group == 0 {
		group = r.addGroup(seed.GroupName)
	}
	if seed.ID == 0 {
		seed.ID = r.newRoleID()
	}
	if seed.Name == "" {
		seed.Name = fmt.Sprint("Role ", seed.ID)
	}
	r.put(StoredRole{ID: seed.ID, GroupID: group, Name: seed.Name})
	r.changes.add(RoleAdded{seed.ID})
	return seed.ID, nil
}

// renumber gives a role of the default group the ID that a program has for it, which cannot know the generated one.
func (r *roleStore) renumber(old, id int64) {
	r.changes.replicate(func(replica *Organization) { replica.roles.renumber(old, id) })
	role := *r.roles[old]
	delete(r.roles, old)
	for _, grants := range r.grants {
		for i := range grants {
			if grants[i].role == old {
				grants[i].role = id
			}
		}
	}
	role.ID, role.pinned = id, true
	r.roles[id] = &role
	clear(r.holders)
}
