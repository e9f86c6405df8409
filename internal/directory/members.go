package directory

import (
	"cmp"
	"maps"
	"slices"
)

// memberIndex holds who is in which department. Sorted lists are kept until a change invalidates them, so that the
// cost of a page does not grow with the department.
type memberIndex struct {
	changes     int64                  // the number of changes to people so far
	modified    map[string]int64       // the latest change of a person
	departments map[int64]*deptMembers // by department
	accounts    map[Mobile][]string    // enterprise accounts by exclusive_mobile, sorted
	logins      loginQuery
}

// deptMembers holds the direct members of a department.
type deptMembers struct {
	members map[string]member
	sorted  map[string][]string // by order_field; absent where it has to be sorted again
}

// member holds what the order of a department's list depends on.
type member struct {
	joined int64 // the change that added the person
	order  int64 // bigger comes first
}

// CustomOrder is the order_field that applies where a call names none.
const CustomOrder = "custom"

func newMemberIndex() memberIndex {
	return memberIndex{
		modified: map[string]int64{}, departments: map[int64]*deptMembers{}, accounts: map[Mobile][]string{},
	}
}

// add records a person, new or changed; before is nil for a new person.
func (x *memberIndex) add(before, now *User) {
	x.changes++
	x.modified[now.UserID] = x.changes
	if before != nil {
		x.removeAccount(before)
		for _, dept := range before.DeptIDList {
			if !now.In(dept) {
				x.removeMember(dept, now.UserID)
			}
		}
	}
	for _, d := range now.DeptOrderList {
		x.putMember(d, now.UserID)
	}
	if m, has := now.accountMobile(); has {
		at, _ := slices.BinarySearch(x.accounts[m], now.UserID)
		x.accounts[m] = slices.Insert(x.accounts[m], at, now.UserID)
	}
}

// remove deletes a person.
func (x *memberIndex) remove(u *User) {
	x.changes++
	x.removeAccount(u)
	delete(x.modified, u.UserID)
	for _, dept := range u.DeptIDList {
		x.removeMember(dept, u.UserID)
	}
}

func (x *memberIndex) removeAccount(u *User) {
	m, has := u.accountMobile()
	if !has {
		return
	}
	x.accounts[m] = slices.DeleteFunc(x.accounts[m], func(id string) bool { return id == u.UserID })
	if len(x.accounts[m]) == 0 {
		delete(x.accounts, m)
	}
}

func (x *memberIndex) removeMember(id int64, userid string) {
	dept := x.departments[id]
	delete(dept.members, userid)
	dept.sorted = nil
	if len(dept.members) == 0 {
		delete(x.departments, id)
	}
}

// putMember records a member of a department, new or changed.
func (x *memberIndex) putMember(d DeptOrder, userid string) {
	dept := x.departments[d.DeptID]
	if dept == nil {
		dept = &deptMembers{members: map[string]member{}}
		x.departments[d.DeptID] = dept
	}
	m, known := dept.members[userid]
	if !known {
		m.joined = x.changes
		dept.sorted = nil
	}
	if !known || m.order != d.Order {
		m.order = d.Order
		dept.members[userid] = m
		delete(dept.sorted, CustomOrder)
	}
	delete(dept.sorted, "modify_asc")
	delete(dept.sorted, "modify_desc")
}

// MemberIDs returns the direct members of a department in the order of an order_field. The list must not be
// written to.
//
// Assumed: Lists of people sort equal orders by userid (not by pinyin). The orders by joining and by changing go by
// when it happened, for people added by AddUser by the order of those calls. A change of roles is no change of a
// person. listid has the default order.
func (o *Organization) MemberIDs(dept int64, orderField string) []string {
	return o.members.sortedMembers(dept, orderField)
}

// VisibleMemberIDs returns the same for a department that has to be in the contact scope.
func (o *Organization) VisibleMemberIDs(dept int64, orderField string) ([]string, error) {
	if err := o.checkExist([]int64{dept}); err != nil {
		return nil, err
	}
	if !o.seesDepartment(dept) {
		return nil, refuse(DepartmentOutOfScope)
	}
	return o.MemberIDs(dept, orderField), nil
}

func (x *memberIndex) sortedMembers(id int64, orderField string) []string {
	dept := x.departments[id]
	if dept == nil {
		return nil
	}
	if sorted, known := dept.sorted[orderField]; known {
		return sorted
	}
	// ^ reverses the order and, unlike a minus sign, works for the smallest number too.
	key := func(userid string) int64 { return ^dept.members[userid].order }
	switch orderField {
	case "entry_asc":
		key = func(userid string) int64 { return dept.members[userid].joined }
	case "entry_desc":
		key = func(userid string) int64 { return ^dept.members[userid].joined }
	case "modify_asc":
		key = func(userid string) int64 { return x.modified[userid] }
	case "modify_desc":
		key = func(userid string) int64 { return ^x.modified[userid] }
	}
	if dept.sorted == nil {
		dept.sorted = map[string][]string{}
	}
	dept.sorted[orderField] = sortedBy(maps.Keys(dept.members), len(dept.members), key)
	return dept.sorted[orderField]
}

// sortedBy sorts people by an ascending number and then by userid.
func sortedBy(userids func(func(string) bool), n int, key func(string) int64) []string {
	type keyed struct {
		key    int64
		userid string
	}
	entries := make([]keyed, 0, n)
	for id := range userids {
		entries = append(entries, keyed{key(id), id})
	}
	slices.SortFunc(entries, func(a, b keyed) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.userid, b.userid)
	})
	sorted := make([]string, len(entries))
	for i, e := range entries {
		sorted[i] = e.userid
	}
	return sorted
}

// accountMobile returns the number by which an enterprise account of this organization is found.
func (u *User) accountMobile() (Mobile, bool) {
	foreign := func(corp string) bool { return corp != "" && corp != CorpID }
	if !u.ExclusiveAccount || foreign(u.ExclusiveAccountCorpID) || foreign(u.OuterExclusiveCorpID) {
		return Mobile{}, false
	}
	m, err := ParseMobile(u.ExclusiveMobile)
	return m, err == nil
}

// AllMemberIDs returns all direct members of a department in the default order, in the contact scope or not. The list
// must not be written to.
func (o *Organization) AllMemberIDs(dept int64) ([]string, error) {
	if err := o.checkExist([]int64{dept}); err != nil {
		return nil, err
	}
	return o.MemberIDs(dept, CustomOrder), nil
}
