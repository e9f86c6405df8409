package emulator

import (
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Reset takes the server back to what New made: its organisation, its limit and its clock. People, departments and
// roles added since are gone, through calls or not, and so are the faults in line, the calls counted for limits
// and the blocks of addresses. What a program added before Listen, with WithConsole, belongs to the beginning and
// remains. The token is revoked. The journal stays, since it tells what led here, and calls under way end as they
// would have.
func (s *Server) Reset() error {
	s.mu.Lock()
	seeds := slices.Clone(s.seeds)
	s.mu.Unlock()
	return s.replace(s.config.sample, seeds, func() {
		s.token, s.ahead, s.qps = token{}, 0, s.config.qps
		clear(s.faults)
		clear(s.windows)
		clear(s.addresses)
	})
}

// Reseed replaces the organisation by another, with what WithSampleOrg fills it with, at once: a call meets the one or
// the other. All else stays as it is. Until the other is made the server goes on.
func (s *Server) Reseed(departments, users int, seed uint64) error {
	sample := directory.Sample{Departments: departments, Users: users, Seed: seed}
	if err := sample.CheckMax(); err != nil {
		return err
	}
	return s.replace(sample, nil, func() {})
}

// replace replaces the organization and calls alongside in the same step. Only one organization is built at a time,
// because each takes memory.
func (s *Server) replace(sample directory.Sample, seeds []seed, alongside func()) error {
	s.rebuildMu.Lock()
	defer s.rebuildMu.Unlock()
	org, err := buildOrganization(s.config, sample, seeds)
	if err != nil {
		return err
	}
	if s.indexed() {
		org.BuildIndex()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.org = org
	alongside()
	s.notifyOrgChanged()
	return nil
}

// indexed reports whether the search index is built.
func (s *Server) indexed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.Indexed()
}

// buildOrganization returns a sample organization with the seeds, without a lock.
func buildOrganization(c config, sample directory.Sample, seeds []seed) (*directory.Organization, error) {
	org, err := directory.NewSample(directory.Config{Scope: c.scope, CustomFields: c.customFields}, sample)
	if err != nil {
		return nil, err
	}
	for _, add := range seeds {
		if err := add(org, c.clock()); err != nil {
			return nil, err
		}
	}
	return org, nil
}

// seed adds to an organization what a program added to the server's.
type seed func(org *directory.Organization, now time.Time) error

// remember keeps what a program adds before Listen, for the reset of a console. A server without a console keeps
// nothing.
func (s *Server) remember(add seed) {
	if s.console != nil && !s.listened {
		s.seeds = append(s.seeds, add)
	}
}
