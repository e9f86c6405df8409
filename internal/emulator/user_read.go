package emulator

import (
	"encoding/json"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// userResponse is the result of user/get. Fields without a value are absent, except for the texts that live responses
// show empty.
type userResponse struct {
	UserID           string          `json:"userid"`
	UnionID          string          `json:"unionid"`
	Name             string          `json:"name,omitzero"`
	Avatar           string          `json:"avatar"`
	StateCode        string          `json:"state_code,omitzero"`
	Mobile           string          `json:"mobile,omitzero"`
	HideMobile       bool            `json:"hide_mobile"`
	Telephone        string          `json:"telephone,omitzero"`
	JobNumber        string          `json:"job_number"`
	Title            string          `json:"title,omitzero"`
	Email            string          `json:"email,omitzero"`
	OrgEmail         string          `json:"org_email,omitzero"`
	OrgEmailType     string          `json:"org_email_type,omitzero"`
	WorkPlace        string          `json:"work_place,omitzero"`
	Remark           string          `json:"remark,omitzero"`
	Extension        string          `json:"extension,omitzero"`
	ExtensionI18n    string          `json:"extension_i18n,omitzero"`
	ManagerUserID    string          `json:"manager_userid,omitzero"`
	HiredDate        int64           `json:"hired_date,omitzero"`
	DeptIDList       []int64         `json:"dept_id_list"`
	DeptOrderList    []deptOrder     `json:"dept_order_list"`
	DeptPositionList []deptPosition  `json:"dept_position_list,omitempty"`
	LeaderInDept     []deptLeader    `json:"leader_in_dept"`
	RoleList         []role          `json:"role_list,omitempty"`
	Active           bool            `json:"active"`
	RealAuthed       bool            `json:"real_authed"`
	Senior           bool            `json:"senior"`
	Admin            bool            `json:"admin"`
	Boss             bool            `json:"boss"`
	UnionEmpExt      json.RawMessage `json:"union_emp_ext"`
	CreateTime       string          `json:"create_time"`

	ExclusiveAccount bool `json:"exclusive_account"`
	*accountResponse      // of enterprise accounts alone
}

type deptOrder struct {
	DeptID int64 `json:"dept_id"`
	Order  int64 `json:"order"`
}

type deptPosition struct {
	DeptID    int64  `json:"dept_id"`
	IsMain    bool   `json:"is_main"`
	Title     string `json:"title,omitzero"`
	WorkPlace string `json:"work_place,omitzero"`
}

type deptLeader struct {
	DeptID int64 `json:"dept_id"`
	Leader bool  `json:"leader"`
}

type role struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	GroupName string `json:"group_name"`
}

type unionEmpMap struct {
	UserID string `json:"userid"`
	CorpID string `json:"corp_id"`
}

type unionEmpExt struct {
	UserID          string        `json:"userid"`
	CorpID          string        `json:"corp_id"`
	UnionEmpMapList []unionEmpMap `json:"union_emp_map_list"`
}

// mapList converts the entries of a list; nil remains nil.
func mapList[From, To any](list []From, entry func(From) To) []To {
	if list == nil {
		return nil
	}
	out := make([]To, len(list))
	for i, from := range list {
		out[i] = entry(from)
	}
	return out
}

type accountResponse struct {
	Type          string `json:"exclusive_account_type"`
	LoginID       string `json:"login_id,omitzero"`
	Nickname      string `json:"nickname,omitzero"`
	CorpName      string `json:"exclusive_account_corp_name,omitzero"`
	CorpID        string `json:"exclusive_account_corp_id,omitzero"`
	DisableStatus bool   `json:"disable_status"`
}

type getUserRequest struct {
	UserID  string `arg:"userid"`
	LoginID string `arg:"login_id"`
}

// getUser reads one person. The login name of an enterprise account takes precedence over the userid.
func (s *Server) getUser(q getUserRequest) (any, error) {
	userid := q.UserID
	if q.LoginID != "" {
		userid = s.org.FindByLogin(q.LoginID)
	}
	u, err := s.org.VisibleUser(userid)
	if err != nil {
		return nil, err
	}
	return s.describe(u), nil
}

// describe returns a person as the app may see it.
func (s *Server) describe(stored *directory.User) userResponse {
	u := s.permitted(stored)
	out := userResponse{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar, StateCode: u.StateCode, Mobile: u.Mobile,
		HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber, Title: u.Title, Email: u.Email,
		OrgEmail: u.OrgEmail, OrgEmailType: u.OrgEmailType, WorkPlace: u.WorkPlace, Remark: u.Remark,
		Extension: u.Extension, ExtensionI18n: u.ExtensionI18n, ManagerUserID: u.ManagerUserID, HiredDate: millis(u.HiredDate),
		DeptIDList:       u.DeptIDList,
		DeptOrderList:    mapList(u.DeptOrderList, func(d directory.DeptOrder) deptOrder { return deptOrder(d) }),
		DeptPositionList: mapList(u.DeptPositionList, func(d directory.DeptPosition) deptPosition { return deptPosition(d) }),
		LeaderInDept:     mapList(u.LeaderInDept, func(d directory.DeptLeader) deptLeader { return deptLeader(d) }),
		RoleList:         mapList(s.org.RolesOf(u.UserID), func(r directory.Role) role { return role(r) }),
		Active:           u.Active, RealAuthed: u.RealAuthed, Senior: u.Senior, Admin: u.Admin, Boss: u.Boss,
		UnionEmpExt:      json.RawMessage(`{}`), // as live responses have it without linked organizations
		CreateTime:       u.CreateTime.Format("2006-01-02T15:04:05.000Z"),
		ExclusiveAccount: u.ExclusiveAccount, accountResponse: describeAccount(stored),
	}
	if u.UnionEmpExt != nil {
		out.UnionEmpExt = encode(unionEmpExt{
			u.UnionEmpExt.UserID, u.UnionEmpExt.CorpID,
			mapList(u.UnionEmpExt.UnionEmpMapList, func(m directory.UnionEmpMap) unionEmpMap { return unionEmpMap(m) }),
		})
	}
	return out
}

// permitted returns a person without the fields that the app has no permission for.
func (s *Server) permitted(u *directory.User) directory.User {
	out := *u
	if s.withoutMobile {
		out.StateCode, out.Mobile = "", ""
	}
	if s.withoutPersonal {
		out.Email, out.WorkPlace, out.Remark, out.Extension, out.ExtensionI18n = "", "", "", "", ""
	}
	return out
}

// describeAccount returns the fields of an enterprise account, or nil for an ordinary one.
func describeAccount(u *directory.User) *accountResponse {
	if !u.ExclusiveAccount {
		return nil
	}
	return &accountResponse{
		Type: u.ExclusiveAccountType, LoginID: u.LoginID, Nickname: u.Nickname,
		CorpName: u.ExclusiveAccountCorpName, CorpID: u.ExclusiveAccountCorpID,
		DisableStatus: u.DisableStatus,
	}
}

// millis returns a time in milliseconds, or 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}
