package emulator

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// WithSampleOrg fills the organisation with that many departments below the root and that many people, all of
// them invented. The same arguments make the same organisation, byte for byte, on every run and machine, and
// another seed makes another one; more people do not make other departments.
//
// It is awkward where organisations are. There are up to seven levels of departments, some of which are hidden,
// outer, crowded or empty, and the names of departments and people are Chinese, Latin and odd: with HTML, emoji,
// letters from right to left, or as long as they may be. One person in twelve is in several departments, and the
// boss, who is the main administrator, is in ten if there are so many. Some people are in the root itself, some
// are inactive, and some have nothing but a name, a number and a department. Default orders are beyond 2^53. Roles
// are given from groups beside the default one. It takes a few dozen of both for each of these to be there, and a
// thousand people for a department of more than a page. Nobody is known to have logged in.
//
// What is added later fits in: the mobile numbers begin with 199, apart from foreign ones, and mail addresses and
// userids are generated or numbered. The custom fields "Hobby", "T恤尺码" and "Profile" exist in addition to those
// of WithCustomFields. The IDs for WithContactScope are those of a server made without it.
//
// No such organisation can be made of a number below 0.
func WithSampleOrg(departments, users int, seed uint64) Option {
	return func(c *config) { c.sample = sampleOrg{departments, users, seed} }
}

// sampleOrg is how large a sample organisation is, and which one.
type sampleOrg struct {
	departments, users int
	seed               uint64
}

// sampler makes up an organisation.
type sampler struct {
	sampleOrg
	dice
	server  *Server
	places  []*place // the root first; parents before their children
	userids []string
	shift   uint64 // of the mobile numbers
}

// place is a department while it is staffed.
type place struct {
	*Department
	parent  *place // nil: the root
	leader  string
	members []string // the first few
}

// seedSample puts the sample organisation into an empty one, through the checks that all seeds pass.
func (s *Server) seedSample() error {
	m := &sampler{sampleOrg: s.config.sample, server: s}
	if m.departments == 0 && m.users == 0 {
		return nil
	}
	if s.org.customFields != nil {
		s.org.customFields = slices.Concat(s.org.customFields, sampleFields)
	}
	s.org.expect(m.users)
	m.places = []*place{{Department: s.org.departments[contract.RootDepartmentID]}}

	// Dice of their own, so that more people do not make other departments.
	m.dice = newDice(m.seed, 1)
	if err := m.grow(m.places[0], 1, m.departments); err != nil {
		return fmt.Errorf("sample organisation: %w", err)
	}
	m.dice = newDice(m.seed, 2)
	m.shift = m.Uint64() % sampleNumbers
	for i := range m.users {
		if err := m.hire(i); err != nil {
			return fmt.Errorf("sample organisation: %w", err)
		}
	}
	m.dice = newDice(m.seed, 3)
	for _, p := range m.places[1:] {
		m.staff(p)
	}
	return nil
}

// dice are the one source of chance. They use the numbers of the generator as they are, and no fractions, so
// that neither another machine nor another release of Go throws others.
type dice struct{ *rand.PCG }

func newDice(seed, which uint64) dice { return dice{rand.NewPCG(seed, which)} }

// below throws a number from 0 to n-1.
func (d dice) below(n int) int { return int(d.Uint64() % uint64(n)) }

// oneIn says yes one time in n.
func (d dice) oneIn(n int) bool { return d.below(n) == 0 }

func pick[T any](d dice, from []T) T { return from[d.below(len(from))] }
