package emulator

import "github.com/dingtalk-contacts/dingtalk-go/internal/contract"

func userListRoutes() []*route {
	return []*route{
		{Endpoint: &contract.ListUsers, handle: (*Server).listUsers},
		{Endpoint: &contract.ListUserBriefs, handle: (*Server).listUserBriefs},
		{Endpoint: &contract.ListUserIDs, handle: (*Server).listUserIDs},
		{Endpoint: &contract.GetUserIDByMobile, handle: (*Server).getUserIDByMobile},
		{Endpoint: &contract.GetUserIDByUnionID, handle: (*Server).getUserIDByUnionID},
		{Endpoint: &contract.CountUsers, handle: (*Server).countUsers},
		{Endpoint: &contract.ListAdmins, handle: (*Server).listAdmins},
		// A missing userid has a code of its own here; 400002 is not on the page.
		{Endpoint: &contract.GetAdminScope, handle: (*Server).getAdminScope, unset: map[string]int{"userid": 40036}},
		{Endpoint: &contract.ListInactiveUserIDs, handle: (*Server).listInactiveUserIDs, terse: true},
	}
}

// pageAnswer is the result of the paged lists. The cursor is absent on the last page.
type pageAnswer[T any] struct {
	HasMore    bool  `json:"has_more"`
	NextCursor int64 `json:"next_cursor,omitzero"`
	List       []T   `json:"list"` // never null
}

// listedUser is a person in a department's list. It lacks some of user/get, and says place and leadership
// for the department alone. The page's sample shows an empty title.
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
	*accountAnswer        // of enterprise accounts alone
}

type userBrief struct {
	UserID string `json:"userid"`
	Name   string `json:"name"`
}

type userIDs struct {
	UserIDList []string `json:"userid_list"` // never null
}

// listUsers reads a page of a department's direct members.
func (s *Server) listUsers(a args) (any, error) {
	if a.number("cursor") < 0 {
		return nil, refuse(40035, "cursor is less than 0")
	}
	dept := a.number("dept_id")
	return listPage(s, a, func(u *User) listedUser { return s.describeIn(dept, u) })
}

// listUserBriefs reads the same page with less on it.
func (s *Server) listUserBriefs(a args) (any, error) {
	if a.number("cursor") < 0 {
		return nil, refuse(40068, "cursor is less than 0")
	}
	return listPage(s, a, func(u *User) userBrief { return userBrief{u.UserID, u.Name} })
}

// listUserIDs reads all direct members at once, in the order that the pages have by default. The contact
// scope does not limit it.
func (s *Server) listUserIDs(a args) (any, error) {
	dept := a.number("dept_id")
	if s.org.departments[dept] == nil {
		return nil, refuse(60003)
	}
	return userIDs{append([]string{}, s.org.roll.members(dept, byCustom)...)}, nil
}

func listPage[T any](s *Server, a args, describe func(*User) T) (any, error) {
	d, err := s.visibleDepartment(a)
	if err != nil {
		return nil, err
	}
	order := byCustom
	if !a.empty("order_field") {
		order = a.text("order_field")
	}
	ids, next := cut(s.org.roll.members(d.ID, order), a.number("cursor"), a.number("size"))
	page := pageAnswer[T]{HasMore: next > 0, NextCursor: next, List: make([]T, len(ids))}
	for i, id := range ids {
		page.List[i] = describe(s.org.users[id])
	}
	return page, nil
}

// cut takes a page from a list. The cursor is the number of entries before the page; 0 for the next one
// says that there is none.
func cut(list []string, cursor, size int64) (page []string, next int64) {
	n := int64(len(list))
	from := min(cursor, n)
	to := from + min(size, n-from)
	if to < n {
		next = to
	}
	return list[from:to], next
}

// describeIn writes a person as a department's list shows them and the app may see them.
func (s *Server) describeIn(dept int64, u *User) listedUser {
	all := s.describe(u) // so that one place knows what needs which permission
	out := listedUser{
		UserID: all.UserID, UnionID: all.UnionID, Name: all.Name, Avatar: all.Avatar,
		StateCode: all.StateCode, Mobile: all.Mobile, HideMobile: all.HideMobile, Telephone: all.Telephone,
		JobNumber: all.JobNumber, Title: all.Title, Email: all.Email, OrgEmail: all.OrgEmail,
		WorkPlace: all.WorkPlace, Remark: all.Remark, DeptIDList: all.DeptIDList, Extension: all.Extension,
		HiredDate: all.HiredDate, Active: all.Active, Admin: all.Admin, Boss: all.Boss,
		ExclusiveAccount: all.ExclusiveAccount, accountAnswer: all.accountAnswer,
	}
	if s.config.withoutPersonal {
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
