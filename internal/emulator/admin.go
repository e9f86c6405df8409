package emulator

type adminResponse struct {
	UserID   string `json:"userid"`
	SysLevel int64  `json:"sys_level"`
}

// noRequest is the request of an operation without parameters.
type noRequest struct{}

// listAdmins lists the administrators, the main ones first, in the contact scope or not.
//
// Assumed: Admin without AdminLevel is a sub administrator, or the main one for a boss, and a boss alone is none;
// listadmin goes by level, then userid.
func (s *Server) listAdmins(noRequest) (any, error) {
	admins := []adminResponse{} // an empty array, never null
	for _, u := range s.org.Admins() {
		admins = append(admins, adminResponse{u.UserID, u.AdminLevel})
	}
	return admins, nil
}

type adminScopeResponse struct {
	DeptIDs []int64 `json:"dept_ids"` // never null
}

// getAdminScope returns the departments that a person manages: none for a person who is no administrator.
//
// Assumed: the scope of an administrator for whom no departments are set is an empty array, for the main one too.
func (s *Server) getAdminScope(q userIDRequest) (any, error) {
	ids, err := s.org.ManagedDepartments(q.UserID)
	if err != nil {
		return nil, err
	}
	return adminScopeResponse{ids}, nil
}
