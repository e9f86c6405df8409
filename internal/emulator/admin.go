package emulator

import (
	"cmp"
	"fmt"
	"slices"
)

// The levels of administrators.
const (
	mainAdmin = 1
	subAdmin  = 2
)

// appoint brings what a seed says about an administrator in line. Somebody who is only said to be one is
// a sub administrator, or the main one if they are the boss.
func (s *Server) appoint(u *User) error {
	if u.AdminLevel < 0 || u.AdminLevel > subAdmin {
		return fmt.Errorf("no level of an administrator: %d", u.AdminLevel)
	}
	if !s.org.exist(u.AdminDeptIDs) {
		return fmt.Errorf("AdminDeptIDs names a department that does not exist: %d", u.AdminDeptIDs)
	}
	switch {
	case u.AdminLevel > 0:
		u.Admin = true
	case u.Admin && u.Boss:
		u.AdminLevel = mainAdmin
	case u.Admin:
		u.AdminLevel = subAdmin
	}
	return nil
}

type adminAnswer struct {
	UserID   string `json:"userid"`
	SysLevel int64  `json:"sys_level"`
}

// listAdmins lists the administrators, the main ones first, in the contact scope or not.
func (s *Server) listAdmins(args) (any, error) {
	admins := []adminAnswer{} // an empty array, never null
	for _, u := range s.org.users {
		if u.Admin {
			admins = append(admins, adminAnswer{u.UserID, u.AdminLevel})
		}
	}
	slices.SortFunc(admins, func(a, b adminAnswer) int {
		return cmp.Or(cmp.Compare(a.SysLevel, b.SysLevel), cmp.Compare(a.UserID, b.UserID))
	})
	return admins, nil
}

type scopeAnswer struct {
	DeptIDs []int64 `json:"dept_ids"` // never null
}

// getAdminScope tells which departments somebody manages, as far as they are still there: none for who is
// no administrator.
func (s *Server) getAdminScope(a args) (any, error) {
	u := s.org.users[a.text("userid")]
	switch {
	case u == nil:
		return nil, refuse(60121)
	case !s.org.seesUser(u):
		return nil, refuse(50002)
	}
	ids := []int64{}
	for _, id := range u.AdminDeptIDs {
		if s.org.departments[id] != nil {
			ids = append(ids, id)
		}
	}
	return scopeAnswer{ids}, nil
}
