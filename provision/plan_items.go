package provision

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// planItem plans for the person at a position of the list.
func (m *planner) planItem(i int, dup duplicate) Item {
	p := &m.list[i]
	it := Item{UserID: validUTF8(p.UserID), Name: validUTF8(p.Name), Line: p.Line}
	u := m.users[p.UserID]
	if it.Name == "" && u != nil {
		it.Name = u.Name
	}
	var err error
	if it.Changes, err = nil, m.rowErrors[i]; err == nil {
		it.Changes, err = m.planChanges(p, u, dup)
	}
	switch {
	case err != nil:
		it.Action, it.Reason, it.Changes = ActionConflict, reason(err), nil
	case u == nil:
		it.Action = ActionCreate
	case len(it.Changes) == 0:
		it.Action = ActionUnchanged
	default:
		it.Action, it.UnionID = ActionUpdate, u.UnionID
	}
	return it
}

// reason returns the text of an error for a plan, without the package prefix.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "dingtalk: ") }

// planChanges returns the changes, or the reason for a conflict.
func (m *planner) planChanges(p *Person, u *dingtalk.User, dup duplicate) ([]Change, error) {
	switch readErr := m.unreadableUsers[p.UserID]; {
	case len(dup.lines) > 0:
		return nil, fmt.Errorf("lines %s of the list have the same %s", lines(dup.lines), dup.field)
	case !p.InitPassword.IsZero():
		return nil, errors.New("the list holds a password; see ApplyOptions.InitPassword")
	case readErr != nil:
		return nil, readErr
	}
	if err := checkClear(p); err != nil {
		return nil, err
	}
	if err := checkPhones(p); err != nil {
		return nil, err
	}
	if err := m.resolveDepartments(p); err != nil {
		return nil, err
	}
	if err := m.checkMobile(p); err != nil {
		return nil, err
	}
	changes, err := m.compare(p, u)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if err := m.checkUnique(c, p.UserID); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

func (m *planner) compare(p *Person, u *dingtalk.User) ([]Change, error) {
	if u != nil {
		return updateChanges(p, u)
	}
	switch {
	case p.Name == "":
		return nil, errors.New("is not in the organization and cannot be created without a name")
	case p.Mobile == "" && !p.ExclusiveAccount:
		return nil, errors.New("is not in the organization and cannot be created without a mobile number")
	case len(p.DeptIDList) == 0:
		return nil, errors.New("is not in the organization and cannot be created without a department")
	}
	return createChanges(p)
}

func lines(all []int) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, ", ")
}

// checkClear refuses to clear fields that must have a value or do not exist.
func checkClear(p *Person) error {
	for _, name := range p.Clear {
		switch f, known := fieldOf(name); {
		case !known:
			return fmt.Errorf("%q cannot be cleared: it is not a field", name)
		case !f.clearable:
			return fmt.Errorf("%s cannot be cleared", name)
		}
	}
	return nil
}

// resolveDepartments replaces the paths of the departments by their IDs.
func (m *planner) resolveDepartments(p *Person) error {
	ids := slices.Clone(p.DeptIDList)
	for _, path := range p.DeptPaths {
		switch found := m.byPath["/"+strings.Trim(path, "/")]; len(found) {
		case 0:
			return fmt.Errorf("there is no department %s", path)
		case 1:
			ids = append(ids, found[0])
		default:
			return fmt.Errorf("departments %s all have the path %s; use one of the IDs", deptText(found), path)
		}
	}
	for _, id := range ids {
		if m.paths[id] == "" {
			return fmt.Errorf("there is no department %d, or the app cannot see it", id)
		}
	}
	p.DeptIDList, p.DeptPaths = ids, nil
	return nil
}

// checkMobile refuses a mobile number that another user has.
func (m *planner) checkMobile(p *Person) error {
	o, taken := m.owners.mobileOwner(p.Mobile, p.UserID)
	switch {
	case !taken:
		return nil
	case o.userID == "":
		return errors.New("the mobile number belongs to a person whom the app cannot see")
	}
	return fmt.Errorf("the mobile number belongs to %s, who is in the organization", o.userID)
}

// checkUnique refuses an email address or extension number that another user has and does not release.
func (m *planner) checkUnique(c Change, userID string) error {
	for _, holder := range m.owners.values[uniqueKey(c.Field, c.New)] {
		if holder != userID && !m.releases(holder, c) {
			return fmt.Errorf("the %s belongs to %s, who is in the organization", c.Field, holder)
		}
	}
	return nil
}

// releases reports whether the list has another value for the holder.
func (m *planner) releases(holder string, c Change) bool {
	i, listed := m.firstRow[holder]
	if !listed {
		return false
	}
	have := fieldValues(m.list[i].CreateUserRequest, nameInCreate)[c.Field]
	return uniqueKey(c.Field, have) != uniqueKey(c.Field, c.New) && (have != "" || slices.Contains(m.list[i].Clear, c.Field))
}
