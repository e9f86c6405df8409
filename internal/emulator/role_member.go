package emulator

import "slices"

// addRolesToUsers gives each person each role, or nobody any.
func (s *Server) addRolesToUsers(a args) (any, error) { return s.eachRole(a, (*roleBook).give) }

// removeRolesFromUsers takes each role from each person. It does not matter whether they have it.
func (s *Server) removeRolesFromUsers(a args) (any, error) { return s.eachRole(a, (*roleBook).take) }

// eachRole does something with every pair of a role and a person. All roles are looked for before all people,
// and all of both before anything is done.
func (s *Server) eachRole(a args, do func(r *roleBook, userid string, role int64)) (any, error) {
	var ids []int64
	set(a, "roleIds", &ids)
	for _, id := range ids {
		if s.org.book.roles[id] == nil {
			return nil, refuse(33011)
		}
	}
	for _, userid := range a.names("userIds") {
		if s.org.users[userid] == nil {
			return nil, refuse(33012)
		}
	}
	for _, userid := range a.names("userIds") {
		for _, id := range ids {
			do(s.org.book, userid, id)
		}
	}
	return nil, nil
}

// updateRoleScope sets where a person has a role: without departments everywhere. The order of its checks is
// fixed: person, role, whether the one has the other, departments.
func (s *Server) updateRoleScope(a args) (any, error) {
	userid := a.text("userid")
	role, _ := a["role_id"].(int64)
	if s.org.users[userid] == nil {
		return nil, refuse(46004)
	}
	if s.org.book.roles[role] == nil {
		return nil, refuse(60301)
	}
	g := s.org.book.granted(userid, role)
	if g == nil {
		return nil, refuse(40003, "the person does not have the role")
	}
	var ids []int64
	set(a, "dept_ids", &ids)
	if !s.org.exist(ids) {
		return nil, refuse(60003)
	}
	g.scope = nil
	for _, id := range ids {
		if !slices.Contains(g.scope, id) {
			g.scope = append(g.scope, id)
		}
	}
	return nil, nil
}

// forgetDepartmentScopes drops a department that is deleted from where people have their roles. A role that
// somebody had in this department alone they have nowhere then, rather than everywhere.
func (o *organisation) forgetDepartmentScopes(id int64) {
	for _, grants := range o.book.grants {
		for i := range grants {
			grants[i].scope = slices.DeleteFunc(grants[i].scope, func(dept int64) bool { return dept == id })
		}
	}
}
