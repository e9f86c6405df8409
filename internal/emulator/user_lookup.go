package emulator

import "slices"

type mobileAnswer struct {
	UserID     string   `json:"userid,omitzero"`
	AccountIDs []string `json:"exclusive_account_userid_list,omitempty"`
}

// getUserIDByMobile finds who has a number: one person, and any number of enterprise accounts of this
// organisation if they are asked for.
func (s *Server) getUserIDByMobile(a args) (any, error) {
	m, err := parseMobile(a.text("mobile"))
	if err != nil {
		return nil, refuse(40104)
	}
	found := mobileAnswer{UserID: s.org.taken[unique{"mobile", m.stateCode + "-" + m.number}]}
	if a.is("support_exclusive_account_search") {
		found.AccountIDs = s.org.roll.accounts[m]
	}
	if found.UserID == "" && len(found.AccountIDs) == 0 {
		return nil, refuse(60121)
	}
	hidden := func(userid string) bool { return !s.org.seesUser(s.org.users[userid]) }
	if found.UserID != "" && hidden(found.UserID) {
		found.UserID = ""
	}
	found.AccountIDs = slices.DeleteFunc(slices.Clone(found.AccountIDs), hidden)
	if found.UserID == "" && len(found.AccountIDs) == 0 {
		return nil, refuse(50002)
	}
	return found, nil
}

// What contact_type says; nobody here is external.
const internalContact = 0

type unionAnswer struct {
	ContactType int64  `json:"contact_type"`
	UserID      string `json:"userid"`
}

// getUserIDByUnionID finds the person of a union ID.
func (s *Server) getUserIDByUnionID(a args) (any, error) {
	userid := s.org.taken[unique{"unionid", a.text("unionid")}]
	switch {
	case userid == "":
		return nil, refuse(60121)
	case !s.org.seesUser(s.org.users[userid]):
		return nil, refuse(50002)
	}
	return unionAnswer{internalContact, userid}, nil
}

type countAnswer struct {
	Count int64 `json:"count"`
}

// countUsers counts everybody, in the contact scope or not.
func (s *Server) countUsers(a args) (any, error) {
	var n int64
	for _, u := range s.org.users {
		if u.Active || !a.is("only_active") {
			n++
		}
	}
	return countAnswer{n}, nil
}
