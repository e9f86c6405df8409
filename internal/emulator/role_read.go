package emulator

import (
	"maps"
	"slices"
)

// rolesOf are the roles a person has in the order in which they were given.
func (r *roleBook) rolesOf(userid string) []Role {
	var out []Role
	for _, g := range r.grants[userid] {
		out = append(out, r.role(g.role))
	}
	return out
}

// offsetPage is a page of a list that is read by offset. Its names are in camel case on the pages of roles.
type offsetPage[T any] struct {
	HasMore    bool  `json:"hasMore"`
	NextCursor int64 `json:"nextCursor,omitzero"` // absent on the last page
	List       []T   `json:"list"`                // an empty array past the end, never null
}

// cutAt takes the page at an offset out of a list, and describes what is on it.
func cutAt[ID, T any](all []ID, offset, size int64, describe func(ID) T) (any, error) {
	if offset < 0 {
		return nil, refuse(40068, "offset is less than 0")
	}
	n := int64(len(all))
	start := min(offset, n)
	end := min(start+size, n)
	page := offsetPage[T]{HasMore: end < n, List: []T{}}
	for _, id := range all[start:end] {
		page.List = append(page.List, describe(id))
	}
	if page.HasMore {
		page.NextCursor = end
	}
	return page, nil
}

const defaultPage = 20

type listedGroup struct {
	GroupID int64        `json:"groupId"`
	Name    string       `json:"name"`
	Roles   []listedRole `json:"roles"`
}

type listedRole struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// listRoles reads a page of the groups, each with all its roles. A size without an offset, and the other way
// round, has no effect.
func (s *Server) listRoles(a args) (any, error) {
	offset, size := int64(0), int64(defaultPage)
	if a.has("size") && a.has("offset") {
		set(a, "size", &size)
		set(a, "offset", &offset)
	}
	groups := slices.Sorted(maps.Keys(s.org.book.groups))
	return cutAt(groups, offset, size, func(id int64) listedGroup {
		group := listedGroup{GroupID: id, Name: s.org.book.groups[id].Name, Roles: []listedRole{}}
		for _, role := range s.org.book.rolesIn(id) {
			group.Roles = append(group.Roles, listedRole{role.id, role.name})
		}
		return group
	})
}

type roleAnswer struct {
	Role roleDetails `json:"role"`
}

type roleDetails struct {
	Name    string `json:"name"`
	GroupID int64  `json:"groupId"`
}

func (s *Server) getRole(a args) (any, error) {
	id, _ := a["roleId"].(int64)
	role := s.org.book.roles[id]
	if role == nil {
		return nil, refuse(33011)
	}
	return roleAnswer{roleDetails{role.name, role.group}}, nil
}

type roleGroupAnswer struct {
	RoleGroup roleGroupDetails `json:"role_group"`
}

type roleGroupDetails struct {
	GroupName string        `json:"group_name"`
	Roles     []roleInGroup `json:"roles"`
}

type roleInGroup struct {
	RoleID   int64  `json:"role_id"`
	RoleName string `json:"role_name"`
}

func (s *Server) getRoleGroup(a args) (any, error) {
	id, _ := a["group_id"].(int64)
	group := s.org.book.groups[id]
	if group == nil {
		return nil, refuse(400002, "group_id is of no role group") // documented without a code of its own
	}
	details := roleGroupDetails{GroupName: group.Name, Roles: []roleInGroup{}}
	for _, role := range s.org.book.rolesIn(id) {
		details.Roles = append(details.Roles, roleInGroup{role.id, role.name})
	}
	return roleGroupAnswer{details}, nil
}

type roleUser struct {
	UserID       string        `json:"userid"`
	Name         string        `json:"name"`
	ManageScopes []manageScope `json:"manageScopes,omitzero"` // absent: everywhere
}

type manageScope struct {
	DeptID int64  `json:"dept_id"`
	Name   string `json:"name"`
}

// listRoleUsers reads a page of the people who have a role, by userid.
func (s *Server) listRoleUsers(a args) (any, error) {
	role, _ := a["role_id"].(int64)
	if s.org.book.roles[role] == nil {
		return nil, refuse(33011)
	}
	offset, size := int64(0), int64(defaultPage)
	set(a, "size", &size)
	set(a, "offset", &offset)
	return cutAt(s.org.book.holders(role), offset, size, func(userid string) roleUser {
		return roleUser{userid, s.org.users[userid].Name, s.org.scopes(s.org.book.granted(userid, role))}
	})
}

// holders lists who has a role, by userid. The list is the book's own.
func (r *roleBook) holders(role int64) []string {
	if _, known := r.listed[role]; !known {
		var ids []string
		for userid := range r.grants {
			if r.granted(userid, role) != nil {
				ids = append(ids, userid)
			}
		}
		slices.Sort(ids)
		r.listed[role] = ids
	}
	return r.listed[role]
}

// scopes names the departments of a grant.
func (o *organisation) scopes(g *grant) []manageScope {
	if g.scope == nil {
		return nil
	}
	out := []manageScope{}
	for _, id := range g.scope {
		out = append(out, manageScope{id, o.departments[id].Name})
	}
	return out
}
