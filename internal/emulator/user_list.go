package emulator

import (
	"cmp"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// pageResponse is the result of the paged lists. The cursor is absent on the last page.
type pageResponse[T any] struct {
	HasMore    bool  `json:"has_more"`
	NextCursor int64 `json:"next_cursor,omitzero"`
	List       []T   `json:"list"` // never null
}

// listedUser is a person in a department's list. It lacks some fields of user/get and has order and leadership for the
// department alone. The page's sample shows an empty title.
type listedUser struct {
	UserID     string  `json:"userid"`
	UnionID    string  `json:"unionid"`
	Name       string  `json:"name,omitzero"`
	Avatar     string  `json:"avatar"`
	StateCode  string  `json:"state_code,omitzero"`
	Mobile     string  `json:"mobile,omitzero"`
	HideMobile bool    `json:"hide_mobile"`
	Telephone  string  `json:"telephone,omitzero"`
	JobNumber  string  `json:"job_number"`
	Title      string  `json:"title"`
	Email      string  `json:"email,omitzero"`
	OrgEmail   string  `json:"org_email,omitzero"`
	WorkPlace  string  `json:"work_place,omitzero"`
	Remark     string  `json:"remark,omitzero"`
	DeptIDList []int64 `json:"dept_id_list"`
	DeptOrder  int64   `json:"dept_order"`
	Extension  string  `json:"extension,omitzero"`
	HiredDate  int64   `json:"hired_date,omitzero"`
	Active     bool    `json:"active"`
	Admin      bool    `json:"admin"`
	Boss       bool    `json:"boss"`
	Leader     bool    `json:"leader"`

	ExclusiveAccount bool `json:"exclusive_account"`
	*accountResponse      // of enterprise accounts alone
}

type userBrief struct {
	UserID string `json:"userid"`
	Name   string `json:"name"`
}

type userIDs struct {
	UserIDList []string `json:"userid_list"` // never null
}

type listUsersRequest struct {
	DeptID     int64  `arg:"dept_id"`
	Cursor     int64  `arg:"cursor"`
	Size       int64  `arg:"size"`
	OrderField string `arg:"order_field"`
}

// listUsers reads a page of a department's direct members.
//
// Assumed: A cursor is the number of people before the page. A cursor beyond the end gives an empty page, and cursors
// above 100000 are accepted. In v2/user/list a department that is no number, or a cursor, size or order_field that is
// not allowed, is 40035. An unknown department is 60003, one out of the contact scope 50004 even if people in it are
// not. An empty title is present. org_email requires the permission for personal information.
func (s *Server) listUsers(q listUsersRequest) (any, error) {
	if q.Cursor < 0 {
		return nil, refuse(40035, "cursor is less than 0")
	}
	return listPage(s, q, func(u *directory.User) listedUser { return s.describeIn(q.DeptID, u) })
}

// listUserBriefs reads the same page with fewer fields.
func (s *Server) listUserBriefs(q listUsersRequest) (any, error) {
	if q.Cursor < 0 {
		return nil, refuse(40068, "cursor is less than 0")
	}
	return listPage(s, q, func(u *directory.User) userBrief { return userBrief{u.UserID, u.Name} })
}

// listUserIDs reads all direct members at once, in the order that the pages have by default. The contact
// scope does not limit it.
func (s *Server) listUserIDs(q deptIDRequest) (any, error) {
	ids, err := s.org.AllMemberIDs(q.DeptID)
	if err != nil {
		return nil, err
	}
	return userIDs{append([]string{}, ids...)}, nil
}

// listPage reads a page of a department's direct members. Of such a person it returns what describe does.
func listPage[T any](s *Server, q listUsersRequest, describe func(*directory.User) T) (any, error) {
	all, err := s.org.VisibleMemberIDs(q.DeptID, cmp.Or(q.OrderField, directory.CustomOrder))
	if err != nil {
		return nil, err
	}
	ids, next := cut(all, q.Cursor, q.Size)
	page := pageResponse[T]{HasMore: next > 0, NextCursor: next, List: make([]T, len(ids))}
	for i, id := range ids {
		page.List[i] = describe(s.org.User(id))
	}
	return page, nil
}

// cut returns a page of a list and the cursor of the next page. The cursor is the number of entries before the page; 0
// stands for no next page.
func cut(list []string, cursor, size int64) (page []string, next int64) {
	n := int64(len(list))
	from := min(cursor, n)
	to := from + min(size, n-from)
	if to < n {
		next = to
	}
	return list[from:to], next
}

// describeIn returns a person as the list of a department has it and the app may see it.
func (s *Server) describeIn(dept int64, stored *directory.User) listedUser {
	u := s.permitted(stored)
	out := listedUser{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode, Mobile: u.Mobile,
		HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber, Title: u.Title, Email: u.Email,
		OrgEmail: u.OrgEmail, WorkPlace: u.WorkPlace, Remark: u.Remark, DeptIDList: u.DeptIDList, Extension: u.Extension,
		HiredDate: millis(u.HiredDate), Active: u.Active, Admin: u.Admin, Boss: u.Boss,
		ExclusiveAccount: u.ExclusiveAccount, accountResponse: describeAccount(stored),
	}
	if s.withoutPersonal {
		out.OrgEmail = "" // in lists alone
	}
	for _, d := range u.DeptOrderList {
		if d.DeptID == dept {
			out.DeptOrder = d.Order
		}
	}
	for _, d := range u.LeaderInDept {
		if d.DeptID == dept {
			out.Leader = d.Leader
		}
	}
	return out
}
