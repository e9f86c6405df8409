package directory

import (
	"maps"
	"slices"
)

// Redo makes a change of an organization in its replica.
type Redo func(replica *Organization)

// Replicate returns a copy of the organization, which shares the stored people and departments, and calls log with each
// change from then on. Nothing else may change the copy.
func (o *Organization) Replicate(log func(Redo)) *Organization {
	r := *o
	r.changes = &changeLog{}
	r.departments, r.names, r.headcount = maps.Clone(o.departments), maps.Clone(o.names), maps.Clone(o.headcount)
	r.children = cloneLists(o.children)
	r.users, r.admins, r.uniqueValues = maps.Clone(o.users), maps.Clone(o.admins), maps.Clone(o.uniqueValues)
	r.roles = o.roles.replica(r.changes)
	r.contacts, r.leaves, r.seniors = slices.Clone(o.contacts), slices.Clone(o.leaves), maps.Clone(o.seniors)
	r.members = o.members.replica()
	r.search, r.sorted.userids = SearchIndex{}, nil
	o.changes.redo = log
	return &r
}

func cloneLists[K comparable, V any](lists map[K][]V) map[K][]V {
	out := make(map[K][]V, len(lists))
	for key, list := range lists {
		out[key] = slices.Clone(list)
	}
	return out
}

func (x *memberIndex) replica() memberIndex {
	out := newMemberIndex()
	out.changes, out.modified, out.accounts = x.changes, maps.Clone(x.modified), cloneLists(x.accounts)
	for id, dept := range x.departments {
		out.departments[id] = &deptMembers{members: maps.Clone(dept.members)}
	}
	return out
}

func (r *roleStore) replica(changes *changeLog) *roleStore {
	out := *r
	out.changes = changes
	out.groups, out.roles = maps.Clone(r.groups), maps.Clone(r.roles)
	out.grants, out.holders = cloneLists(r.grants), map[int64][]string{}
	return &out
}
