package emulator

type authScopesResponse struct {
	AuthUserField  []string      `json:"auth_user_field"`
	ConditionField []string      `json:"condition_field"`
	AuthOrgScopes  authOrgScopes `json:"auth_org_scopes"`
}

type authOrgScopes struct {
	AuthedUser []string `json:"authed_user"`
	AuthedDept []int64  `json:"authed_dept"`
}

// getAuthScopes returns the contact scope as it was set.
//
// Assumed: auth_user_field and condition_field are empty.
func (s *Server) getAuthScopes(noRequest) (any, error) {
	scope := s.scope
	return authScopesResponse{
		AuthUserField: []string{}, ConditionField: []string{},
		AuthOrgScopes: authOrgScopes{AuthedUser: notNull(scope.Users), AuthedDept: notNull(scope.Departments)},
	}, nil
}

// notNull returns a list that JSON shows as an array even if it is nil.
func notNull[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}
