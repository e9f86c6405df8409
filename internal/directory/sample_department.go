package directory

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// sampleDepth is how many levels the tree of a sample organization has below the root. The last one takes the rest.
const sampleDepth = 7

// addDepartments adds n departments below a parent: its children, and below some of them the rest.
func (m *sampler) addDepartments(ctx context.Context, parent *sampleDept, level, n int) error {
	if n == 0 {
		return nil
	}
	first, direct := len(m.depts), m.fanOut(level, n)
	for i := range direct {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err := m.addDepartment(parent, level, i); err != nil {
			return err
		}
	}
	children := m.depts[first : first+direct]
	for i, count := range m.split(n-direct, direct) {
		if err := m.addDepartments(ctx, children[i], level+1, count); err != nil {
			return err
		}
	}
	return nil
}

// fanOut returns how many of n departments below a parent are its children.
func (m *sampler) fanOut(level, n int) int {
	switch {
	case level == 1:
		return min(n, 3+m.below(4))
	case level == sampleDepth || n <= 12:
		return n
	}
	return 4 + m.below(9)
}

// split distributes the remaining departments over some of the children, unevenly, and over fewer the fewer remain: a
// department has a handful of children, or none.
func (m *sampler) split(left, children int) []int {
	counts, weights, total := make([]int, children), make([]int, children), 0
	for range max(1, min(children, left/8)) {
		weight := 1 + m.below(9)
		weights[m.below(children)] += weight
		total += weight
	}
	for i, weight := range weights {
		counts[i] = int(int64(left) * int64(weight) / int64(total))
	}
	given := 0
	for _, count := range counts {
		given += count
	}
	counts[m.below(children)] += left - given
	return counts
}

// addDepartment adds a department, the nth child of its parent.
func (m *sampler) addDepartment(parent *sampleDept, level, nth int) error {
	at := len(m.depts) // some of it is not left to chance, so that a small organization has one of each kind
	d := &Department{
		ParentID: parent.ID, Name: m.departmentName(parent.ID, level, nth),
		Order: int64(m.below(20) * 10), // some have the same, and for 0 it is the ID
	}
	if at == 4 {
		d.Order = 0
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
	if _, err := m.org.AddDepartment(d); err != nil {
		return err
	}
	m.depts = append(m.depts, &sampleDept{Department: d, parent: parent})
	return nil
}

// others returns up to n of the departments added before, the latest among them.
func (m *sampler) others(n int) []int64 {
	var ids []int64
	at := len(m.depts) - 1
	for range n {
		if id := m.depts[at].ID; at > 0 && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
		at = m.below(len(m.depts))
	}
	return ids
}

// departmentName returns a name for the nth child of a department that none of its siblings has.
func (m *sampler) departmentName(parent int64, level, nth int) string {
	var name string
	switch at := len(m.depts) - 8; {
	case at >= 0 && at < len(unusualDepartments):
		name = unusualDepartments[at]
	case level == 1:
		name = pick(m.dice, sampleDivisions)
	case level == 2 || m.oneIn(4):
		name = pick(m.dice, sampleFunctions)
	case m.oneIn(2):
		name = pick(m.dice, sampleCities) + pick(m.dice, sampleOffices)
	default:
		name = pick(m.dice, sampleProducts) + " " + pick(m.dice, sampleTeams)
	}
	if m.org.names[siblingName{parent, name}] != 0 {
		name += " " + strconv.Itoa(nth+1) // no name of the lists ends in a number
	}
	return name
}

// setManagers gives a department its managers and fills in the lists that name people.
func (m *sampler) setManagers(p *sampleDept) {
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

// people returns up to n of the people.
func (m *sampler) people(n int) []string {
	var ids []string
	for range min(n, m.Users) {
		if id := pick(m.dice, m.userids); !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	return ids
}
