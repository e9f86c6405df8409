package emulator

import "github.com/dingtalk-contacts/dingtalk-go/internal/directory"

// offsetPage is a page of a list that is read by offset. Its fields are in camel case on the pages of roles.
type offsetPage[T any] struct {
	HasMore    bool  `json:"hasMore"`
	NextCursor int64 `json:"nextCursor,omitzero"` // absent on the last page
	List       []T   `json:"list"`                // an empty array past the end, never null
}

// cutAt returns the page at an offset of a list, with entries that describe makes.
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

// defaultPage is the size of a page where a call names none.
const defaultPage = 20

// pageRequest names a page of a list.
type pageRequest struct {
	Size   *int64 `arg:"size"`
	Offset *int64 `arg:"offset"`
}

type listedGroup struct {
	GroupID int64        `json:"groupId"`
	Name    string       `json:"name"`
	Roles   []listedRole `json:"roles"`
}

type listedRole struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
}

// listRoles reads a page of the groups, each with all its roles. A size without an offset, and the reverse, has no
// effect.
//
// Assumed: role/list counts groups and never splits one. Its groups and roles are sorted by ID. Its size must be in
// range even without an offset, and nextCursor is absent on the last page. The four roles of the default group
// carry no rights: Admin and Boss of a person are something else. People may have these roles, and further roles may be
// added to the group. The contact scope does not limit the calls on roles.
func (s *Server) listRoles(q pageRequest) (any, error) {
	offset, size := int64(0), int64(defaultPage)
	if q.Size != nil && q.Offset != nil {
		offset, size = *q.Offset, *q.Size
	}
	return cutAt(s.org.RoleGroups(), offset, size, func(g directory.RoleGroup) listedGroup {
		group := listedGroup{GroupID: g.ID, Name: g.Name, Roles: []listedRole{}}
		for _, role := range s.org.RolesIn(g.ID) {
			group.Roles = append(group.Roles, listedRole{role.ID, role.Name})
		}
		return group
	})
}

type roleIDRequest struct {
	RoleID int64 `arg:"roleId"`
}

type roleResponse struct {
	Role roleDetails `json:"role"`
}

type roleDetails struct {
	Name    string `json:"name"`
	GroupID int64  `json:"groupId"`
}

// getRole reads a role.
func (s *Server) getRole(q roleIDRequest) (any, error) {
	role, err := s.org.RoleByID(q.RoleID)
	if err != nil {
		return nil, err
	}
	return roleResponse{roleDetails{role.Name, role.GroupID}}, nil
}

type roleGroupRequest struct {
	GroupID int64 `arg:"group_id"`
}

type roleGroupResponse struct {
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

// getRoleGroup reads a role group with its roles.
func (s *Server) getRoleGroup(q roleGroupRequest) (any, error) {
	group, err := s.org.RoleGroupByID(q.GroupID)
	if err != nil {
		return nil, err
	}
	details := roleGroupDetails{GroupName: group.Name, Roles: []roleInGroup{}}
	for _, role := range s.org.RolesIn(group.ID) {
		details.Roles = append(details.Roles, roleInGroup{role.ID, role.Name})
	}
	return roleGroupResponse{details}, nil
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

type roleUsersRequest struct {
	RoleID int64 `arg:"role_id"`
	pageRequest
}

// listRoleUsers reads a page of the people who have a role, by userid.
//
// Assumed: The people of a role are sorted by userid. manageScopes is absent for a person who has a role everywhere,
// and an empty array for a person whose departments were all deleted.
func (s *Server) listRoleUsers(q roleUsersRequest) (any, error) {
	holders, err := s.org.RoleHolders(q.RoleID)
	if err != nil {
		return nil, err
	}
	offset, size := int64(0), int64(defaultPage)
	set(&size, q.Size)
	set(&offset, q.Offset)
	return cutAt(holders, offset, size, func(userid string) roleUser {
		scopes := mapList(s.org.RoleScope(userid, q.RoleID), func(id int64) manageScope {
			return manageScope{id, s.org.Department(id).Name}
		})
		return roleUser{userid, s.org.User(userid).Name, scopes}
	})
}
