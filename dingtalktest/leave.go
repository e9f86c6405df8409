package dingtalktest

import "time"

// Leave describes that a person left the organization: the record of Contacts, which remains when the person returns, and
// what Smart HR knows.
type Leave struct {
	UserID    string
	Name      string // empty in Leave: the person's, like the next two
	StateCode string
	Mobile    string
	Time      time.Time // zero in Leave: now
	// Reason is "oapi" (an app deleted them), "delete" (an administrator did), "leave" (they left by themselves: the
	// default of Leave), "cancel" (their account was closed), or "unknown".
	Reason string

	// Of Smart HR.
	LastWorkDay      time.Time  // zero in Leave: the day of Time
	Depts            []LeftDept // empty in Leave: the person's
	HandoverUserID   string
	ReasonMemo       string
	VoluntaryReasons []string
	PassiveReasons   []string
	OnlyContacts     bool // Smart HR does not know the person
	OnlySmartHR      bool // Contacts has no record
}

// LeftDept is a department that a person left.
type LeftDept struct {
	ID   int64
	Path string // names from below the root, joined by hyphens: "Sales-East"
}

// Leave makes a person leave, at a time that may be in the past and for a reason. A person whom DeleteUser deletes leaves
// as well: now, and for the reason "oapi".
func (s *Server) Leave(userid string, l Leave) {
	s.helper()
	s.must(s.emulator.Leave(userid, toLeave(l)))
}

// Rehire brings a person back who has left, under the same userid and as they were, but without roles. The records of how
// they left remain. A person who returns under another userid is a new one for the service: use AddUser.
func (s *Server) Rehire(userid string) {
	s.helper()
	s.must(s.emulator.Rehire(userid))
}

// Leaves returns the records of all people who left, the first one first.
func (s *Server) Leaves() []Leave { return convertList(s.emulator.Leaves(), fromLeave) }
