package directory

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// How people leave Contacts.
const (
	LeaveByAPI    = "oapi"    // an app deleted them
	LeaveByAdmin  = "delete"  // an administrator deleted them
	LeaveBySelf   = "leave"   // they left by themselves
	LeaveByCancel = "cancel"  // their account was closed
	LeaveUnknown  = "unknown" // no one knows
)

// Leave describes that a person left the organization: the record of Contacts, which remains when the person returns, and
// what Smart HR knows.
type Leave struct {
	UserID    string
	Name      string // empty in Leave: the person's, like the next two
	StateCode string
	Mobile    string
	Time      time.Time // zero in Leave: now
	Reason    string    // of LeaveByAPI and so on; empty in Leave: LeaveBySelf

	// Of Smart HR.
	LastWorkDay      time.Time  // zero in Leave: the day of Time
	Depts            []LeftDept // empty in Leave: the person's
	HandoverUserID   string
	ReasonMemo       string
	VoluntaryReasons []string
	PassiveReasons   []string
	OnlyContacts     bool // Smart HR does not know the person
	OnlySmartHR      bool // Contacts has no record

	person *User // as they were
}

// LeftDept is a department that a person left.
type LeftDept struct {
	ID   int64
	Path string // names from below the root, joined by hyphens: "Sales-East"
}

// Clone returns a copy without the person.
func (l *Leave) Clone() Leave {
	c := *l
	c.Depts = slices.Clone(l.Depts)
	c.VoluntaryReasons, c.PassiveReasons = slices.Clone(l.VoluntaryReasons), slices.Clone(l.PassiveReasons)
	c.person = nil
	return c
}

// DeleteUser removes a person, and records how they left. People whose manager it was keep the userid.
func (o *Organization) DeleteUser(userid string, l Leave) error {
	u, err := o.VisibleUser(userid)
	if err != nil {
		return err
	}
	o.leave(u, l)
	return nil
}

// Leave makes a person leave, in the contact scope or not.
func (o *Organization) Leave(userid string, l Leave) error {
	u := o.users[userid]
	if u == nil {
		return fmt.Errorf("user %s: %w", userid, refuse(UnknownUser))
	}
	o.leave(u, l)
	return nil
}

// leave removes a person. Fields of the record that are empty are filled in.
func (o *Organization) leave(u *User, l Leave) {
	fill := func(to *string, from string) {
		if *to == "" {
			*to = from
		}
	}
	l.UserID, l.person = u.UserID, u
	fill(&l.Name, u.Name)
	fill(&l.StateCode, u.StateCode)
	fill(&l.Mobile, u.Mobile)
	fill(&l.Reason, LeaveBySelf)
	if len(l.Depts) == 0 {
		for _, id := range u.DeptIDList {
			l.Depts = append(l.Depts, LeftDept{id, o.hyphenPath(id)})
		}
	}
	o.remove(u.UserID)
	o.record(l)
	o.changes.add(UserLeft{u})
}

// record adds a record, in the order of time.
func (o *Organization) record(l Leave) {
	o.changes.replicate(func(r *Organization) { r.record(l) })
	if l.LastWorkDay.IsZero() {
		l.LastWorkDay = l.Time
	}
	l.LastWorkDay = midnight(l.LastWorkDay)
	l.Time = l.Time.UTC().Truncate(time.Second)
	at := len(o.leaves)
	for at > 0 && o.leaves[at-1].Time.After(l.Time) {
		at--
	}
	o.leaves = slices.Insert(o.leaves, at, &l)
}

// Rehire brings a person back under the same userid, as they were when they left. Departments that no longer exist are
// left out.
func (o *Organization) Rehire(userid string, now time.Time) error {
	if o.users[userid] != nil {
		return fmt.Errorf("user %s: %w", userid, refuse(UserIDTaken))
	}
	l := o.lastLeave(userid)
	if l == nil || l.person == nil {
		return fmt.Errorf("user %s: no such person has left", userid)
	}
	u := l.person.Clone()
	gone := func(id int64) bool { return o.departments[id] == nil }
	u.DeptIDList = slices.DeleteFunc(u.DeptIDList, gone)
	u.DeptOrderList = slices.DeleteFunc(u.DeptOrderList, func(e DeptOrder) bool { return gone(e.DeptID) })
	u.DeptTitleList = slices.DeleteFunc(u.DeptTitleList, func(e DeptTitle) bool { return gone(e.DeptID) })
	u.DeptPositionList = slices.DeleteFunc(u.DeptPositionList, func(e DeptPosition) bool { return gone(e.DeptID) })
	u.LeaderInDept = slices.DeleteFunc(u.LeaderInDept, func(e DeptLeader) bool { return gone(e.DeptID) })
	if o.users[u.ManagerUserID] == nil {
		u.ManagerUserID = ""
	}
	_, err := o.AddUser(u, now)
	return err
}

// lastLeave returns the latest record of a userid, or nil.
func (o *Organization) lastLeave(userid string) *Leave {
	for _, l := range slices.Backward(o.leaves) {
		if l.UserID == userid {
			return l
		}
	}
	return nil
}

// Leaves returns the records of all people who left, the first one first. They must not be written to.
func (o *Organization) Leaves() []*Leave { return o.leaves }

// Dismissed returns the userids of the people who have left in Smart HR and have not returned, the first one first.
func (o *Organization) Dismissed() []string {
	ids, seen := []string{}, map[string]bool{}
	for _, l := range o.leaves {
		if !l.OnlyContacts && o.users[l.UserID] == nil && !seen[l.UserID] {
			seen[l.UserID] = true
			ids = append(ids, l.UserID)
		}
	}
	return ids
}

// Dismission returns the latest record that Smart HR has of a userid, or nil.
func (o *Organization) Dismission(userid string) *Leave {
	if l := o.lastLeave(userid); l != nil && !l.OnlyContacts {
		return l
	}
	return nil
}

// hyphenPath returns the names of a department and of those above it but the root, joined by hyphens.
func (o *Organization) hyphenPath(id int64) string {
	path := o.path(id)
	names := make([]string, 0, len(path))
	for _, unit := range path {
		if unit.ID != contract.RootDepartmentID || len(path) == 1 {
			names = append(names, unit.Name)
		}
	}
	return strings.Join(names, "-")
}

// midnight returns the beginning of a day in the zone of the service.
func midnight(t time.Time) time.Time {
	t = t.In(contract.ServiceZone)
	return time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, contract.ServiceZone).UTC()
}
