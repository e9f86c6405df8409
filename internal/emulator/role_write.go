package emulator

type roleGroupID struct {
	GroupID int64 `json:"groupId"`
}

type createRoleGroupRequest struct {
	Name string `arg:"name"`
}

// createRoleGroup adds a group. No code is documented for a name that another group has: there may be two.
//
// Assumed: A role's name is unique in its group, on renaming as well (34021). A group's name is not. An empty or
// missing name of a role is 34018.
func (s *Server) createRoleGroup(q createRoleGroupRequest) (any, error) {
	return roleGroupID{s.org.CreateRoleGroup(q.Name)}, nil
}

type roleID struct {
	RoleID int64 `json:"roleId"`
}

type createRoleRequest struct {
	RoleName string `arg:"roleName"`
	GroupID  int64  `arg:"groupId"`
}

// createRole adds a role to a group.
func (s *Server) createRole(q createRoleRequest) (any, error) {
	id, err := s.org.CreateRole(q.GroupID, q.RoleName)
	if err != nil {
		return nil, err
	}
	return roleID{id}, nil
}

type updateRoleRequest struct {
	RoleID   int64  `arg:"roleId"`
	RoleName string `arg:"roleName"`
}

// updateRole renames a role.
func (s *Server) updateRole(q updateRoleRequest) (any, error) {
	return nil, s.org.RenameRole(q.RoleID, q.RoleName)
}

type deleteRoleRequest struct {
	RoleID int64 `arg:"role_id"`
}

// deleteRole removes a role and revokes it from all people who have it.
func (s *Server) deleteRole(q deleteRoleRequest) (any, error) {
	return nil, s.org.DeleteRole(q.RoleID)
}

type roleGrantRequest struct {
	RoleIDs []int64  `arg:"roleIds"`
	UserIDs []string `arg:"userIds"`
}

// addRolesToUsers gives each person each role, or no person any.
//
// Assumed: Deleting a role takes it from all people. Roles are granted and revoked for all named people or for none,
// roles are looked up before people, and a role that is already granted or revoked is no error. A list that is
// malformed or too long is 400002.
func (s *Server) addRolesToUsers(q roleGrantRequest) (any, error) {
	return nil, s.org.GrantRoles(q.UserIDs, q.RoleIDs)
}

// removeRolesFromUsers takes each role from each person, who need not have it.
func (s *Server) removeRolesFromUsers(q roleGrantRequest) (any, error) {
	return nil, s.org.RevokeRoles(q.UserIDs, q.RoleIDs)
}

type roleScopeRequest struct {
	UserID  string  `arg:"userid"`
	RoleID  int64   `arg:"role_id"`
	DeptIDs []int64 `arg:"dept_ids"`
}

// updateRoleScope sets the departments in which a person has a role: without departments everywhere.
//
// Assumed: A scope has at most 50 departments. Granting a role again keeps its scope, revoking the role ends it.
func (s *Server) updateRoleScope(q roleScopeRequest) (any, error) {
	return nil, s.org.SetRoleScope(q.UserID, q.RoleID, q.DeptIDs)
}
