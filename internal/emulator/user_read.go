package emulator

import "encoding/json"

// userAnswer is the result of user/get. What has no value is absent, but for the texts that live answers
// show empty.
type userAnswer struct {
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
	DeptOrderList    []DeptOrder     `json:"dept_order_list"`
	DeptPositionList []DeptPosition  `json:"dept_position_list,omitempty"`
	LeaderInDept     []DeptLeader    `json:"leader_in_dept"`
	RoleList         []Role          `json:"role_list,omitempty"`
	Active           bool            `json:"active"`
	RealAuthed       bool            `json:"real_authed"`
	Senior           bool            `json:"senior"`
	Admin            bool            `json:"admin"`
	Boss             bool            `json:"boss"`
	UnionEmpExt      json.RawMessage `json:"union_emp_ext"`
	CreateTime       string          `json:"create_time"`

	ExclusiveAccount bool `json:"exclusive_account"`
	*accountAnswer        // of enterprise accounts alone
}

type accountAnswer struct {
	Type          string `json:"exclusive_account_type"`
	LoginID       string `json:"login_id,omitzero"`
	Nickname      string `json:"nickname,omitzero"`
	CorpName      string `json:"exclusive_account_corp_name,omitzero"`
	CorpID        string `json:"exclusive_account_corp_id,omitzero"`
	DisableStatus bool   `json:"disable_status"`
}

// getUser reads one person; the login name of an enterprise account goes before the userid.
func (s *Server) getUser(a args) (any, error) {
	userid := a.text("userid")
	if login := a.text("login_id"); login != "" {
		userid = s.org.taken[unique{"login_id", login}]
	}
	u := s.org.users[userid]
	if u == nil {
		return nil, refuse(s.config.unknownUserCode)
	}
	if !s.org.seesUser(u) {
		return nil, refuse(50002)
	}
	return s.describe(u), nil
}

// describe writes a person as the app may see it.
func (s *Server) describe(u *User) userAnswer {
	out := userAnswer{
		UserID: u.UserID, UnionID: u.UnionID, Name: u.Name, Avatar: u.Avatar,
		HideMobile: u.HideMobile, Telephone: u.Telephone, JobNumber: u.JobNumber, Title: u.Title,
		OrgEmail: u.OrgEmail, OrgEmailType: u.OrgEmailType,
		ManagerUserID: u.ManagerUserID, DeptIDList: u.DeptIDList, DeptOrderList: u.DeptOrderList,
		DeptPositionList: u.DeptPositionList, LeaderInDept: u.LeaderInDept, RoleList: s.org.book.rolesOf(u.UserID),
		Active: u.Active, RealAuthed: u.RealAuthed, Senior: u.Senior, Admin: u.Admin, Boss: u.Boss,
		UnionEmpExt:      json.RawMessage(`{}`), // as live answers have it without linked organisations
		CreateTime:       u.CreateTime.Format("2006-01-02T15:04:05.000Z"),
		ExclusiveAccount: u.ExclusiveAccount,
	}
	if !s.config.withoutMobile {
		out.StateCode, out.Mobile = u.StateCode, u.Mobile
	}
	if !s.config.withoutPersonal {
		out.Email, out.WorkPlace, out.Remark = u.Email, u.WorkPlace, u.Remark
		out.Extension, out.ExtensionI18n = u.Extension, u.ExtensionI18n
	}
	if !u.HiredDate.IsZero() {
		out.HiredDate = u.HiredDate.UnixMilli()
	}
	if u.UnionEmpExt != nil {
		out.UnionEmpExt = encode(u.UnionEmpExt)
	}
	if u.ExclusiveAccount {
		out.accountAnswer = &accountAnswer{
			Type: u.ExclusiveAccountType, LoginID: u.LoginID, Nickname: u.Nickname,
			CorpName: u.ExclusiveAccountCorpName, CorpID: u.ExclusiveAccountCorpID,
			DisableStatus: u.DisableStatus,
		}
	}
	return out
}
