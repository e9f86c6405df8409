package emulator

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// memberships are the lists by department that both writes of a person take.
type memberships struct {
	DeptOrderList []struct {
		DeptID *int64 `arg:"dept_id"`
		Order  *int64 `arg:"order"`
	} `arg:"dept_order_list"`
	DeptTitleList []struct {
		DeptID *int64 `arg:"dept_id"`
		Title  string `arg:"title"`
	} `arg:"dept_title_list"`
	DeptPositionList []struct {
		DeptID    *int64 `arg:"dept_id"`
		IsMain    bool   `arg:"is_main"`
		Title     string `arg:"title"`
		WorkPlace string `arg:"work_place"`
	} `arg:"dept_position_list"`
}

// setMemberships sets the lists by department that were sent. Orders are set one by one, the other lists as a whole.
//
// Assumed: dept_order_list sets the departments it names, dept_title_list and dept_position_list replace all. Log
// for departments that the person is not in are dropped.
func (s *Server) setMemberships(u *directory.User, m memberships) error {
	for _, entry := range m.DeptOrderList {
		own, err := s.ownEntry(u, "dept_order_list", entry.DeptID)
		if err != nil {
			return err
		}
		if !own || entry.Order == nil {
			continue
		}
		d := directory.DeptOrder{DeptID: *entry.DeptID, Order: *entry.Order}
		u.DeptOrderList = slices.DeleteFunc(u.DeptOrderList, func(o directory.DeptOrder) bool { return o.DeptID == d.DeptID })
		u.DeptOrderList = append(u.DeptOrderList, d)
	}
	if m.DeptTitleList != nil {
		u.DeptTitleList = nil
	}
	for _, entry := range m.DeptTitleList {
		own, err := s.ownEntry(u, "dept_title_list", entry.DeptID)
		if err != nil {
			return err
		}
		if own {
			u.DeptTitleList = append(u.DeptTitleList, directory.DeptTitle{DeptID: *entry.DeptID, Title: entry.Title})
		}
	}
	if m.DeptPositionList != nil {
		u.DeptPositionList = nil
	}
	for _, entry := range m.DeptPositionList {
		own, err := s.ownEntry(u, "dept_position_list", entry.DeptID)
		if err != nil {
			return err
		}
		if own {
			u.DeptPositionList = append(u.DeptPositionList, directory.DeptPosition{
				DeptID: *entry.DeptID, IsMain: entry.IsMain, Title: entry.Title, WorkPlace: entry.WorkPlace,
			})
		}
	}
	return nil
}

// ownEntry reports whether an entry of a list by department is about a department of the person. Whether the service
// refuses other entries is not known; here they are dropped, or refused by a strict server.
func (s *Server) ownEntry(u *directory.User, list string, dept *int64) (bool, error) {
	switch {
	case dept == nil:
		return false, refuse(400002, list+" has an entry without dept_id")
	case u.In(*dept):
		return true, nil
	case s.config.strict:
		return false, refuse(400002, list+" names a department that the person is not in")
	}
	return false, nil
}
