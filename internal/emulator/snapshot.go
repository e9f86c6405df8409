package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Users returns all people, sorted by userid.
func (s *Server) Users() []directory.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.Users()
}

// User returns what is stored of a person.
func (s *Server) User(userid string) (directory.User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.org.User(userid) == nil {
		return directory.User{}, false
	}
	return s.org.Snapshot(userid), true
}

// Departments returns all departments, the root included, sorted by ID.
func (s *Server) Departments() []directory.Department {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.Departments()
}

// Department returns what is stored of a department.
func (s *Server) Department(id int64) (directory.Department, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	d := s.org.Department(id)
	if d == nil {
		return directory.Department{}, false
	}
	return *d.Clone(), true
}

// Roles returns all roles, those of the default group included, sorted by ID.
func (s *Server) Roles() []directory.Role {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.Roles()
}

// RoleGroups returns all role groups, the default one included, sorted by ID.
func (s *Server) RoleGroups() []directory.RoleGroup {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.RoleGroups()
}

// Branch returns a department and the tree around it.
func (s *Server) Branch(id int64) (directory.Branch, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.Branch(id)
}

// Paths returns the path from the root to each of the departments that exist.
func (s *Server) Paths(ids []int64) map[int64][]directory.Unit {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.Paths(ids)
}

// Members returns up to n of a department's direct members from an offset on, in the default order.
func (s *Server) Members(id, offset, n int64) []directory.User {
	s.mu.Lock()
	defer s.mu.Unlock()
	userids, _ := cut(s.org.MemberIDs(id, directory.CustomOrder), offset, n)
	out := make([]directory.User, len(userids))
	for i, userid := range userids {
		out[i] = s.org.Snapshot(userid)
	}
	return out
}

// BuildIndex builds the index that Search reads, so that the first search does not have to.
func (s *Server) BuildIndex() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.org.BuildIndex()
}

// Search finds people by a part of their name, mobile number, userid or job number, in upper or lower case. It returns
// the n best matches and the number of all matches.
func (s *Server) Search(text string, n int) (found []directory.User, total int) {
	return s.searchIndex().Search(text, n) // without the lock
}

func (s *Server) searchIndex() directory.SearchIndex {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.SearchIndex()
}

// UserResponse returns the response of GetUser about a person, byte for byte except for its request ID. It makes no
// call: nothing is recorded, and no fault, limit or token applies.
func (s *Server) UserResponse(userid string) []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	rt := s.ops[contract.GetUser.Name]
	if slices.Contains(s.withoutScopes, rt.Permission) {
		return failed(rt, s.permissionMissing(rt)).body
	}
	result, err := rt.run(s, nil, args{"userid": userid})
	if err != nil {
		return failed(rt, s.refusalFor(rt, err)).body
	}
	return succeed(rt, result).body
}
