package directory

import "slices"

// normalizeMemberships brings the lists by department in line with the departments of a person. It keeps the orders
// of departments the person stays in, gives the default order in new ones and drops entries for other departments.
func (o *Organization) normalizeMemberships(u *User) {
	var ids []int64
	for _, id := range u.DeptIDList {
		if !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	u.DeptIDList = ids

	orders := make([]DeptOrder, len(ids))
	leaders := make([]DeptLeader, len(ids))
	for i, id := range ids {
		orders[i], leaders[i] = DeptOrder{DeptID: id}, DeptLeader{DeptID: id}
		if at := slices.IndexFunc(u.DeptOrderList, func(d DeptOrder) bool { return d.DeptID == id }); at >= 0 {
			orders[i] = u.DeptOrderList[at]
		} else {
			orders[i].Order = o.newOrder()
		}
		if slices.Contains(u.LeaderInDept, DeptLeader{id, true}) {
			leaders[i].Leader = true
		}
	}
	u.DeptOrderList, u.LeaderInDept = orders, leaders
	u.DeptTitleList = slices.DeleteFunc(u.DeptTitleList, func(d DeptTitle) bool { return !u.In(d.DeptID) })
	u.DeptPositionList = slices.DeleteFunc(u.DeptPositionList, func(d DeptPosition) bool { return !u.In(d.DeptID) })
}

// In reports whether a person is a direct member of a department.
func (u *User) In(dept int64) bool { return slices.Contains(u.DeptIDList, dept) }

// foreignEntry returns the name of the first list that has an entry for a department the person is not in.
func (u *User) foreignEntry() string {
	switch {
	case slices.ContainsFunc(u.DeptOrderList, func(d DeptOrder) bool { return !u.In(d.DeptID) }):
		return "DeptOrderList"
	case slices.ContainsFunc(u.DeptTitleList, func(d DeptTitle) bool { return !u.In(d.DeptID) }):
		return "DeptTitleList"
	case slices.ContainsFunc(u.DeptPositionList, func(d DeptPosition) bool { return !u.In(d.DeptID) }):
		return "DeptPositionList"
	case slices.ContainsFunc(u.LeaderInDept, func(d DeptLeader) bool { return !u.In(d.DeptID) }):
		return "LeaderInDept"
	}
	return ""
}
