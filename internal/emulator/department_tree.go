package emulator

import (
	"cmp"
	"slices"
)

// maxDepth is how many levels of departments may be below the root. The documentation names no number.
const maxDepth = 15

// sibling is a name below a parent, where there may be one.
type sibling struct {
	parent int64
	name   string
}

// namesake finds the department that has the name a department is to have in its place; 0 is none.
func (o *organisation) namesake(d *Department) int64 {
	if holder := o.named[sibling{d.ParentID, d.Name}]; holder != d.ID {
		return holder
	}
	return 0
}

// attach hangs a department into the tree.
func (o *organisation) attach(d *Department) {
	o.departments[d.ID] = d
	o.children[d.ParentID] = append(o.children[d.ParentID], d.ID)
	o.named[sibling{d.ParentID, d.Name}] = d.ID
}

// detach takes a department out of the tree. What is below it stays below it.
func (o *organisation) detach(id int64) {
	d := o.departments[id]
	o.children[d.ParentID] = slices.DeleteFunc(o.children[d.ParentID], func(child int64) bool { return child == id })
	delete(o.named, sibling{d.ParentID, d.Name})
	delete(o.departments, id)
}

// replace stores a changed department, which may have a new place. Its people then count elsewhere.
func (o *organisation) replace(d *Department) {
	moving := map[string]bool{}
	if o.departments[d.ID].ParentID != d.ParentID {
		o.gather(d.ID, moving)
	}
	for userid := range moving {
		o.count(o.users[userid], -1)
	}
	o.detach(d.ID)
	o.attach(d)
	o.roll.changes++ // who is in the contact scope may be others now
	for userid := range moving {
		o.count(o.users[userid], 1)
	}
}

// gather collects the people of a department and of those below it.
func (o *organisation) gather(id int64, into map[string]bool) {
	for userid := range o.directMembers(id) {
		into[userid] = true
	}
	for _, child := range o.children[id] {
		o.gather(child, into)
	}
}

// directMembers are the people of a department, without those below it, by userid.
func (o *organisation) directMembers(id int64) map[string]member {
	if roster := o.roll.rosters[id]; roster != nil {
		return roster.members
	}
	return nil
}

// count adds to the headcount of every department that a person, if there is one, is in or below, once to
// each. Kept up so, nobody has to be counted when somebody asks.
func (o *organisation) count(u *User, by int64) {
	if u == nil {
		return
	}
	counted := map[int64]bool{}
	for _, id := range u.DeptIDList {
		for at := id; at != 0 && !counted[at]; at = o.departments[at].ParentID {
			counted[at] = true
			o.headcount[at] += by
		}
	}
}

// chain is a department and those above it, the root last.
func (o *organisation) chain(id int64) []int64 {
	out := []int64{}
	for id != 0 {
		out = append(out, id)
		id = o.departments[id].ParentID
	}
	return out
}

// height is the number of levels below a department.
func (o *organisation) height(id int64) int {
	levels := 0
	for _, child := range o.children[id] {
		levels = max(levels, 1+o.height(child))
	}
	return levels
}

// childrenOf returns the children of a department by ascending order; ties go to the smaller ID.
func (o *organisation) childrenOf(parent int64) []int64 {
	ids := append([]int64{}, o.children[parent]...)
	slices.SortFunc(ids, func(a, b int64) int {
		return cmp.Or(cmp.Compare(o.departments[a].Order, o.departments[b].Order), cmp.Compare(a, b))
	})
	return ids
}
