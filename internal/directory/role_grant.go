package directory

import "slices"

// grant is a role that a person has. Without a scope the person has it everywhere. An empty scope, whose departments
// were all deleted, is something else.
type grant struct {
	role  int64
	scope []int64
}

// RolesOf returns the roles of a person in the order in which they were granted.
func (o *Organization) RolesOf(userid string) []Role {
	var out []Role
	for _, g := range o.roles.grants[userid] {
		out = append(out, o.roles.role(g.role))
	}
	return out
}

// RoleHolders lists the people who have a role, by userid. The list must not be written to.
func (o *Organization) RoleHolders(role int64) ([]string, error) {
	if _, err := o.RoleByID(role); err != nil {
		return nil, err
	}
	return o.roles.holdersOf(role), nil
}

// RoleScope returns the departments in which a person has a role: nil for everywhere.
func (o *Organization) RoleScope(userid string, role int64) []int64 {
	return o.roles.find(userid, role).scope
}

// GrantRoles gives each person each role, or no person any: all roles have to exist, then all people.
func (o *Organization) GrantRoles(userids []string, roles []int64) error {
	changed, err := o.eachGrant(userids, roles, o.roles.grant)
	if changed {
		o.changes.add(RolesGranted{userids, roles})
	}
	return err
}

// RevokeRoles takes each role from each person, or from none. A person need not have the roles.
func (o *Organization) RevokeRoles(userids []string, roles []int64) error {
	changed, err := o.eachGrant(userids, roles, o.roles.revoke)
	if changed {
		o.changes.add(RolesRevoked{userids, roles})
	}
	return err
}

// eachGrant does something with every pair of a person and a role, if all of both exist, and reports whether it changed
// any.
func (o *Organization) eachGrant(userids []string, roles []int64, do func(userid string, role int64) bool) (changed bool, err error) {
	for _, role := range roles {
		if _, err := o.RoleByID(role); err != nil {
			return false, err
		}
	}
	for _, userid := range userids {
		if o.users[userid] == nil {
			return false, refuse(UnknownUser)
		}
	}
	for _, userid := range userids {
		for _, role := range roles {
			changed = do(userid, role) || changed
		}
	}
	return changed, nil
}

// SetRoleScope sets the departments in which a person has a role: without departments everywhere. The order of its
// checks is fixed: person, role, whether the person has the role, departments.
func (o *Organization) SetRoleScope(userid string, role int64, departments []int64) error {
	if o.users[userid] == nil {
		return refuse(UnknownUser)
	}
	if _, err := o.RoleByID(role); err != nil {
		return err
	}
	if o.roles.find(userid, role) == nil {
		return refuse(RoleNotGranted)
	}
	if err := o.checkExist(departments); err != nil {
		return err
	}
	var scope []int64
	for _, id := range departments {
		if !slices.Contains(scope, id) {
			scope = append(scope, id)
		}
	}
	o.roles.setScope(userid, role, scope)
	return nil
}

// setScope sets the departments in which a person has a role. A scope is replaced, never written to.
func (r *roleStore) setScope(userid string, role int64, scope []int64) {
	r.changes.replicate(func(replica *Organization) { replica.roles.setScope(userid, role, scope) })
	r.find(userid, role).scope = scope
}

// removeFromScopes drops a deleted department from the scopes of all grants. A person who had a role in this
// department alone has it nowhere then, rather than everywhere.
func (o *Organization) removeFromScopes(id int64) {
	for _, grants := range o.roles.grants {
		for i := range grants {
			if slices.Contains(grants[i].scope, id) {
				grants[i].scope = slices.DeleteFunc(slices.Clone(grants[i].scope), func(dept int64) bool { return dept == id })
			}
		}
	}
}

// grant gives a person a role, and reports whether the person did not have it. A role that the person has keeps its
// scope.
func (r *roleStore) grant(userid string, role int64) bool {
	if r.find(userid, role) != nil {
		return false
	}
	r.changes.replicate(func(replica *Organization) { replica.roles.grant(userid, role) })
	r.grants[userid] = append(r.grants[userid], grant{role: role})
	clear(r.holders)
	return true
}

// revoke takes a role from a person, and reports whether the person had it.
func (r *roleStore) revoke(userid string, role int64) bool {
	if r.find(userid, role) == nil {
		return false
	}
	r.changes.replicate(func(replica *Organization) { replica.roles.revoke(userid, role) })
	left := slices.DeleteFunc(r.grants[userid], func(g grant) bool { return g.role == role })
	if r.grants[userid] = left; len(left) == 0 {
		delete(r.grants, userid)
	}
	clear(r.holders)
	return true
}

// revokeAll takes all roles from a person.
func (r *roleStore) revokeAll(userid string) {
	delete(r.grants, userid)
	clear(r.holders)
}

// find returns the grant of a role to a person, or nil.
func (r *roleStore) find(userid string, role int64) *grant {
	for i, g := range r.grants[userid] {
		if g.role == role {
			return &r.grants[userid][i]
		}
	}
	return nil
}

// holdersOf lists the people who have a role, by userid, and keeps the list until the grants change.
func (r *roleStore) holdersOf(role int64) []string {
	if _, known := r.holders[role]; !known {
		var ids []string
		for userid := range r.grants {
			if r.find(userid, role) != nil {
				ids = append(ids, userid)
			}
		}
		slices.Sort(ids)
		r.holders[role] = ids
	}
	return r.holders[role]
}
