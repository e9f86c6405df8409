package emulator

import (
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// replica is the organization as reads of the app show it while they lag behind its writes.
type replica struct {
	org     *directory.Organization
	changes []laggingChange // not yet made, in order
}

// laggingChange is a change and when reads show it.
type laggingChange struct {
	at   time.Time
	redo directory.Redo
}

// replicate begins to lag behind the organization, if an option demands it.
func (s *Server) replicate() {
	if s.config.readLag == 0 {
		return
	}
	s.replica = &replica{}
	s.replica.org = s.org.Replicate(func(redo directory.Redo) {
		s.replica.changes = append(s.replica.changes, laggingChange{s.now().Add(s.config.readLag), redo})
	})
}

// lag makes a read meet the organization as it was some time ago, until the function that it returns is called.
//
// Assumed: With WithReadLag a read shows each change that is old enough, and no part of a younger one. Reads by an
// administrator and the checks of writes do not lag.
func (s *Server) lag(r *request, rt *route) (restore func()) {
	if s.replica == nil || rt.Write || r.admin {
		return func() {}
	}
	changes := s.replica.changes
	for len(changes) > 0 && !changes[0].at.After(s.now()) {
		changes[0].redo(s.replica.org)
		changes[0] = laggingChange{}
		changes = changes[1:]
	}
	s.replica.changes = changes
	live := s.org
	s.org = s.replica.org
	return func() { s.org = live }
}

// setOrganization replaces the organization.
func (s *Server) setOrganization(org *directory.Organization) {
	s.org = org
	s.org.Observe(s.observe)
	s.replicate()
}

// setScope changes the contact scope. Reads meet the new one at once.
func (s *Server) setScope(scope directory.Scope) {
	s.org.SetScope(scope)
	if s.replica != nil {
		s.replica.org.SetScope(scope)
	}
}
