package emulator

import (
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// AddUser adds a person and returns the userid. Unlike a created one, a person added here may be active, an
// administrator or without a mobile number.
func (s *Server) AddUser(u directory.User) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	id, err := s.org.AddUser(u.Clone(), s.now())
	if broken, ok := errors.AsType[*directory.Error](err); ok {
		return "", fmt.Errorf("%w (a call would get %d)", err, ruleCodes[broken.Rule])
	}
	if err == nil {
		kept := u.Clone()
		kept.UserID = id
		s.remember(func(org *directory.Organization, now time.Time) error {
			_, err := org.AddUser(kept.Clone(), now)
			return err
		})
	}
	return id, err
}

// AddDepartment adds a department to the tree, however deep, and returns its ID. Its lists may name people who do not
// exist yet.
func (s *Server) AddDepartment(d directory.Department) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	id, err := s.org.AddDepartment(d.Clone())
	if err == nil {
		kept := d.Clone()
		kept.ID = id
		s.remember(func(org *directory.Organization, _ time.Time) error {
			_, err := org.AddDepartment(kept.Clone())
			return err
		})
	}
	return id, err
}

// AddRoleGroup adds a role group and returns its ID.
func (s *Server) AddRoleGroup(g directory.RoleGroup) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	id, err := s.org.AddRoleGroup(g)
	if err == nil {
		g.ID = id
		s.remember(func(org *directory.Organization, _ time.Time) error { _, err := org.AddRoleGroup(g); return err })
	}
	return id, err
}

// AddRole adds a role, and its group if none has the name, and returns the role's ID. A role that exists remains as it
// is.
func (s *Server) AddRole(r directory.Role) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	id, err := s.org.AddRole(r)
	if err == nil {
		r.ID = id
		s.remember(func(org *directory.Organization, _ time.Time) error { _, err := org.AddRole(r); return err })
	}
	return id, err
}

// SetUser replaces a person, roles included, also where no call can.
func (s *Server) SetUser(u directory.User) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	kept := u.Clone()
	err := s.org.SetUser(u.Clone())
	if err == nil {
		s.remember(func(org *directory.Organization, _ time.Time) error { return org.SetUser(kept.Clone()) })
	}
	return err
}

// SetDepartment replaces a department, the root included.
func (s *Server) SetDepartment(d directory.Department) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.publishChanges(theProgram)
	s.notifyOrgChanged()
	kept := d.Clone()
	err := s.org.SetDepartment(d.Clone())
	if err == nil {
		s.remember(func(org *directory.Organization, _ time.Time) error { return org.SetDepartment(kept.Clone()) })
	}
	return err
}
