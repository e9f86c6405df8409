package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// What follows is for the console, which shows the organisation as it is and not as the app may see it. It reads
// what is on a page and no more: the server stands still meanwhile.

// Unit is a department in a tree.
type Unit struct {
	ID     int64
	Name   string
	People int64 // in it or below it, each once
}

// Branch is a department and the tree around it.
type Branch struct {
	Department
	People, Direct int64  // with and without those below it
	Path           []Unit // from the root to it
	Sisters        []Unit // the children of its parent, itself among them; the root has none
	Children       []Unit
}

// Branch returns a department and the tree around it.
func (s *Server) Branch(id int64) (Branch, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.org.departments[id]
	if d == nil {
		return Branch{}, false
	}
	b := Branch{
		Department: *d.clone(), People: s.org.headcount[id], Direct: int64(len(s.org.directMembers(id))),
		Path: s.org.path(id), Sisters: []Unit{s.org.unit(id)}, Children: s.org.units(s.org.childrenOf(id)),
	}
	if d.ParentID != 0 {
		b.Sisters = s.org.units(s.org.childrenOf(d.ParentID))
	}
	return b, true
}

// Paths returns the way from the root to each of the departments that are there.
func (s *Server) Paths(ids []int64) map[int64][]Unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	paths := make(map[int64][]Unit, len(ids))
	for _, id := range ids {
		if s.org.departments[id] != nil && paths[id] == nil {
			paths[id] = s.org.path(id)
		}
	}
	return paths
}

// Members returns up to n of a department's direct members from an offset on, in the order of its lists.
func (s *Server) Members(id, offset, n int64) []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	userids, _ := cut(s.org.roll.members(id, byCustom), offset, n)
	out := make([]User, len(userids))
	for i, userid := range userids {
		out[i] = s.org.snapshot(userid)
	}
	return out
}

// UserAnswer is the answer of GetUser about a person, byte for byte but for its request ID. No call is made for it:
// nothing is recorded, no fault is met, and no limit or token has a say.
func (s *Server) UserAnswer(userid string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	rt := s.ops[contract.GetUser.Name]
	if slices.Contains(s.config.withoutScopes, rt.Permission) {
		return failed(rt.Path, asRefusal(s.permissionMissing(rt))).body
	}
	result, err := rt.handle(s, args{"userid": userid})
	if err != nil {
		return failed(rt.Path, asRefusal(err)).body
	}
	return succeed(rt, result).body
}

func (o *organisation) unit(id int64) Unit { return Unit{id, o.departments[id].Name, o.headcount[id]} }

func (o *organisation) units(ids []int64) []Unit {
	out := make([]Unit, len(ids))
	for i, id := range ids {
		out[i] = o.unit(id)
	}
	return out
}

func (o *organisation) path(id int64) []Unit {
	path := o.units(o.chain(id))
	slices.Reverse(path)
	return path
}
