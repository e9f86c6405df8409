package emulator

import (
	"cmp"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// historicalUser is what a person has in user/get and in the lists.
type historicalUser struct {
	UserID    string          `json:"userid"`
	UnionID   string          `json:"unionid"`
	Mobile    string          `json:"mobile,omitzero"`
	Tel       string          `json:"tel,omitzero"`
	WorkPlace string          `json:"workPlace,omitzero"`
	Remark    string          `json:"remark,omitzero"`
	IsAdmin   bool            `json:"isAdmin"`
	IsBoss    bool            `json:"isBoss"`
	IsHide    bool            `json:"isHide"`
	Name      string          `json:"name"`
	Active    bool            `json:"active"`
	Dept      []int64         `json:"department"`
	Position  string          `json:"position"`
	Email     string          `json:"email,omitzero"`
	OrgEmail  string          `json:"orgEmail,omitzero"`
	Avatar    string          `json:"avatar"`
	JobNumber string          `json:"jobnumber"`
	HiredDate int64           `json:"hiredDate,omitzero"`
	ExtAttr   json.RawMessage `json:"extattr,omitempty"` // an object
}

func (s *Server) describeHistorical(stored *directory.User) historicalUser {
	u := s.permitted(stored)
	return historicalUser{
		UserID: u.UserID, UnionID: u.UnionID, Mobile: u.Mobile, Tel: u.Telephone, WorkPlace: u.WorkPlace, Remark: u.Remark,
		IsAdmin: u.Admin, IsBoss: u.Boss, IsHide: u.HideMobile, Name: u.Name, Active: u.Active, Dept: u.DeptIDList,
		Position: u.Title, Email: u.Email, OrgEmail: u.OrgEmail, Avatar: u.Avatar, JobNumber: u.JobNumber,
		HiredDate: millis(u.HiredDate), ExtAttr: json.RawMessage(u.Extension),
	}
}

// historicalUserDetails has the departments as text that looks like JSON, but with IDs in place of names.
type historicalUserDetails struct {
	historicalUser
	StateCode       string           `json:"stateCode,omitzero"`
	ManagerUserID   string           `json:"managerUserid,omitzero"`
	IsSenior        bool             `json:"isSenior"`
	Roles           []historicalRole `json:"roles,omitempty"`
	OrderInDepts    string           `json:"orderInDepts"`    // {1:176200000000000513}
	IsLeaderInDepts string           `json:"isLeaderInDepts"` // {1:false}
	RealAuthed      bool             `json:"realAuthed"`
	Tags            struct{}         `json:"tags"` // in the samples, without an explanation
}

type historicalRole struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	GroupName string `json:"groupName"`
	Type      int64  `json:"type,omitzero"` // absent for roles of the organization's own
}

// historicalRoleTypes holds the types of the roles that every organization has.
var historicalRoleTypes = map[string]int64{"主管理员": 101, "子管理员": 102, "负责人": 103, "主管": 104}

// historicalGetUser reads one person.
//
// Assumed: A person without a value has an empty avatar, position and jobnumber, as in the samples; other fields without
// a value are absent. In the roles type follows the name of a role in the default group.
func (s *Server) historicalGetUser(q userIDRequest) (any, error) {
	u, err := s.org.VisibleUser(q.UserID)
	if err != nil {
		return nil, err
	}
	out := historicalUserDetails{
		historicalUser: s.describeHistorical(u), ManagerUserID: u.ManagerUserID, IsSenior: u.Senior, RealAuthed: u.RealAuthed,
		StateCode: s.permitted(u).StateCode,
		Roles: mapList(s.org.RolesOf(u.UserID), func(r directory.Role) historicalRole {
			kind := int64(0)
			if r.GroupName == directory.DefaultRoleGroup {
				kind = historicalRoleTypes[r.Name]
			}
			return historicalRole{r.ID, r.Name, r.GroupName, kind}
		}),
	}
	var orders, leaders []string
	for _, d := range u.DeptOrderList {
		orders = append(orders, strconv.FormatInt(d.DeptID, 10)+":"+strconv.FormatInt(d.Order, 10))
	}
	for _, d := range u.LeaderInDept {
		leaders = append(leaders, strconv.FormatInt(d.DeptID, 10)+":"+strconv.FormatBool(d.Leader))
	}
	out.OrderInDepts = "{" + strings.Join(orders, ",") + "}"
	out.IsLeaderInDepts = "{" + strings.Join(leaders, ",") + "}"
	return out, nil
}

type historicalMember struct {
	historicalUser
	IsLeader bool  `json:"isLeader"`
	Order    int64 `json:"order"`
}

type historicalUserList[T any] struct {
	HasMore  *bool `json:"hasMore,omitempty"` // with offset and size alone
	UserList []T   `json:"userlist"`
}

type historicalListUsersRequest struct {
	DepartmentID int64  `arg:"department_id"`
	Offset       *int64 `arg:"offset"`
	Size         *int64 `arg:"size"`
	Order        string `arg:"order"`
}

// historicalListUsers lists a department's direct members: a page of them, or all.
//
// Assumed: user/list is like user/listbypage, but returns all people where offset and size are not sent together, as
// user/simplelist does; hasMore is absent then.
func (s *Server) historicalListUsers(q historicalListUsersRequest) (any, error) {
	return listHistorical(s, q, func(u *directory.User) historicalMember {
		in := s.describeIn(q.DepartmentID, u)
		return historicalMember{s.describeHistorical(u), in.Leader, in.DeptOrder}
	})
}

// historicalListUserBriefs lists the same with fewer fields.
func (s *Server) historicalListUserBriefs(q historicalListUsersRequest) (any, error) {
	return listHistorical(s, q, func(u *directory.User) userBrief { return userBrief{u.UserID, u.Name} })
}

func listHistorical[T any](s *Server, q historicalListUsersRequest, describe func(*directory.User) T) (any, error) {
	ids, err := s.org.VisibleMemberIDs(q.DepartmentID, cmp.Or(q.Order, directory.CustomOrder))
	if err != nil {
		return nil, err
	}
	out := historicalUserList[T]{UserList: []T{}}
	if q.Offset != nil && q.Size != nil {
		if *q.Offset < 0 {
			return nil, refuse(40068, "offset is less than 0")
		}
		var next int64
		ids, next = cut(ids, *q.Offset, *q.Size)
		out.HasMore = new(next > 0)
	}
	for _, id := range ids {
		out.UserList = append(out.UserList, describe(s.org.User(id)))
	}
	return out, nil
}

type historicalUnionID struct {
	ContactType int64  `json:"contactType"`
	UserID      string `json:"userid"`
}

// historicalGetUserIDByUnionID finds the person, or the external contact, who has a union ID.
func (s *Server) historicalGetUserIDByUnionID(q unionIDRequest) (any, error) {
	found, err := s.findByUnionID(q.UnionID)
	if err != nil {
		return nil, err
	}
	return historicalUnionID(found), nil
}

type historicalAdmins struct {
	AdminList []adminResponse `json:"adminList"`
}

// historicalListAdmins lists the administrators like listAdmins.
func (s *Server) historicalListAdmins(q noRequest) (any, error) {
	return historicalAdmins{s.admins()}, nil
}
