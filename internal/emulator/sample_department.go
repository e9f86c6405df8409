package emulator

import (
	"fmt"
	"slices"
	"strconv"
)

// The tree of a sample organisation has this many levels below the root, the last of which takes whatever is
// left.
const sampleDepth = 7

// grow adds that many departments below a place: its children, and below some of them the rest.
func (m *sampler) grow(parent *place, level, departments int) error {
	if departments == 0 {
		return nil
	}
	first, direct := len(m.places), m.fanOut(level, departments)
	for i := range direct {
		if err := m.open(parent, level, i); err != nil {
			return err
		}
	}
	children := m.places[first : first+direct]
	for i, share := range m.shares(departments-direct, direct) {
		if err := m.grow(children[i], level+1, share); err != nil {
			return err
		}
	}
	return nil
}

// fanOut is how many of the departments below a place are its children.
func (m *sampler) fanOut(level, departments int) int {
	switch {
	case level == 1:
		return min(departments, 3+m.below(4))
	case level == sampleDepth || departments <= 12:
		return departments
	}
	return 4 + m.below(9)
}

// shares deals out what is left among some of the children, unevenly, and among fewer the less there is: a
// department has a handful of children, or none.
func (m *sampler) shares(left, children int) []int {
	shares, weights, total := make([]int, children), make([]int, children), 0
	for range max(1, min(children, left/8)) {
		weight := 1 + m.below(9)
		weights[m.below(children)] += weight
		total += weight
	}
	for i, weight := range weights {
		shares[i] = int(int64(left) * int64(weight) / int64(total))
	}
	dealt := 0
	for _, share := range shares {
		dealt += share
	}
	shares[m.below(children)] += left - dealt
	return shares
}

// open adds a department, the nth child of its parent.
func (m *sampler) open(parent *place, level, nth int) error {
	at := len(m.places) // some of it is not left to chance, so that a small organisation has one of each kind
	d := &Department{
		ParentID: parent.ID, Name: m.departmentName(parent.ID, level, nth),
		Order: int64(m.below(20) * 10), // some have the same
	}
	if at == 4 {
		d.Order = 0 // and some none
	}
	if m.oneIn(2) {
		d.SourceIdentifier = fmt.Sprintf("hr/%06d", at)
	}
	if m.oneIn(3) {
		d.Code = fmt.Sprintf("D%05d", at)
	}
	if m.oneIn(12) {
		d.Brief, d.Telephone = "负责"+d.Name, fmt.Sprintf("0571-8899%04d", at%10_000)
	}
	if m.oneIn(15) {
		d.Extension = `{"cost center":"` + strconv.Itoa(4000+m.below(900)) + `"}`
	}
	if m.oneIn(4) {
		d.CreateDeptGroup, d.AutoAddUser, d.GroupContainSubDept = true, m.oneIn(2), m.oneIn(3)
		d.DeptGroupChatID = fmt.Sprintf("chat%016x%016x", m.Uint64(), m.Uint64())
	}
	d.AutoApproveApply = m.oneIn(20)
	if at == 5 || m.oneIn(40) {
		d.HideDept, d.DeptPermits = true, m.others(3)
	}
	if at == 7 || m.oneIn(60) {
		d.OuterDept, d.OuterDeptOnlySelf, d.OuterPermitDepts = true, m.oneIn(3), m.others(2)
	}
	if _, err := m.server.seedDepartment(d); err != nil {
		return err
	}
	m.places = append(m.places, &place{Department: d, parent: parent})
	return nil
}

// others are up to n of the departments that were there before, the latest among them.
func (m *sampler) others(n int) []int64 {
	var ids []int64
	at := len(m.places) - 1
	for range n {
		if id := m.places[at].ID; at > 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		at = m.below(len(m.places))
	}
	return ids
}

// departmentName names the nth child of a department, as no other of its children is named.
func (m *sampler) departmentName(parent int64, level, nth int) string {
	var name string
	switch at := len(m.places) - 8; {
	case at >= 0 && at < len(oddDepartments):
		name = oddDepartments[at]
	case level == 1:
		name = pick(m.dice, sampleDivisions)
	case level == 2 || m.oneIn(4):
		name = pick(m.dice, sampleFunctions)
	case m.oneIn(2):
		name = pick(m.dice, sampleCities) + pick(m.dice, sampleOffices)
	default:
		name = pick(m.dice, sampleProducts) + " " + pick(m.dice, sampleTeams)
	}
	if m.server.org.named[sibling{parent, name}] != 0 {
		name += " " + strconv.Itoa(nth+1) // no name of the lists ends in a number
	}
	return name
}

// staff gives a department its managers, and those of its lists that name people.
func (m *sampler) staff(p *place) {
	if len(p.members) > 0 {
		if !m.oneIn(5) {
			p.DeptManagerUserIDList = slices.Clone(p.members[:1+m.below(min(2, len(p.members)))])
		}
		if p.CreateDeptGroup {
			p.OrgDeptOwner = p.members[0]
		}
	}
	if p.HideDept {
		p.UserPermits = m.people(4)
	}
	if p.OuterDept {
		p.OuterPermitUsers = m.people(2)
	}
}

// people are up to n of the people.
func (m *sampler) people(n int) []string {
	var ids []string
	for range min(n, m.users) {
		if id := pick(m.dice, m.userids); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
