package emulator

import "slices"

type roleGroupID struct {
	GroupID int64 `json:"groupId"`
}

// createRoleGroup adds a group. No code is documented for a name that another group has: there may be two.
func (s *Server) createRoleGroup(a args) (any, error) {
	return roleGroupID{s.org.book.addGroup(a.text("name"))}, nil
}

type roleID struct {
	RoleID int64 `json:"roleId"`
}

// createRole adds a role to a group. The order of its checks is fixed: the name is there, the group exists,
// the name is free.
func (s *Server) createRole(a args) (any, error) {
	r := s.org.book
	group, _ := a["groupId"].(int64)
	if r.groups[group] == nil {
		return nil, refuse(34020)
	}
	if r.roleNamed(group, a.text("roleName")) != nil {
		return nil, refuse(34021)
	}
	return roleID{r.addRole(group, a.text("roleName"))}, nil
}

// updateRole renames a role. 660000 is documented for it without a word about when.
func (s *Server) updateRole(a args) (any, error) {
	id, _ := a["roleId"].(int64)
	role := s.org.book.roles[id]
	switch {
	case role == nil:
		return nil, refuse(33011)
	case role.system:
		return nil, refuse(660000, "a role of the default group cannot be edited")
	}
	if other := s.org.book.roleNamed(role.group, a.text("roleName")); other != nil && other != role {
		return nil, refuse(34021)
	}
	role.name = a.text("roleName")
	return nil, nil
}

// deleteRole removes a role, and takes it from everybody who has it.
func (s *Server) deleteRole(a args) (any, error) {
	id, _ := a["role_id"].(int64)
	role := s.org.book.roles[id]
	switch {
	case role == nil:
		return nil, refuse(33011)
	case role.system:
		return nil, refuse(23004)
	}
	delete(s.org.book.roles, id)
	for userid := range s.org.book.grants {
		s.org.book.take(userid, id)
	}
	return nil, nil
}

// give lets a person have a role; one they have already keeps its scope.
func (r *roleBook) give(userid string, role int64) {
	if r.granted(userid, role) == nil {
		r.grants[userid] = append(r.grants[userid], grant{role: role})
		clear(r.listed)
	}
}

func (r *roleBook) take(userid string, role int64) {
	left := slices.DeleteFunc(r.grants[userid], func(g grant) bool { return g.role == role })
	if r.grants[userid] = left; len(left) == 0 {
		delete(r.grants, userid)
	}
	clear(r.listed)
}

// takeAll takes every role from a person.
func (r *roleBook) takeAll(userid string) {
	delete(r.grants, userid)
	clear(r.listed)
}

// granted finds a role among those of a person.
func (r *roleBook) granted(userid string, role int64) *grant {
	for i, g := range r.grants[userid] {
		if g.role == role {
			return &r.grants[userid][i]
		}
	}
	return nil
}
