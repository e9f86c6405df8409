package emulator

import (
	"fmt"
	"slices"
)

// The largest organisation that Reseed makes. Its size may come from a form, and the organisation is held in
// memory.
const (
	MaxSampleDepartments = 10_000
	MaxSampleUsers       = 200_000
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
	switch {
	case departments < 0 || departments > MaxSampleDepartments:
		return fmt.Errorf("a sample organisation has 0 to %d departments, not %d", MaxSampleDepartments, departments)
	case users < 0 || users > MaxSampleUsers:
		return fmt.Errorf("a sample organisation has 0 to %d people, not %d", MaxSampleUsers, users)
	}
	return s.replace(sampleOrg{departments, users, seed}, nil, func() {})
}

// replace puts another organisation in place and does what belongs to it in the same moment. One is made at a
// time, for each takes memory.
func (s *Server) replace(sample sampleOrg, seeds []func(*Server) error, meanwhile func()) error {
	s.founding.Lock()
	defer s.founding.Unlock()
	org, err := found(s.config, sample, seeds)
	if err != nil {
		return err
	}
	if s.indexed() {
		org.makeIndex()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.org = org
	meanwhile()
	s.reorganised()
	return nil
}

// indexed says whether somebody searches the organisation.
func (s *Server) indexed() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.org.index.at != nil
}

// found makes an organisation, with a server of its own so that nobody waits for it.
func found(c config, sample sampleOrg, seeds []func(*Server) error) (*organisation, error) {
	c.sample = sample
	s := &Server{config: c, org: newOrganisation(c)}
	if err := s.seedSample(); err != nil {
		return nil, err
	}
	for _, seed := range seeds {
		if err := seed(s); err != nil {
			return nil, err
		}
	}
	return s.org, nil
}

// remember keeps what a program puts into the organisation before it listens, for a console that resets it. Tests in
// memory, which have none, pay nothing.
func (s *Server) remember(seed func(*Server) error) {
	if s.console != nil && !s.listened {
		s.seeds = append(s.seeds, seed)
	}
}
