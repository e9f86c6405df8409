package emulator

type mobileRequest struct {
	Mobile       string `arg:"mobile"`
	WithAccounts bool   `arg:"support_exclusive_account_search"`
}

type mobileResponse struct {
	UserID     string   `json:"userid,omitzero"`
	AccountIDs []string `json:"exclusive_account_userid_list"` // empty, never null or absent
}

// getUserIDByMobile finds who has a number: one person, and any number of enterprise accounts of this organization if
// they are asked for.
//
// Assumed: getbymobile finds enterprise accounts by exclusive_mobile, but not those invited from elsewhere. Their list
// is an array. The userid is absent if only enterprise accounts have the number.
// getbymobile, getbyunionid and get_admin_scope refuse people out of the contact scope with 50002.
func (s *Server) getUserIDByMobile(q mobileRequest) (any, error) {
	userid, accounts, err := s.org.FindByMobile(q.Mobile, q.WithAccounts)
	if err != nil {
		return nil, err
	}
	return mobileResponse{userid, notNull(accounts)}, nil
}

// The contact_type of people of the organization and of external contacts.
const (
	internalContact = 0
	externalContact = 1
)

type unionIDRequest struct {
	UnionID string `arg:"unionid"`
}

type unionIDResponse struct {
	ContactType int64  `json:"contact_type"`
	UserID      string `json:"userid"`
}

// getUserIDByUnionID finds the person, or the external contact, who has a union ID.
func (s *Server) getUserIDByUnionID(q unionIDRequest) (any, error) {
	found, err := s.findByUnionID(q.UnionID)
	if err != nil {
		return nil, err
	}
	return found, nil
}

func (s *Server) findByUnionID(unionID string) (unionIDResponse, error) {
	userid, err := s.org.FindByUnionID(unionID)
	if contact, found := s.org.FindContact(unionID); err != nil && found {
		return unionIDResponse{externalContact, contact}, nil
	}
	return unionIDResponse{internalContact, userid}, err
}

type countRequest struct {
	OnlyActive bool `arg:"only_active"`
}

type countResponse struct {
	Count int64 `json:"count"`
}

// countUsers counts all people, in the contact scope or not.
//
// Assumed: In user/count an only_active that is no boolean is 40035.
func (s *Server) countUsers(q countRequest) (any, error) {
	return countResponse{s.org.CountUsers(q.OnlyActive)}, nil
}
