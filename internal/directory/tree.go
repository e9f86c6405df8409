package directory

import (
	"cmp"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// maxDepth is how many levels of departments may be below the root.
//
// Assumed: There are at most 15 levels of departments below the root, for calls but not for AddDepartment.
const maxDepth = 15

// isHomeSchool reports whether a department belongs to the contacts of a school with parents and pupils, which the
// service keeps apart from the staff. The live one has the ID -7.
//
// Assumed: A home-school department, whose ID is negative, is listed among its siblings and can be read as others. It is
// unknown (60003) to the lists of people, as seen in v2/user/list, and to calls that change it, add people to it or name
// it in a list; nothing can be created below it or moved there (60004).
func isHomeSchool(id int64) bool { return id < 0 }

// siblingName is a name below a parent. Only one department may have it.
type siblingName struct {
	parent int64
	name   string
}

// sameName returns the sibling that has the name of a department, or 0.
func (o *Organization) sameName(d *Department) int64 {
	if holder := o.names[siblingName{d.ParentID, d.Name}]; holder != d.ID {
		return holder
	}
	return 0
}

// insert puts a department into the tree.
func (o *Organization) insert(d *Department) {
	o.changes.replicate(func(r *Organization) { r.insert(d) })
	o.link(d)
}

func (o *Organization) link(d *Department) {
	o.departments[d.ID] = d
	o.children[d.ParentID] = append(o.children[d.ParentID], d.ID)
	o.names[siblingName{d.ParentID, d.Name}] = d.ID
}

// removeDepartment removes a department that has neither people nor children.
func (o *Organization) removeDepartment(id int64) {
	o.changes.replicate(func(r *Organization) { r.removeDepartment(id) })
	o.unlink(id)
	o.removeFromScopes(id)
	delete(o.children, id)
	delete(o.headcount, id)
}

// unlink takes a department out of the tree. Its children stay below it.
func (o *Organization) unlink(id int64) {
	d := o.departments[id]
	o.children[d.ParentID] = slices.DeleteFunc(o.children[d.ParentID], func(child int64) bool { return child == id })
	delete(o.names, siblingName{d.ParentID, d.Name})
	delete(o.departments, id)
}

// replace stores a changed department. If it has a new parent, its people are counted there from now on.
func (o *Organization) replace(d *Department) {
	o.changes.replicate(func(r *Organization) { r.replace(d) })
	moving := map[string]bool{}
	if o.departments[d.ID].ParentID != d.ParentID {
		o.collectMembers(d.ID, moving)
	}
	for userid := range moving {
		o.count(o.users[userid], -1)
	}
	if d.ID == contract.RootDepartmentID {
		o.departments[d.ID] = d
	} else {
		o.unlink(d.ID)
		o.link(d)
	}
	o.members.changes++ // the contact scope may now hold other people
	for userid := range moving {
		o.count(o.users[userid], 1)
	}
}

// collectMembers adds the people of a department and of all departments below it to a set.
func (o *Organization) collectMembers(id int64, into map[string]bool) {
	for userid := range o.directMembers(id) {
		into[userid] = true
	}
	for _, child := range o.children[id] {
		o.collectMembers(child, into)
	}
}

// directMembers returns the people of a department, without those of departments below it, by userid.
func (o *Organization) directMembers(id int64) map[string]member {
	if dept := o.members.departments[id]; dept != nil {
		return dept.members
	}
	return nil
}

// count adds n to the headcount of every department that a person is in or below, once to each; u may be nil. The
// counts are kept up to date so that no read has to walk the tree.
func (o *Organization) count(u *User, n int64) {
	if u == nil {
		return
	}
	counted := map[int64]bool{}
	for _, id := range u.DeptIDList {
		for at := id; at != 0 && !counted[at]; at = o.departments[at].ParentID {
			counted[at] = true
			o.headcount[at] += n
		}
	}
}

// Headcount returns how many people are in a department or below it. Each is counted once.
func (o *Organization) Headcount(id int64) int64 { return o.headcount[id] }

// DirectCount returns how many people are in a department itself.
func (o *Organization) DirectCount(id int64) int64 { return int64(len(o.directMembers(id))) }

// Ancestors returns a department and the departments above it, the root last.
func (o *Organization) Ancestors(id int64) []int64 {
	out := []int64{}
	for id != 0 {
		out = append(out, id)
		id = o.departments[id].ParentID
	}
	return out
}

// depth returns the number of levels below a department.
func (o *Organization) depth(id int64) int {
	levels := 0
	for _, child := range o.children[id] {
		levels = max(levels, 1+o.depth(child))
	}
	return levels
}

// Children returns the children of a department by ascending order, and by ascending ID where orders are equal.
func (o *Organization) Children(parent int64) ([]int64, error) {
	if o.departments[parent] == nil {
		return nil, refuse(UnknownDepartment)
	}
	return o.childrenOf(parent), nil
}

// VisibleChildren returns those children of a department that are in the contact scope, in their order. The
// department itself may be out of the contact scope: otherwise no walk could begin at the root.
func (o *Organization) VisibleChildren(parent int64) ([]*Department, error) {
	ids, err := o.Children(parent)
	if err != nil {
		return nil, err
	}
	var out []*Department
	for _, id := range ids {
		if o.seesDepartment(id) {
			out = append(out, o.departments[id])
		}
	}
	return out, nil
}

func (o *Organization) childrenOf(parent int64) []int64 {
	ids := append([]int64{}, o.children[parent]...)
	slices.SortFunc(ids, func(a, b int64) int {
		return cmp.Or(cmp.Compare(o.departments[a].Order, o.departments[b].Order), cmp.Compare(a, b))
	})
	return ids
}
