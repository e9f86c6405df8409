package emulator

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// organisation is the directory. What it is given has been checked before.
type organisation struct {
	departments  map[int64]*Department
	children     map[int64][]int64
	named        map[sibling]int64
	headcount    map[int64]int64 // of a department with all below it
	scope        contactScope
	customFields []string          // nil: any
	users        map[string]*User  // replaced when they change, never written to
	taken        map[unique]string // who holds what nobody else may
	book         *roleBook
	roll         roll
	index        index

	lastDepartment, lastUser, lastOrder int64
}

// unique is a value that one person of an organisation may have.
type unique struct{ field, value string }

const (
	// Beyond 32 bits: live IDs begin above 1e8, and whoever cuts one short learns of it here.
	firstDepartmentID = 4_300_000_001

	// Beyond 2^53, as on live organisations, and odd: no such number survives a float64.
	firstOrder = 176_200_000_000_000_513

	firstUserID = 164_553_028_412_345_001
)

func newOrganisation(c config) *organisation {
	o := &organisation{
		departments:    map[int64]*Department{},
		children:       map[int64][]int64{},
		named:          map[sibling]int64{},
		headcount:      map[int64]int64{},
		scope:          c.scope,
		customFields:   c.customFields,
		users:          map[string]*User{},
		taken:          map[unique]string{},
		book:           newRoleBook(),
		roll:           newRoll(),
		lastDepartment: firstDepartmentID - 1,
		lastUser:       firstUserID - 1,
		lastOrder:      firstOrder - 2,
	}
	root := Department{ID: contract.RootDepartmentID, Name: "Organisation"}
	o.departments[root.ID] = &root
	return o
}

// expect makes room for that many people in an organisation that has none, which saves maps from growing.
func (o *organisation) expect(people int) {
	o.users = make(map[string]*User, people)
	o.taken = make(map[unique]string, 3*people)
	o.roll.modified = make(map[string]int64, people)
}

func (o *organisation) newDepartmentID() int64 {
	for {
		o.lastDepartment++
		if o.departments[o.lastDepartment] == nil {
			return o.lastDepartment
		}
	}
}

func (o *organisation) newUserID() string {
	for {
		o.lastUser++
		if id := fmt.Sprintf("%019d", o.lastUser); o.users[id] == nil {
			return id
		}
	}
}

func (o *organisation) newOrder() int64 {
	o.lastOrder += 2
	return o.lastOrder
}

// unionID is the same for the same person, who is their mobile number if they have one.
func (u *User) unionID() string {
	person := "userid " + u.UserID
	if u.Mobile != "" {
		person = "mobile " + u.StateCode + "-" + u.Mobile
	}
	sum := sha256.Sum256([]byte(person))
	const letters = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var id [24]byte
	for i := range id {
		id[i] = letters[sum[i]%62]
	}
	return string(id[:]) + "iE"
}

// uniques are the values of a person that must not be anybody else's, in the order they are checked,
// and the code for each.
func (u *User) uniques() [5]claim {
	return [...]claim{
		{unique{"mobile", u.StateCode + "-" + u.Mobile}, 60104, u.Mobile != ""},
		{unique{"telephone", u.Telephone}, 40100, u.Telephone != ""},
		{unique{"email", u.Email}, 40101, u.Email != ""},
		{unique{"login_id", u.LoginID}, 60107, u.LoginID != ""},
		{unique{"unionid", u.UnionID}, 60107, u.UnionID != ""},
	}
}

// claim is a unique value and the refusal for whoever comes second.
type claim struct {
	unique
	code int
	made bool // there is a value
}

// conflict finds the first value of a person that somebody else holds.
func (o *organisation) conflict(u *User) error {
	for _, c := range u.uniques() {
		if holder, taken := o.taken[c.unique]; c.made && taken && holder != u.UserID {
			r := asRefusal(refuse(c.code))
			if c.field == "mobile" {
				r.holder = holder
			}
			return r
		}
	}
	return nil
}

// put stores a person, new or changed.
func (o *organisation) put(u *User) {
	before := o.users[u.UserID]
	o.release(before)
	o.roll.enter(before, u)
	o.count(before, -1)
	o.count(u, 1)
	o.users[u.UserID] = u
	o.index.put(u)
	for _, c := range u.uniques() {
		if c.made {
			o.taken[c.unique] = u.UserID
		}
	}
}

// remove takes a person out.
func (o *organisation) remove(userid string) {
	u := o.users[userid]
	o.release(u)
	o.roll.strike(u)
	o.count(u, -1)
	delete(o.users, userid)
	o.index.remove(userid)
	o.book.takeAll(userid)
}

// release lets others have what a person, if there is one, has alone.
func (o *organisation) release(u *User) {
	if u == nil {
		return
	}
	for _, c := range u.uniques() {
		delete(o.taken, c.unique)
	}
}

// exist says whether every department does.
func (o *organisation) exist(ids []int64) bool {
	return !slices.ContainsFunc(ids, func(id int64) bool { return o.departments[id] == nil })
}

// Users returns everybody, sorted by userid.
func (s *Server) Users() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]User, 0, len(s.org.users))
	for _, id := range slices.Sorted(maps.Keys(s.org.users)) {
		out = append(out, s.org.snapshot(id))
	}
	return out
}

// User returns what is stored of one person.
func (s *Server) User(userid string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.org.users[userid] == nil {
		return User{}, false
	}
	return s.org.snapshot(userid), true
}

// snapshot is a person with the roles they have, which the book keeps.
func (o *organisation) snapshot(userid string) User {
	u := *o.users[userid]
	u.unshare()
	u.RoleList = o.book.rolesOf(userid)
	return u
}

// Departments returns all departments, the root included, sorted by ID.
func (s *Server) Departments() []Department {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Department, 0, len(s.org.departments))
	for _, id := range slices.Sorted(maps.Keys(s.org.departments)) {
		out = append(out, *s.org.departments[id].clone())
	}
	return out
}

// Department returns one department.
func (s *Server) Department(id int64) (Department, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.org.departments[id]
	if d == nil {
		return Department{}, false
	}
	return *d.clone(), true
}
