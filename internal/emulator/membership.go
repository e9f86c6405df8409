package emulator

import "slices"

// settle brings the lists by department in line with the departments of a person: orders kept where the
// membership is, new ones at the service's default, nothing left of departments the person is not in.
func (o *organisation) settle(u *User) {
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
	u.DeptTitleList = slices.DeleteFunc(u.DeptTitleList, func(d DeptTitle) bool { return !u.in(d.DeptID) })
	u.DeptPositionList = slices.DeleteFunc(u.DeptPositionList, func(d DeptPosition) bool { return !u.in(d.DeptID) })
}

func (u *User) in(dept int64) bool { return slices.Contains(u.DeptIDList, dept) }

// stray names the list of a seed that speaks of a department the person is not in.
func (u *User) stray() string {
	switch {
	case slices.ContainsFunc(u.DeptOrderList, func(d DeptOrder) bool { return !u.in(d.DeptID) }):
		return "DeptOrderList"
	case slices.ContainsFunc(u.DeptTitleList, func(d DeptTitle) bool { return !u.in(d.DeptID) }):
		return "DeptTitleList"
	case slices.ContainsFunc(u.DeptPositionList, func(d DeptPosition) bool { return !u.in(d.DeptID) }):
		return "DeptPositionList"
	case slices.ContainsFunc(u.LeaderInDept, func(d DeptLeader) bool { return !u.in(d.DeptID) }):
		return "LeaderInDept"
	}
	return ""
}

// place takes over what a call says by department. Orders are set one by one, the other lists as a whole.
func (s *Server) place(u *User, a args) error {
	orders, err := s.entries(u, a, "dept_order_list")
	if err != nil {
		return err
	}
	for _, entry := range orders {
		if !entry.has("order") {
			continue
		}
		var d DeptOrder
		set(entry, "dept_id", &d.DeptID)
		set(entry, "order", &d.Order)
		u.DeptOrderList = slices.DeleteFunc(u.DeptOrderList, func(o DeptOrder) bool { return o.DeptID == d.DeptID })
		u.DeptOrderList = append(u.DeptOrderList, d)
	}
	titles, err := s.entries(u, a, "dept_title_list")
	if err != nil {
		return err
	}
	if a.has("dept_title_list") {
		u.DeptTitleList = nil
	}
	for _, entry := range titles {
		var d DeptTitle
		set(entry, "dept_id", &d.DeptID)
		set(entry, "title", &d.Title)
		u.DeptTitleList = append(u.DeptTitleList, d)
	}
	positions, err := s.entries(u, a, "dept_position_list")
	if err != nil {
		return err
	}
	if a.has("dept_position_list") {
		u.DeptPositionList = nil
	}
	for _, entry := range positions {
		var d DeptPosition
		set(entry, "dept_id", &d.DeptID)
		set(entry, "is_main", &d.IsMain)
		set(entry, "title", &d.Title)
		set(entry, "work_place", &d.WorkPlace)
		u.DeptPositionList = append(u.DeptPositionList, d)
	}
	return nil
}

// entries are those of a list by department that are about the person's own departments. Whether the
// service refuses others is not known; here they are dropped, or refused by a strict server.
func (s *Server) entries(u *User, a args, list string) ([]args, error) {
	var own []args
	for _, entry := range a.list(list) {
		id, sent := entry["dept_id"].(int64)
		switch {
		case !sent:
			return nil, refuse(400002, list+" has an entry without dept_id")
		case u.in(id):
			own = append(own, entry)
		case s.config.strict:
			return nil, refuse(400002, list+" names a department that the person is not in")
		}
	}
	return own, nil
}
