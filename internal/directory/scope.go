package directory

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Scope is the contact scope, which holds what the app may see: departments with all that is below them, and people.
type Scope struct {
	Departments []int64 // as they were set
	Users       []string

	hasDepartment map[int64]bool
	hasUser       map[string]bool
}

// NewScope returns a contact scope of departments and people.
func NewScope(departments []int64, users []string) Scope {
	return Scope{slices.Clone(departments), slices.Clone(users), setOf(departments), setOf(users)}
}

func setOf[T comparable](list []T) map[T]bool {
	set := make(map[T]bool, len(list))
	for _, entry := range list {
		set[entry] = true
	}
	return set
}

// WholeOrganization returns the contact scope of an app that may see everything.
func WholeOrganization() Scope { return NewScope([]int64{contract.RootDepartmentID}, nil) }

// SetScope changes the contact scope.
func (o *Organization) SetScope(scope Scope) {
	o.scope = scope
	o.members.changes++ // results that depend on the scope are not kept
}

// seesDepartment reports whether a department exists and it or a department above it is in the contact scope.
func (o *Organization) seesDepartment(id int64) bool {
	for d := o.departments[id]; d != nil; d = o.departments[d.ParentID] {
		if o.scope.hasDepartment[d.ID] {
			return true
		}
	}
	return false
}

// seesUser reports whether a person, or a department the person is in, is in the contact scope.
func (o *Organization) seesUser(u *User) bool {
	return o.scope.hasUser[u.UserID] || slices.ContainsFunc(u.DeptIDList, o.seesDepartment)
}

// seesAll reports whether all departments are in the contact scope.
func (o *Organization) seesAll(ids []int64) bool {
	return !slices.ContainsFunc(ids, func(id int64) bool { return !o.seesDepartment(id) })
}

// VisibleUser returns a person, who has to be in the contact scope.
func (o *Organization) VisibleUser(userid string) (*User, error) {
	u := o.users[userid]
	switch {
	case u == nil:
		return nil, refuse(UnknownUser)
	case !o.seesUser(u):
		return nil, refuse(UserOutOfScope)
	}
	return u, nil
}

// VisibleDepartment returns a department, which has to be in the contact scope.
//
// Assumed: The contact scope limits the children that listsub returns, not the department asked for. A move needs both
// ends in it. The new departments of a person must be in it, those the person has need not. Chains of parents go up to
// the root. What does not exist is refused as unknown before the scope is checked. The scope does not limit who may be
// a manager or be on a visibility list.
func (o *Organization) VisibleDepartment(id int64) (*Department, error) {
	d := o.departments[id]
	switch {
	case d == nil:
		return nil, refuse(UnknownDepartment)
	case !o.seesDepartment(id):
		return nil, refuse(DepartmentOutOfScope)
	}
	return d, nil
}
