package directory

// Change is what an observer is told of: one of the types of this file. The people and departments in it are those of the
// organization and must not be written to.
type Change any

// UserAdded describes a person who was created, added or rehired.
type UserAdded struct{ User *User }

// UserChanged describes a person who was changed.
type UserChanged struct{ Before, After *User }

// UserLeft describes a person who was deleted or left.
type UserLeft struct{ User *User }

// DepartmentAdded describes a new department.
type DepartmentAdded struct{ Department *Department }

// DepartmentChanged describes a department that was changed.
type DepartmentChanged struct{ Before, After *Department }

// DepartmentRemoved describes a department that was deleted.
type DepartmentRemoved struct{ Department *Department }

// RoleAdded describes a new role or a new role group.
type RoleAdded struct{ ID int64 }

// RoleChanged describes a role that was renamed.
type RoleChanged struct{ Before, After StoredRole }

// RoleRemoved describes a role that was deleted. The people who had it have lost it.
type RoleRemoved struct{ ID int64 }

// RolesGranted describes people who got roles, each of them each role. Some may have had some of them.
type RolesGranted struct {
	UserIDs []string
	RoleIDs []int64
}

// RolesRevoked describes people from whom roles were taken. Some may not have had them all.
type RolesRevoked struct {
	UserIDs []string
	RoleIDs []int64
}

// changeLog passes changes on to the observer and to the replica.
type changeLog struct {
	observe func(Change) // nil: there is no observer
	redo    func(Redo)   // nil: there is no replica
}

func (l *changeLog) add(c Change) {
	if l.observe != nil {
		l.observe(c)
	}
}

// replicate passes on how a replica makes a change. It is called where the change is made, in each function that makes
// one itself.
func (l *changeLog) replicate(redo Redo) {
	if l.redo != nil {
		l.redo(redo)
	}
}

// Observe sets the function that is called after each change of people, departments, roles and who has them. It must
// not change the organization.
func (o *Organization) Observe(f func(Change)) { o.changes.observe = f }
