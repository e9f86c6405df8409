// Package directory is the organization of the emulator: people, the tree of departments, roles, the indexes that
// find them, and the rules that every change has to pass. It knows neither HTTP nor the codes of the service: a
// change that breaks a rule is refused with an *Error, which the emulator translates.
//
// An Organization is not safe for concurrent use. A User or Department that it returns as a pointer is its own and
// must not be written to; Clone makes a copy. Stored people and departments are replaced when they change, never
// written to, so that what was read remains valid.
package directory

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Organization holds people, departments and roles. Its methods keep its indexes in step.
type Organization struct {
	departments  map[int64]*Department
	children     map[int64][]int64
	names        map[siblingName]int64
	headcount    map[int64]int64 // of a department with all departments below it
	corpID       string          // empty: the organization of the app
	scope        Scope
	customFields []string // nil: any
	users        map[string]*User
	admins       map[string]bool        // the userids of administrators
	uniqueValues map[uniqueValue]string // the userid of the person who holds a value
	roles        *roleStore
	contacts     []*ExternalContact
	leaves       []*Leave                  // by time
	seniors      map[string]SeniorSettings // by userid, of people whose senior mode a call switched on
	members      memberIndex
	search       SearchIndex
	changes      *changeLog
	sorted       struct { // all userids, which pages are cut from
		changes int64
		userids []string
	}

	lastDepartment, lastUser, lastOrder int64
}

// Config holds the settings of an organization.
type Config struct {
	CorpID       string // empty: the organization of the app
	Scope        Scope
	CustomFields []string  // the custom fields that exist; nil: any
	Now          time.Time // people have left a sample organization in the weeks before; zero: no one has left it
}

const (
	// Beyond 32 bits: live IDs begin above 1e8, and a program that truncates one fails here.
	firstDepartmentID = 4_300_000_001

	// Beyond 2^53, as on live organizations, and odd: no such number survives a float64.
	firstOrder = 176_200_000_000_000_513

	firstUserID = 164_553_028_412_345_001
)

// New returns an organization that holds the root department alone.
func New(c Config) *Organization {
	changes := &changeLog{}
	o := &Organization{
		changes:        changes,
		departments:    map[int64]*Department{},
		children:       map[int64][]int64{},
		names:          map[siblingName]int64{},
		headcount:      map[int64]int64{},
		corpID:         c.CorpID,
		scope:          c.Scope,
		customFields:   c.CustomFields,
		users:          map[string]*User{},
		admins:         map[string]bool{},
		uniqueValues:   map[uniqueValue]string{},
		roles:          newRoleStore(changes),
		seniors:        map[string]SeniorSettings{},
		members:        newMemberIndex(),
		lastDepartment: firstDepartmentID - 1,
		lastUser:       firstUserID - 1,
		lastOrder:      firstOrder - 2,
	}
	root := Department{ID: contract.RootDepartmentID, Name: CorpName}
	o.departments[root.ID] = &root
	return o
}

// reserve makes room for n people in an organization without any, which saves the maps from growing.
func (o *Organization) reserve(n int) {
	o.users = make(map[string]*User, n)
	o.uniqueValues = make(map[uniqueValue]string, 3*n)
	o.members.modified = make(map[string]int64, n)
}

func (o *Organization) newDepartmentID() int64 {
	for {
		o.lastDepartment++
		if o.departments[o.lastDepartment] == nil {
			return o.lastDepartment
		}
	}
}

// NewUserID generates a userid.
func (o *Organization) NewUserID() string {
	for {
		o.lastUser++
		if id := fmt.Sprintf("%019d", o.lastUser); o.users[id] == nil {
			return id
		}
	}
}

func (o *Organization) newOrder() int64 {
	o.lastOrder += 2
	return o.lastOrder
}

// put stores a person, new or changed.
func (o *Organization) put(u *User) {
	o.changes.replicate(func(r *Organization) { r.put(u) })
	before := o.users[u.UserID]
	o.releaseUnique(before)
	o.members.add(before, u)
	o.count(before, -1)
	o.count(u, 1)
	o.users[u.UserID] = u
	if u.Admin {
		o.admins[u.UserID] = true
	} else {
		delete(o.admins, u.UserID)
	}
	o.search.put(u)
	for _, key := range u.uniqueKeys() {
		if key.set {
			o.uniqueValues[key.uniqueValue] = u.UserID
		}
	}
}

// remove takes a person out of the organization.
func (o *Organization) remove(userid string) {
	o.changes.replicate(func(r *Organization) { r.remove(userid) })
	u := o.users[userid]
	o.releaseUnique(u)
	o.members.remove(u)
	o.count(u, -1)
	delete(o.users, userid)
	delete(o.admins, userid)
	o.search.remove(userid)
	o.roles.revokeAll(userid)
	delete(o.seniors, userid)
}

// checkExist refuses IDs of departments that do not all exist.
func (o *Organization) checkExist(ids []int64) error {
	if o.exist(ids) {
		return nil
	}
	return refuse(UnknownDepartment)
}

// exist reports whether all departments exist, apart from home-school departments.
func (o *Organization) exist(ids []int64) bool {
	return !slices.ContainsFunc(ids, func(id int64) bool { return o.departments[id] == nil || isHomeSchool(id) })
}

// Users returns copies of all people, sorted by userid.
func (o *Organization) Users() []User {
	out := make([]User, 0, len(o.users))
	for _, id := range slices.Sorted(maps.Keys(o.users)) {
		out = append(out, o.Snapshot(id))
	}
	return out
}

// UserIDs returns the userids of all people, sorted. The list must not be written to.
func (o *Organization) UserIDs() []string {
	if o.sorted.changes != o.members.changes || o.sorted.userids == nil {
		o.sorted.changes, o.sorted.userids = o.members.changes, slices.Sorted(maps.Keys(o.users))
	}
	return o.sorted.userids
}

// FirstIDs returns the smallest userid and the smallest ID of a department below the root. They are zero if there are none.
func (o *Organization) FirstIDs() (userid string, dept int64) {
	for id := range o.users {
		if userid == "" || id < userid {
			userid = id
		}
	}
	for id := range o.departments {
		if id != contract.RootDepartmentID && (dept == 0 || id < dept) {
			dept = id
		}
	}
	return userid, dept
}

// Snapshot returns a copy of an existing person with the roles the person has.
func (o *Organization) Snapshot(userid string) User {
	u := *o.users[userid]
	u.unshare()
	u.RoleList = o.RolesOf(userid)
	return u
}

// Departments returns copies of all departments, the root included, sorted by ID.
func (o *Organization) Departments() []Department {
	out := make([]Department, 0, len(o.departments))
	for _, id := range slices.Sorted(maps.Keys(o.departments)) {
		out = append(out, *o.departments[id].Clone())
	}
	return out
}

// User returns a stored person, or nil.
func (o *Organization) User(userid string) *User { return o.users[userid] }

// Department returns a stored department, or nil.
func (o *Organization) Department(id int64) *Department { return o.departments[id] }

// Name returns the name of the organization, which is that of the root department.
func (o *Organization) Name() string { return o.departments[contract.RootDepartmentID].Name }
