package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// fatalReadError returns the error that ends the reading, or nil: the context has ended, every further call would fail
// the same way, or so many retryable errors came in a row that the service is down. A plan made in spite of that would
// be full of false conflicts.
func (m *planner) fatalReadError(ctx context.Context, err error) error {
	m.failuresInRow++
	if !retryable(err) {
		m.failuresInRow = 0
	}
	e, ok := errors.AsType[*dingtalk.Error](err)
	if err == nil || ctx.Err() == nil && ok && !e.Fatal() && m.failuresInRow < outageThreshold {
		return nil
	}
	return readError(err)
}

func readError(err error) error { return fmt.Errorf("provision: reading the organization: %w", err) }

// readOrganization reads departments and people.
func (m *planner) readOrganization(ctx context.Context) error {
	ofList := len(m.gaps)
	m.paths, m.byPath, m.inScope = map[int64]string{}, map[string][]int64{}, map[int64]bool{}
	if err := m.readOtherDepartments(ctx); err != nil {
		return err
	}
	if err := m.readPeople(ctx); err != nil {
		return err
	}
	m.complete = m.inScope[dingtalk.RootDepartmentID] && len(m.gaps) == ofList
	for _, gap := range m.gaps[ofList:] {
		m.notes = append(m.notes, "not everything could be read: "+gap)
	}
	return ctx.Err()
}

// readOtherDepartments reads the paths of the departments whose people are not read.
func (m *planner) readOtherDepartments(ctx context.Context) error {
	if m.opts.DeptIDs == nil {
		return nil
	}
	meter := newProgressMeter(m.opts.Progress, ReadingDepartments, 0, 0)
	req := dingtalk.OrgDepartmentsRequest{SkipDeptIDs: m.opts.DeptIDs, Brief: true, Concurrency: m.opts.Concurrency}
	for d, err := range m.client.OrgDepartments(ctx, req) {
		if err != nil {
			if err := m.fatalReadError(ctx, err); err != nil {
				return err
			}
			m.gaps = append(m.gaps, err.Error())
			continue
		}
		m.failuresInRow = 0
		m.addPath(&d)
		meter.add(false)
	}
	return ctx.Err()
}

// readPeople reads the people, and the paths of their departments on the way.
func (m *planner) readPeople(ctx context.Context) error {
	m.users = map[string]*dingtalk.User{}
	meter := newProgressMeter(m.opts.Progress, ReadingPeople, 0, 0)
	req := dingtalk.OrgUsersRequest{
		DeptIDs: m.opts.DeptIDs, ContainAccessLimit: true, Concurrency: m.opts.Concurrency,
		OnDepartment: func(d dingtalk.Department) { // no sign that the service works: the list of its parent has shown it
			m.addPath(&d)
			if !m.inScope[d.ParentID] {
				meter.expect(int(d.MemberCount)) // of a department at the top, which has all fields
			}
			m.inScope[d.DeptID] = true
		},
	}
	var failed error
	for u, err := range m.client.OrgUsers(ctx, req) {
		if err != nil {
			if err := m.fatalReadError(ctx, err); err != nil {
				return err
			}
			failed = err
			m.gaps = append(m.gaps, err.Error())
			continue
		}
		m.failuresInRow = 0
		if m.users[u.UserID] == nil {
			m.userIDs = append(m.userIDs, u.UserID)
		}
		m.users[u.UserID] = u.User()
		meter.add(false)
	}
	if failed != nil && len(m.inScope) == 0 && (m.opts.DeptIDs == nil || retryable(failed)) {
		return readError(failed) // no department could be read
	}
	for _, id := range m.opts.DeptIDs {
		if !m.inScope[id] {
			return fmt.Errorf("provision: department %d of Options.DeptIDs does not exist or cannot be read", id)
		}
	}
	return nil
}

// addPath adds the path of a department, whose parent was added before. Below the root that is "/研发中心/Platform". If the
// app cannot see the ancestors, the path is not usable in a list, and the department has to be named by its ID.
func (m *planner) addPath(d *dingtalk.Department) {
	old, known := m.paths[d.DeptID] // if the contact scope names a department and one below it
	parent, seen := m.paths[d.ParentID]
	switch {
	case d.DeptID == dingtalk.RootDepartmentID:
		m.paths[d.DeptID] = "/"
	case !seen:
		m.paths[d.DeptID] = ".../" + d.Name
	case parent == "/":
		m.paths[d.DeptID] = "/" + d.Name
	default:
		m.paths[d.DeptID] = parent + "/" + d.Name
	}
	path := m.paths[d.DeptID]
	if known {
		m.byPath[old] = slices.DeleteFunc(m.byPath[old], func(id int64) bool { return id == d.DeptID })
	}
	m.byPath[path] = append(m.byPath[path], d.DeptID)
}

// readDetails reads the people about whom more must be known, and who has the mobile numbers of the list.
func (m *planner) readDetails(ctx context.Context) error {
	m.unreadableUsers = map[string]error{}
	m.owners = newUniqueOwners(m.users)
	ids := m.detailUserIDs()
	meter := newProgressMeter(m.opts.Progress, ReadingDetails, len(ids), 0)
	for n := 1; len(ids) > 0; n++ { // limits shared with other callers may throttle many calls at once
		var again []string
		for u, err := range m.client.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: ids, Concurrency: m.opts.Concurrency}) {
			end := m.fatalReadError(ctx, err)
			switch {
			case errors.Is(err, dingtalk.ErrNotFound):
				delete(m.users, u.UserID) // deleted since
			case end != nil:
				return end
			case retryable(err) && n < maxTries:
				again = append(again, u.UserID)
				continue
			case err != nil:
				m.unreadableUsers[u.UserID] = err
			default:
				m.users[u.UserID] = &u
				m.owners.add(&u)
			}
			meter.add(err != nil)
		}
		ids = again
	}
	return m.lookUpMobiles(ctx)
}

// detailUserIDs returns the userids to read with GetUser.
func (m *planner) detailUserIDs() []string {
	var ids []string
	seen := map[string]bool{}
	add := func(id string) {
		if id != "" && !seen[id] {
			seen[id] = true
			ids = append(ids, id)
		}
	}
	for i := range m.list {
		p := &m.list[i]
		switch _, known := m.users[p.UserID]; {
		case known && needsDetail(p), !known && !m.complete:
			add(p.UserID)
		}
		if _, known := m.users[p.ManagerUserID]; !known && !m.complete && m.rowCount[p.ManagerUserID] == 0 {
			add(p.ManagerUserID)
		}
	}
	if m.opts.Delete && m.claims.has("email") { // user lists do not show all addresses
		for _, id := range m.userIDs {
			if m.rowCount[id] == 0 && m.users[id].OrgEmail == "" {
				add(id)
			}
		}
	}
	return ids
}

// needsDetail reports whether the list sets a field that the user list of a department does not show.
func needsDetail(p *Person) bool {
	return p.OrgEmail != "" || p.OrgEmailType != "" || p.ManagerUserID != "" || p.SeniorMode || p.ExtensionI18n != "" ||
		len(p.DeptOrderList)+len(p.DeptPositionList) > 0 ||
		slices.ContainsFunc(p.Clear, func(name string) bool {
			f, _ := fieldOf(name)
			return f.responseName != "" && !f.inUserList
		})
}
