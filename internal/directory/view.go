package directory

import "slices"

// Unit is a department as a tree shows it.
type Unit struct {
	ID     int64
	Name   string
	People int64 // in it or below it, each counted once
}

// Branch is a department and the tree around it.
type Branch struct {
	Department
	People, Direct int64  // with and without those below it
	Path           []Unit // from the root to the department
	Siblings       []Unit // the children of its parent, itself among them; the root alone has no others
	Children       []Unit
}

// Branch returns a department and the tree around it. Like the other methods of this file it is for the console, which
// shows the organization as it is and not as the app may see it. Each reads only what is on a page, because the server
// waits for it.
func (o *Organization) Branch(id int64) (Branch, bool) {
	d := o.departments[id]
	if d == nil {
		return Branch{}, false
	}
	b := Branch{
		Department: *d.Clone(), People: o.headcount[id], Direct: o.DirectCount(id),
		Path: o.path(id), Siblings: []Unit{o.unit(id)}, Children: o.units(o.childrenOf(id)),
	}
	if d.ParentID != 0 {
		b.Siblings = o.units(o.childrenOf(d.ParentID))
	}
	return b, true
}

// Paths returns the path from the root to each of the departments that exist.
func (o *Organization) Paths(ids []int64) map[int64][]Unit {
	paths := make(map[int64][]Unit, len(ids))
	for _, id := range ids {
		if o.departments[id] != nil && paths[id] == nil {
			paths[id] = o.path(id)
		}
	}
	return paths
}

func (o *Organization) unit(id int64) Unit { return Unit{id, o.departments[id].Name, o.headcount[id]} }

func (o *Organization) units(ids []int64) []Unit {
	out := make([]Unit, len(ids))
	for i, id := range ids {
		out[i] = o.unit(id)
	}
	return out
}

func (o *Organization) path(id int64) []Unit {
	path := o.units(o.Ancestors(id))
	slices.Reverse(path)
	return path
}
