package directory

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Sample describes a sample organization: its size, and a seed that picks one of that size. The zero Sample is none.
type Sample struct {
	Departments, Users int
	Seed               uint64
}

// The largest sample organization. An organization is held in memory: a person takes 1.5 KiB with the index of a console,
// a department 0.5 KiB, and the largest one 750 MiB.
const (
	MaxSampleDepartments = 50_000
	MaxSampleUsers       = 500_000
)

// Check refuses sizes that are negative or larger than the largest.
func (s Sample) Check() error {
	switch {
	case s.Departments < 0 || s.Departments > MaxSampleDepartments:
		return fmt.Errorf("a sample organization has 0 to %d departments, not %d", MaxSampleDepartments, s.Departments)
	case s.Users < 0 || s.Users > MaxSampleUsers:
		return fmt.Errorf("a sample organization has 0 to %d people, not %d", MaxSampleUsers, s.Users)
	}
	return nil
}

// sampler builds a sample organization.
type sampler struct {
	Sample
	dice
	org     *Organization
	depts   []*sampleDept // the root first; parents before their children
	userids []string
	shift   uint64 // of the mobile numbers
}

// sampleDept is a department while people are added to it.
type sampleDept struct {
	*Department
	parent  *sampleDept // nil: the root
	leader  string
	members []string // the first few
}

// NewSample returns an organization that holds a sample, unless the context ends first. All of it passes the checks of
// AddUser and AddDepartment.
func NewSample(ctx context.Context, c Config, s Sample) (*Organization, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	m := &sampler{Sample: s, org: New(c)}
	if m.Departments == 0 && m.Users == 0 {
		return m.org, nil
	}
	if m.org.customFields != nil {
		m.org.customFields = slices.Concat(m.org.customFields, sampleFields)
	}
	m.org.reserve(m.Users)
	m.depts = []*sampleDept{{Department: m.org.departments[contract.RootDepartmentID]}}

	// Dice of their own, so that more people do not change the departments.
	m.dice = newDice(m.Seed, 1)
	if err := m.addDepartments(ctx, m.depts[0], 1, m.Departments); err != nil {
		return nil, fmt.Errorf("sample organization: %w", err)
	}
	m.dice = newDice(m.Seed, 2)
	m.shift = m.Uint64() % sampleNumbers
	for i := range m.Users {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("sample organization: %w", context.Cause(ctx))
		}
		if err := m.addPerson(i); err != nil {
			return nil, fmt.Errorf("sample organization: %w", err)
		}
	}
	m.dice = newDice(m.Seed, 3)
	for _, d := range m.depts[1:] {
		m.setManagers(d)
	}
	if !c.Now.IsZero() {
		m.dice = newDice(m.Seed, 4)
		m.addLeavers(c.Now)
	}
	return m.org, nil
}

// dice is the only source of randomness. It uses the numbers of the generator as they are, without fractions, so that
// every machine and every release of Go draws the same ones.
type dice struct{ *rand.PCG }

func newDice(seed, which uint64) dice { return dice{rand.NewPCG(seed, which)} }

// below draws a number from 0 to n-1.
func (d dice) below(n int) int { return int(d.Uint64() % uint64(n)) }

// oneIn reports true one time in n.
func (d dice) oneIn(n int) bool { return d.below(n) == 0 }

func pick[T any](d dice, from []T) T { return from[d.below(len(from))] }
