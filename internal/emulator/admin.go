package emulator

type adminResponse struct {
	UserID   string `json:"userid"`
	SysLevel int64  `json:"sys_level"`
}

// noRequest is the request of an operation without parameters.
type noRequest struct{}

// listAdmins lists the administrators, the main ones first, in the contact scope or not.
//
// Assumed: A person with Admin but without AdminLevel is a sub administrator, or the main one if the person is the
// boss. Boss alone makes no administrator. listadmin is sorted by level, then by userid.
func (s *Server) listAdmins(noRequest) (any, error) { return s.admins(), nil }

func (s *Server) admins() []adminResponse {
	admins := []adminResponse{} // an empty array, never null
	for _, u := range s.org.Admins() {
		admins = append(admins, adminResponse{u.UserID, u.AdminLevel})
	}
	return admins
}

type adminScopeResponse struct {
	DeptIDs []int64 `json:"dept_ids"` // never null
}

// getAdminScope returns the departments that a person manages: none for a person who is no administrator.
//
// Assumed: get_admin_scope returns an empty array for an administrator for whom no departments are set, the main one
// included.
func (s *Server) getAdminScope(q userIDRequest) (any, error) {
	ids, err := s.org.ManagedDepartments(q.UserID)
	if err != nil {
		return nil, err
	}
	return adminScopeResponse{ids}, nil
}
