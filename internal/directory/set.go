package directory

import (
	"errors"
	"fmt"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// SetUser replaces a stored person, roles included, and changes what no call can: whether the person is active or an
// administrator, the avatar. Who becomes an administrator gets the role of the level, and who no longer is one loses it.
// It keeps u.
func (o *Organization) SetUser(u *User) error {
	before := o.users[u.UserID]
	if before == nil {
		return fmt.Errorf("user %s: %w", u.UserID, refuse(UnknownUser))
	}
	if u.UnionID == "" {
		u.UnionID = before.UnionID
	}
	if u.CreateTime.IsZero() {
		u.CreateTime = before.CreateTime
	}
	err := o.completeUser(u)
	if err == nil {
		err = o.checkExist(u.DeptIDList)
	}
	if err == nil {
		err = o.checkUser(u)
	}
	if err != nil {
		return fmt.Errorf("user %s: %w", u.UserID, err)
	}
	roles, err := o.rolesToSet(before, u)
	if err != nil {
		return fmt.Errorf("user %s: %w", u.UserID, err)
	}
	u.RoleList = nil // the role store keeps them
	o.normalizeMemberships(u)
	o.put(u)
	o.changes.add(UserChanged{before, u})
	o.setRoles(u.UserID, roles)
	return nil
}

// rolesToSet returns the IDs of the roles that a person is to have, which it adds as far as they do not exist.
func (o *Organization) rolesToSet(before, u *User) ([]int64, error) {
	var ids []int64
	for _, r := range u.RoleList {
		id, err := o.roles.add(r)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	if before.AdminLevel == u.AdminLevel {
		return ids, nil
	}
	ids = slices.DeleteFunc(ids, func(id int64) bool { return id == o.adminRole(before.AdminLevel) })
	if role := o.adminRole(u.AdminLevel); role != 0 && !slices.Contains(ids, role) {
		ids = append(ids, role)
	}
	return ids, nil
}

// adminRole returns the ID of the role of an administrator's level, or 0.
func (o *Organization) adminRole(level int64) int64 {
	name := map[int64]string{mainAdmin: mainAdminRole, subAdmin: subAdminRole}[level]
	if role := o.roles.roleNamed(o.roles.groupNamed(DefaultRoleGroup).ID, name); role != nil {
		return role.ID
	}
	return 0
}

// setRoles grants and revokes roles, so that a person has these.
func (o *Organization) setRoles(userid string, roles []int64) {
	var granted, revoked []int64
	for _, role := range roles {
		if o.roles.grant(userid, role) {
			granted = append(granted, role)
		}
	}
	for _, g := range slices.Clone(o.roles.grants[userid]) {
		if !slices.Contains(roles, g.role) {
			o.roles.revoke(userid, g.role)
			revoked = append(revoked, g.role)
		}
	}
	if len(granted) > 0 {
		o.changes.add(RolesGranted{[]string{userid}, granted})
	}
	if len(revoked) > 0 {
		o.changes.add(RolesRevoked{[]string{userid}, revoked})
	}
}

// SetDepartment replaces a stored department, the root included: the name of the root is that of the organization. It
// keeps d.
func (o *Organization) SetDepartment(d *Department) error {
	before := o.departments[d.ID]
	if before == nil {
		return fmt.Errorf("department %d: %w", d.ID, refuse(UnknownDepartment))
	}
	d.Extension = NormalizeCustomFields(d.Extension)
	if err := o.checkDepartmentToSet(d); err != nil {
		return fmt.Errorf("department %d: %w", d.ID, err)
	}
	d.openGroup()
	o.replace(d)
	o.changes.add(DepartmentChanged{before, d})
	return nil
}

// checkDepartmentToSet refuses a department that cannot be.
func (o *Organization) checkDepartmentToSet(d *Department) error {
	isRoot := d.ID == contract.RootDepartmentID
	switch {
	case isRoot && d.ParentID != 0:
		return errors.New("the root has no parent")
	case !isDepartmentName(d.Name):
		return refuse(BadDepartmentName)
	case !isObject(d.Extension):
		return refuse(BadCustomFields)
	case isRoot:
		return nil
	case o.departments[d.ParentID] == nil:
		return refuse(UnknownParent)
	case slices.Contains(o.Ancestors(d.ParentID), d.ID):
		return refuse(DepartmentCycle)
	case o.sameName(d) != 0:
		return refuse(DepartmentNameTaken)
	}
	return nil
}
