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
func (m *matching) item(i int, twice repetition) Item {
	p := &m.list[i]
	it := Item{UserID: valid(p.UserID), Name: valid(p.Name), Line: p.Line}
	u := m.people[p.UserID]
	if it.Name == "" && u != nil {
		it.Name = u.Name
	}
	var err error
	if it.Changes, err = nil, m.faults[i]; err == nil {
		it.Changes, err = m.plan(p, u, twice)
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
func (m *matching) plan(p *Person, u *dingtalk.User, twice repetition) ([]Change, error) {
	switch unseen := m.unseen[p.UserID]; {
	case len(twice.lines) > 0:
		return nil, fmt.Errorf("lines %s of the list have the same %s", lines(twice.lines), twice.what)
	case !p.InitPassword.IsZero():
		return nil, errors.New("a password is in the list; see ApplyOptions.InitPassword")
	case unseen != nil:
		return nil, unseen
	}
	if err := clearable(p); err != nil {
		return nil, err
	}
	if err := m.resolve(p); err != nil {
		return nil, err
	}
	if err := m.mobileFree(p); err != nil {
		return nil, err
	}
	changes, err := m.changes(p, u)
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		if err := m.free(c, p.UserID); err != nil {
			return nil, err
		}
	}
	return changes, nil
}

func (m *matching) changes(p *Person, u *dingtalk.User) ([]Change, error) {
	if u != nil {
		return changed(p, u)
	}
	switch {
	case p.Name == "":
		return nil, errors.New("is not in the organisation, and to be created needs a name")
	case p.Mobile == "" && !p.ExclusiveAccount:
		return nil, errors.New("is not in the organisation, and to be created needs a mobile number")
	case len(p.DeptIDList) == 0:
		return nil, errors.New("is not in the organisation, and to be created needs a department")
	}
	return created(p)
}

func lines(all []int) string {
	texts := make([]string, len(all))
	for i, n := range all {
		texts[i] = fmt.Sprint(n)
	}
	return strings.Join(texts, ", ")
}

// clearable refuses to empty what has to have a value, or what does not exist.
func clearable(p *Person) error {
	for _, name := range p.Clear {
		switch f, known := fieldOf(name); {
		case !known:
			return fmt.Errorf("%q is to be emptied, but is no field", name)
		case !f.clears:
			return fmt.Errorf("%s cannot be emptied", name)
		}
	}
	return nil
}

// resolve finds the departments, and puts their IDs into the person.
func (m *matching) resolve(p *Person) error {
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
func (m *matching) mobileFree(p *Person) error {
	o, taken := m.held.ofMobile(p.Mobile, p.UserID)
	switch {
	case !taken:
		return nil
	case o.userID == "":
		return errors.New("the mobile number is that of somebody whom the app cannot see")
	}
	return fmt.Errorf("the mobile number is that of %s, who is in the organisation", o.userID)
}

// free looks for somebody else who has the mail address or extension number, and does not give it up.
func (m *matching) free(c Change, userID string) error {
	for _, holder := range m.held.unique[uniqueOf(c.Field, c.New)] {
		if holder != userID && !m.givesUp(holder, c) {
			return fmt.Errorf("the %s is that of %s, who is in the organisation", c.Field, holder)
		}
	}
	return nil
}

// givesUp reports whether the list has another value for the holder.
func (m *matching) givesUp(holder string, c Change) bool {
	i, listed := m.row[holder]
	if !listed {
		return false
	}
	have := values(m.list[i].CreateUserRequest, inCreate)[c.Field]
	return uniqueOf(c.Field, have) != uniqueOf(c.Field, c.New) && (have != "" || slices.Contains(m.list[i].Clear, c.Field))
}

// unlisted plans for those who are not in the list.
func (m *matching) unlisted(ctx context.Context, plan *Plan) error {
	if m.opts.Delete && len(m.gaps) > 0 {
		m.notes = append(m.notes, "nobody is deleted, for not everything could be read: "+m.gaps[0])
	}
	for _, id := range m.order {
		if err := ctx.Err(); err != nil {
			return err
		}
		u := m.people[id]
		if m.listed[id] > 0 || u == nil { // gone since
			continue
		}
		plan.Unlisted++
		if m.opts.Delete {
			plan.Items = append(plan.Items, m.unlistedItem(u))
		}
	}
	return nil
}

// unlistedItem plans to delete a person unless there is a reason not to.
func (m *matching) unlistedItem(u *dingtalk.User) Item {
	it := Item{Action: ActionKeep, UserID: u.UserID, Name: u.Name}
	claimed := m.claims.on(u)
	switch {
	case len(m.gaps) > 0:
		it.Reason = "not everything could be read"
	case m.unseen[u.UserID] != nil:
		it.Reason = reason(m.unseen[u.UserID])
	case m.keep[u.UserID] != "":
		it.Reason = m.keep[u.UserID]
	case claimed != "":
		it.Reason = claimed
	case (u.Admin || u.Boss) && !m.opts.DeleteAdmins:
		it.Reason = "is an administrator"
	case slices.ContainsFunc(u.DeptIDList, func(d int64) bool { return !m.within[d] }), len(u.DeptIDList) == 0:
		it.Reason = "is in other departments, too"
	default:
		it.Action, it.UnionID, it.Admin, it.Changes = ActionDelete, u.UnionID, u.Admin || u.Boss, gone(u)
	}
	return it
}
