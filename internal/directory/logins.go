package directory

import (
	"fmt"
	"slices"
	"time"
)

// loginQuery holds the latest result of LoggedIn, which later pages of the same query are cut from.
type loginQuery struct {
	query   string
	changes int64
	userids []string
}

// LoggedIn lists, by userid, the people who did, or did not, log in on the day that begins at a time: the direct
// members of the departments, or everyone if none are named, as far as they are in the contact scope. The list must
// not be written to.
func (o *Organization) LoggedIn(active bool, depts []int64, day time.Time) ([]string, error) {
	switch {
	case !o.exist(depts):
		return nil, refuse(UnknownDepartment)
	case !o.seesAll(depts):
		return nil, refuse(DepartmentOutOfScope)
	}
	x := &o.members
	query := fmt.Sprint(active, depts, day)
	if x.logins.query == query && x.logins.changes == x.changes {
		return x.logins.userids, nil
	}
	var ids []string
	add := func(u *User) {
		if u.loggedInOn(day) == active && o.seesUser(u) {
			ids = append(ids, u.UserID)
		}
	}
	if len(depts) == 0 {
		for _, u := range o.users {
			add(u)
		}
	}
	for _, dept := range depts {
		for _, id := range x.sortedMembers(dept, CustomOrder) {
			add(o.users[id])
		}
	}
	slices.Sort(ids)
	x.logins = loginQuery{query, x.changes, slices.Compact(ids)}
	return x.logins.userids, nil
}

// loggedInOn reports whether a person logged in on the day that begins at a time.
func (u *User) loggedInOn(day time.Time) bool {
	end := day.AddDate(0, 0, 1)
	return slices.ContainsFunc(u.Logins, func(at time.Time) bool { return !at.Before(day) && at.Before(end) })
}
