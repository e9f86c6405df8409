package emulator

import (
	"cmp"
	"maps"
	"slices"
)

// roll knows who is where without asking everybody. What has to be sorted stays sorted until somebody
// changes it, so that a page costs no more than what is on it.
type roll struct {
	changes  int64                 // counts whatever was written to people
	modified map[string]int64      // the latest change of a person
	rosters  map[int64]*membership // by department
	accounts map[mobile][]string   // enterprise accounts by exclusive_mobile, sorted
	logins   logins
}

// membership is the direct members of a department.
type membership struct {
	members map[string]member
	sorted  map[string][]string // by order_field; absent where it is to be sorted again
}

type member struct {
	joined int64 // the change that brought them
	order  int64 // their place, bigger first
}

// byCustom is the order where none is asked for.
const byCustom = "custom"

func newRoll() roll {
	return roll{
		modified: map[string]int64{}, rosters: map[int64]*membership{}, accounts: map[mobile][]string{},
	}
}

// enter takes note of a person as they are now; before is nil for a new one.
func (r *roll) enter(before, now *User) {
	r.changes++
	r.modified[now.UserID] = r.changes
	if before != nil {
		r.forget(before)
		for _, dept := range before.DeptIDList {
			if !now.in(dept) {
				r.leave(dept, now.UserID)
			}
		}
	}
	for _, d := range now.DeptOrderList {
		r.join(d, now.UserID)
	}
	if m, has := now.accountMobile(); has {
		at, _ := slices.BinarySearch(r.accounts[m], now.UserID)
		r.accounts[m] = slices.Insert(r.accounts[m], at, now.UserID)
	}
}

// strike takes a person off.
func (r *roll) strike(u *User) {
	r.changes++
	r.forget(u)
	delete(r.modified, u.UserID)
	for _, dept := range u.DeptIDList {
		r.leave(dept, u.UserID)
	}
}

func (r *roll) forget(u *User) {
	m, has := u.accountMobile()
	if !has {
		return
	}
	r.accounts[m] = slices.DeleteFunc(r.accounts[m], func(id string) bool { return id == u.UserID })
	if len(r.accounts[m]) == 0 {
		delete(r.accounts, m)
	}
}

func (r *roll) leave(dept int64, userid string) {
	roster := r.rosters[dept]
	delete(roster.members, userid)
	roster.sorted = nil
	if len(roster.members) == 0 {
		delete(r.rosters, dept)
	}
}

// join takes note of a member, new or changed.
func (r *roll) join(d DeptOrder, userid string) {
	roster := r.rosters[d.DeptID]
	if roster == nil {
		roster = &membership{members: map[string]member{}}
		r.rosters[d.DeptID] = roster
	}
	m, there := roster.members[userid]
	if !there {
		m.joined = r.changes
		roster.sorted = nil
	}
	if !there || m.order != d.Order {
		m.order = d.Order
		roster.members[userid] = m
		delete(roster.sorted, byCustom)
	}
	delete(roster.sorted, "modify_asc")
	delete(roster.sorted, "modify_desc")
}

// members lists the direct members of a department. The list is the roll's own.
func (r *roll) members(dept int64, field string) []string {
	roster := r.rosters[dept]
	if roster == nil {
		return nil
	}
	if sorted, there := roster.sorted[field]; there {
		return sorted
	}
	// ^ turns the order round, and unlike a minus sign does so for the smallest number too.
	key := func(userid string) int64 { return ^roster.members[userid].order }
	switch field {
	case "entry_asc":
		key = func(userid string) int64 { return roster.members[userid].joined }
	case "entry_desc":
		key = func(userid string) int64 { return ^roster.members[userid].joined }
	case "modify_asc":
		key = func(userid string) int64 { return r.modified[userid] }
	case "modify_desc":
		key = func(userid string) int64 { return ^r.modified[userid] }
	}
	if roster.sorted == nil {
		roster.sorted = map[string][]string{}
	}
	roster.sorted[field] = sortedBy(maps.Keys(roster.members), len(roster.members), key)
	return roster.sorted[field]
}

// sortedBy sorts people by a number, smaller first, and then by userid.
func sortedBy(userids func(func(string) bool), n int, key func(string) int64) []string {
	type place struct {
		key    int64
		userid string
	}
	places := make([]place, 0, n)
	for id := range userids {
		places = append(places, place{key(id), id})
	}
	slices.SortFunc(places, func(a, b place) int {
		if a.key != b.key {
			return cmp.Compare(a.key, b.key)
		}
		return cmp.Compare(a.userid, b.userid)
	})
	sorted := make([]string, len(places))
	for i, p := range places {
		sorted[i] = p.userid
	}
	return sorted
}

// accountMobile is the number by which an enterprise account of this organisation is found.
func (u *User) accountMobile() (mobile, bool) {
	foreign := func(corp string) bool { return corp != "" && corp != corpID }
	if !u.ExclusiveAccount || foreign(u.ExclusiveAccountCorpID) || foreign(u.OuterExclusiveCorpID) {
		return mobile{}, false
	}
	m, err := parseMobile(u.ExclusiveMobile)
	return m, err == nil
}
