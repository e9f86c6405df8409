package provision

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// item plans for the person at a position of the list.
func (m *planner) planItem(i int, twice duplicate) Item {
	p := &m.list[i]
	it := Item{UserID: validUTF8(p.UserID), Name: validUTF8(p.Name), Line: p.Line}
	u := m.users[p.UserID]
	if it.Name == "" && u != nil {
		it.Name = u.Name
	}
	var err error
	if it.Changes, err = nil, m.rowErrors[i]; err == nil {
		it.Changes, err = m.planChanges(p, u, twice)
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

// reason is the text of an error for a plan, where it is plain whose it is.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "dingtalk: ") }

// plan finds the changes, or what stands against them.
func (m *planner) planChanges(p *Person, u *dingtalk.User, twice duplicate) ([]Change, error) {
	switch unseen := m.unreadableUsers[p.UserID]; {
	case len(twice.lines) > 0:
		return nil, fmt.Errorf("lines %s of the list have the same %s", lines(twice.lines), twice.field)
	case !p.InitPassword.IsZero():
		return nil, errors.New("a password is in the list; see ApplyOptions.InitPassword")
	case unseen != nil:
		return nil, unseen
	}
	if err := checkClear(p); err != nil {
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
		return nil, errors.New("is not in the organisation, and to be created needs a name")
	case p.Mobile == "" && !p.ExclusiveAccount:
		return nil, errors.New("is not in the organisation, and to be created needs a mobile number")
	case len(p.DeptIDList) == 0:
		return nil, errors.New("is not in the organisation, and to be created needs a department")
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

// clearable refuses to empty what has to have a value, or what does not exist.
func checkClear(p *Person) error {
	for _, name := range p.Clear {
		switch f, known := fieldOf(name); {
		case !known:
			return fmt.Errorf("%q is to be emptied, but is no field", name)
		case !f.clearable:
			return fmt.Errorf("%s cannot be emptied", name)
		}
	}
	return nil
}

// resolve finds the departments, and puts their IDs into the person.
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

// mobileFree looks for somebody else who has the number.
func (m *planner) checkMobile(p *Person) error {
	o, taken := m.owners.mobileOwner(p.Mobile, p.UserID)
	switch {
	case !taken:
		return nil
	case o.userID == "":
		return errors.New("the mobile number is that of somebody whom the app cannot see")
	}
	return fmt.Errorf("the mobile number is that of %s, who is in the organisation", o.userID)
}

// free looks for somebody else who has the mail address or extension number, and does not give it up.
func (m *planner) checkUnique(c Change, userID string) error {
	for _, holder := range m.owners.values[uniqueKey(c.Field, c.New)] {
		if holder != userID && !m.releases(holder, c) {
			return fmt.Errorf("the %s is that of %s, who is in the organisation", c.Field, holder)
		}
	}
	return nil
}

// givesUp reports whether the list has another value for the holder.
func (m *planner) releases(holder string, c Change) bool {
	i, listed := m.firstRow[holder]
	if !listed {
		return false
	}
	have := fieldValues(m.list[i].CreateUserRequest, nameInCreate)[c.Field]
	return uniqueKey(c.Field, have) != uniqueKey(c.Field, c.New) && (have != "" || slices.Contains(m.list[i].Clear, c.Field))
}

// unlisted plans for those who are not in the list.
func (m *planner) planUnlisted(ctx context.Context, plan *Plan) error {
	if m.opts.Delete && len(m.gaps) > 0 {
		m.notes = append(m.notes, "nobody is deleted, for not everything could be read: "+m.gaps[0])
	}
	for _, id := range m.userIDs {
		if err := ctx.Err(); err != nil {
			return err
		}
		u := m.users[id]
		if m.rowCount[id] > 0 || u == nil { // gone since
			continue
		}
		plan.Unlisted++
		if m.opts.Delete {
			plan.Items = append(plan.Items, m.planUnlistedItem(u))
		}
	}
	return nil
}

// unlistedItem plans to delete a person unless there is a reason not to.
func (m *planner) planUnlistedItem(u *dingtalk.User) Item {
	it := Item{Action: ActionKeep, UserID: u.UserID, Name: u.Name}
	claimed := m.claims.reason(u)
	switch {
	case len(m.gaps) > 0:
		it.Reason = "not everything could be read"
	case m.unreadableUsers[u.UserID] != nil:
		it.Reason = reason(m.unreadableUsers[u.UserID])
	case m.keepReasons[u.UserID] != "":
		it.Reason = m.keepReasons[u.UserID]
	case claimed != "":
		it.Reason = claimed
	case (u.Admin || u.Boss) && !m.opts.DeleteAdmins:
		it.Reason = "is an administrator"
	case slices.ContainsFunc(u.DeptIDList, func(d int64) bool { return !m.inScope[d] }), len(u.DeptIDList) == 0:
		it.Reason = "is in other departments, too"
	default:
		it.Action, it.UnionID, it.Admin, it.Changes = ActionDelete, u.UnionID, u.Admin || u.Boss, deletedFields(u)
	}
	return it
}
