package emulator

import (
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// settings holds what a console may change while the server runs. The options set the initial values, which Reset
// restores.
type settings struct {
	access

	qps          int
	addressLimit int
	minDelay     time.Duration // both network delays together
	maxDelay     time.Duration
}

// access holds what the app may see and do, and from where.
type access struct {
	withoutScopes   []string
	scope           directory.Scope
	allowedIPs      []string
	withoutMobile   bool
	withoutPersonal bool
}

// check refuses settings that cannot be.
func (c *settings) check() error {
	if c.qps < 0 || c.addressLimit < 0 {
		return fmt.Errorf("a limit must not be negative: %d", min(c.qps, c.addressLimit))
	}
	if c.minDelay < 0 || c.maxDelay < c.minDelay {
		return fmt.Errorf("the jitter must have a minimum of 0 or more and a larger maximum: %v, %v", c.minDelay, c.maxDelay)
	}
	if slices.Contains(c.scope.Departments, 0) {
		return fmt.Errorf("no department has the ID 0")
	}
	for _, point := range c.withoutScopes {
		if !slices.Contains(PermissionPoints(), point) {
			return fmt.Errorf("no endpoint needs the permission point %q", point)
		}
	}
	return nil
}

// PermissionPoints returns the permission points that endpoints need, in the order of the documentation.
func PermissionPoints() []string {
	var points []string
	for _, e := range endpoints() {
		if e.Permission != "" && !slices.Contains(points, e.Permission) {
			points = append(points, e.Permission)
		}
	}
	return append(points, mobilePoint)
}

// OperationsThatNeed returns the names of the operations that need a permission point.
func OperationsThatNeed(point string) []string {
	var names []string
	for _, e := range endpoints() {
		if e.Permission == point {
			names = append(names, e.Name)
		}
	}
	return names
}

// Settings describes what holds at present of what can be changed while the server runs.
type Settings struct {
	QPS                int // calls of each operation per second; 0: no limit
	AddressLimit       int // calls of an address in 20 seconds; 0: no limit
	MinDelay, MaxDelay time.Duration
	MissingPoints      []string // the permission points that the app lacks
	ScopeDepartments   []int64
	ScopeUsers         []string
}

// Settings returns the present settings.
func (s *Server) Settings() Settings {
	s.mu.Lock()
	defer s.mu.Unlock()
	return Settings{
		QPS: s.qps, AddressLimit: s.addressLimit, MinDelay: s.minDelay, MaxDelay: s.maxDelay,
		MissingPoints:    slices.Clone(s.withoutScopes),
		ScopeDepartments: slices.Clone(s.scope.Departments), ScopeUsers: slices.Clone(s.scope.Users),
	}
}

// SetLimit changes the limit of WithQPS. Calls of the current second count if there was a limit before.
func (s *Server) SetLimit(qps int) error {
	return s.change(func(c *settings) { c.qps = qps })
}

// SetAddressLimit changes the limit of WithAddressLimit. The counting begins anew, and blocks end.
func (s *Server) SetAddressLimit(calls int) error {
	return s.change(func(c *settings) { c.addressLimit = calls })
}

// SetJitter changes the delays of WithJitter for the calls that arrive from now on.
func (s *Server) SetJitter(least, most time.Duration) error {
	return s.change(func(c *settings) { c.minDelay, c.maxDelay = least, most })
}

// SetMissingPoints takes permission points from the app, as WithoutScope does, and gives it all others.
func (s *Server) SetMissingPoints(points []string) error {
	return s.change(func(c *settings) { c.withoutScopes = slices.Clone(points) })
}

// SetContactScope changes the contact scope of WithContactScope.
func (s *Server) SetContactScope(departments []int64, users []string) error {
	return s.change(func(c *settings) { c.scope = directory.NewScope(departments, users) })
}

// change changes the settings in one step: a call meets either the old ones or the new ones.
func (s *Server) change(edit func(*settings)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	next := s.settings
	edit(&next)
	if err := next.check(); err != nil {
		return err
	}
	if next.addressLimit != s.addressLimit {
		clear(s.addresses)
	}
	scopeChanged := !reflect.DeepEqual(next.scope, s.scope)
	s.settings = next
	s.setScope(next.scope)
	if scopeChanged {
		s.publishScope(next.scope)
	}
	s.notifyOrgChanged()
	return nil
}
