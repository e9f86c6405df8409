package emulator

import (
	"context"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Reset restores what New made: the organization, the clock and all that a console may set, such as limits and what the
// app may do. People, departments and roles that were added since are removed, and so are queued faults, the counts of
// limits and the blocks of addresses, a callback that the app registered and the list of failed events. On a server with
// a console, what a program added before Listen belongs to the initial state and remains. The tokens and the login codes
// are revoked, and no other organization has authorized the app. It sends no events, and those under way are not sent again. The journal and the record of events are kept,
// and calls in progress and Stream connections are not affected. Disturbances end.
func (s *Server) Reset() error {
	s.mu.Lock()
	seeds := slices.Clone(s.seeds)
	s.mu.Unlock()
	return s.replace(s.config.sample, seeds, func() {
		s.token, s.ssoToken, s.ticket, s.sessions = token{}, token{}, ticket{}, newSessions()
		s.endAuthorizations()
		s.dropDeliveries()
		s.moveClock(-s.ahead)
		s.settings = s.config.settings
		s.disturbances = nil
		s.failed = failedCallbacks{}
		if s.callback != nil && s.callback.registered {
			s.callback = nil
		}
		clear(s.codes)
		clear(s.faults)
		clear(s.windows)
		clear(s.addresses)
	})
}

// Reseed replaces the organization by a sample, as WithSampleOrg makes it, in one step: a call meets either the old one
// or the new one. Everything else stays as it is. The server serves calls while the sample is built. It sends no events.
func (s *Server) Reseed(departments, users int, seed uint64) error {
	sample := directory.Sample{Departments: departments, Users: users, Seed: seed}
	return s.replace(sample, nil, func() {})
}

// replace replaces the organization and calls alongside in the same step. Only one organization is built at a time,
// because each takes memory.
func (s *Server) replace(sample directory.Sample, seeds []seed, alongside func()) error {
	s.rebuildMu.Lock()
	defer s.rebuildMu.Unlock()
	org, err := buildOrganization(context.Background(), s.config, sample, seeds)
	if err != nil {
		return err
	}
	if s.indexed() {
		org.BuildIndex()
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.setOrganization(org)
	alongside()
	s.setScope(s.scope)
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
func buildOrganization(ctx context.Context, c config, sample directory.Sample, seeds []seed) (*directory.Organization, error) {
	org, err := directory.NewSample(ctx, directory.Config{Scope: c.scope, CustomFields: c.customFields, Now: c.clock()}, sample)
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
