package provision

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// item plans for one person of the list.
func (m *matching) item(p *Person, twice claim) Item {
	it := Item{UserID: p.UserID, Name: p.Name, Line: p.Line}
	u := m.people[p.UserID]
	if it.Name == "" && u != nil {
		it.Name = u.Name
	}
	var err error
	switch it.Changes, err = m.plan(p, u, twice); {
	case err != nil:
		it.Action, it.Reason, it.Changes = Conflict, reason(err), nil
	case u == nil:
		it.Action = Create
	case len(it.Changes) == 0:
		it.Action = Unchanged
	default:
		it.Action, it.UnionID = Update, u.UnionID
	}
	return it
}

// reason is the text of an error for a plan, where it is plain whose it is.
func reason(err error) string { return strings.TrimPrefix(err.Error(), "dingtalk: ") }

// plan finds the changes, or what stands against them.
func (m *matching) plan(p *Person, u *dingtalk.User, twice claim) ([]Change, error) {
	switch unseen := m.unseen[p.UserID]; {
	case p.UserID == "":
		return nil, errNoUserID
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
	m.keep[o.userID] = "has the mobile number of " + p.UserID + " in the list"
	return fmt.Errorf("the mobile number is that of %s, who is in the organisation", o.userID)
}

// free looks for somebody else who has the mail address or extension number, and does not give it up.
func (m *matching) free(c Change, userID string) error {
	var holder string
	switch c.Field {
	case "email":
		holder = m.held.emails[c.New]
	case "telephone":
		holder = m.held.telephones[c.New]
	}
	if holder == "" || holder == userID || m.givesUp(holder, c) {
		return nil
	}
	m.keep[holder] = "has the " + c.Field + " of " + userID + " in the list"
	return fmt.Errorf("the %s is that of %s, who is in the organisation", c.Field, holder)
}

// givesUp says whether the list has another value for the holder.
func (m *matching) givesUp(holder string, c Change) bool {
	i := slices.IndexFunc(m.list, func(p Person) bool { return p.UserID == holder })
	if i < 0 {
		return false
	}
	have := values(m.list[i].CreateUserRequest, inCreate)[c.Field]
	return have != c.New && (have != "" || slices.Contains(m.list[i].Clear, c.Field))
}

// unlisted plans for those who are not in the list.
func (m *matching) unlisted(plan *Plan) {
	managers := map[string]string{}
	for i := range m.list {
		managers[m.list[i].ManagerUserID] = m.list[i].UserID
	}
	if m.opts.Delete && len(m.gaps) > 0 {
		m.notes = append(m.notes, "nobody is deleted, for not everything could be read: "+m.gaps[0])
	}
	for _, id := range m.order {
		if m.listed[id] > 0 {
			continue
		}
		plan.Unlisted++
		if !m.opts.Delete {
			continue
		}
		u := m.people[id]
		it := Item{Action: Leave, UserID: id, Name: u.Name}
		switch {
		case len(m.gaps) > 0:
			it.Reason = "not everything could be read"
		case m.keep[id] != "":
			it.Reason = m.keep[id]
		case managers[id] != "":
			it.Reason = "is the manager of " + managers[id] + " in the list"
		case (u.Admin || u.Boss) && !m.opts.DeleteAdmins:
			it.Reason = "is an administrator"
		case slices.ContainsFunc(u.DeptIDList, func(d int64) bool { return !m.within[d] }), len(u.DeptIDList) == 0:
			it.Reason = "is in other departments, too"
		default:
			it.Action, it.UnionID, it.Admin, it.Changes = Delete, u.UnionID, u.Admin || u.Boss, gone(u)
		}
		plan.Items = append(plan.Items, it)
	}
}

// managers finds the people whose manager is not there and will not be. Somebody whose manager is created, too,
// has to wait for that; those who wait for one another are never created.
func (m *matching) managers(items []Item) {
	coming := map[string]int{}
	for i := range items {
		if items[i].Action == Create {
			coming[items[i].UserID] = i
		}
	}
	there := func(manager string) bool { return manager == "" || m.people[manager] != nil }
	arrived := map[string]bool{}
	for more := true; more; {
		more = false
		for id, i := range coming {
			if manager := items[i].manager(); there(manager) || arrived[manager] {
				arrived[id], more = true, true
				delete(coming, id)
			}
		}
	}
	for i := range items {
		it := &items[i]
		manager := it.manager()
		if it.Action != Create && it.Action != Update || there(manager) || arrived[manager] {
			continue
		}
		_, waits := coming[manager]
		it.Action, it.UnionID, it.Changes = Conflict, "", nil
		it.Reason = fmt.Sprintf("the manager %s is neither in the organisation nor can be created", manager)
		if waits {
			it.Reason = fmt.Sprintf("the manager %s cannot be created first", manager)
		}
	}
}

// manager is the manager whom an item sets.
func (it *Item) manager() string {
	i := slices.IndexFunc(it.Changes, func(c Change) bool { return c.Field == "manager_userid" })
	if i < 0 {
		return ""
	}
	return it.Changes[i].New
}
