package emulator

import (
	"slices"
	"time"
)

type createUserAnswer struct {
	UserID  string `json:"userid"`
	UnionID string `json:"unionId"` // in camel case here and nowhere else
}

// createUser adds a person. The order of its checks is fixed: the rules of the account, the form of the
// mobile number, departments, userid, mobile number, telephone, mail, manager, custom fields.
func (s *Server) createUser(a args) (any, error) {
	u := &User{UserID: a.text("userid")}
	if err := s.openAccount(u, a); err != nil {
		return nil, err
	}
	u.ManagerUserID = a.text("manager_userid")
	u.OrgEmail = a.text("org_email")
	u.Extension = tidyExtension(a.text("extension"))
	set(a, "dept_id_list", &u.DeptIDList)
	if s.org.exist(u.DeptIDList) && !s.org.seesAll(u.DeptIDList) {
		return nil, refuse(50004)
	}
	fill(u, a)
	if err := s.place(u, a); err != nil {
		return nil, err
	}
	if u.UserID == "" {
		u.UserID = s.org.newUserID()
	}
	if err := s.admit(u); err != nil {
		return nil, err
	}
	return createUserAnswer{u.UserID, u.UnionID}, nil
}

// updateUser changes what was sent and nothing else.
func (s *Server) updateUser(a args) (any, error) {
	stored := s.org.users[a.text("userid")]
	if stored == nil {
		return nil, refuse(s.config.unknownUserCode)
	}
	if !s.org.seesUser(stored) {
		return nil, refuse(50002)
	}
	u := stored.clone()
	if a.has("name") && a.empty("name") {
		return nil, refuse(400002, "name is empty")
	}
	if err := s.changeAccount(u, a); err != nil {
		return nil, err
	}
	if err := sameMobile(u, a); err != nil {
		return nil, err
	}
	if !a.empty("dept_id_list") {
		set(a, "dept_id_list", &u.DeptIDList)
		if !s.org.exist(u.DeptIDList) {
			return nil, refuse(60003)
		}
		if slices.ContainsFunc(u.DeptIDList, func(id int64) bool { return !stored.in(id) && !s.org.seesDepartment(id) }) {
			return nil, refuse(50004)
		}
	}
	if clears(a, "manager_userid") {
		u.ManagerUserID = a.text("manager_userid")
	}
	if clears(a, "org_email") {
		u.OrgEmail = a.text("org_email")
	}
	if a.has("extension") {
		u.Extension = changedExtension(u.Extension, a)
	}
	fill(u, a)
	if err := s.place(u, a); err != nil {
		return nil, err
	}
	if err := s.checkPerson(u); err != nil {
		return nil, err
	}
	s.org.settle(u)
	s.org.put(u)
	return nil, nil
}

// deleteUser removes a person. Who names the person as manager goes on doing so.
func (s *Server) deleteUser(a args) (any, error) {
	userid := a.text("userid")
	u := s.org.users[userid]
	switch {
	case u == nil:
		return nil, refuse(s.config.unknownUserCode)
	case !s.org.seesUser(u):
		return nil, refuse(50002)
	}
	s.org.remove(userid)
	return nil, nil
}

// fill takes over the plain values that were sent. An empty text clears a value; whether it does so on
// the service was not established.
func fill(u *User, a args) {
	set(a, "name", &u.Name)
	set(a, "hide_mobile", &u.HideMobile)
	set(a, "telephone", &u.Telephone)
	set(a, "job_number", &u.JobNumber)
	set(a, "title", &u.Title)
	set(a, "email", &u.Email)
	set(a, "org_email_type", &u.OrgEmailType)
	set(a, "work_place", &u.WorkPlace)
	set(a, "remark", &u.Remark)
	set(a, "extension_i18n", &u.ExtensionI18n)
	set(a, "senior_mode", &u.Senior)
	if ms, sent := a["hired_date"].(int64); sent {
		u.HiredDate = time.UnixMilli(ms).UTC()
	}
	set(a, "exclusive_mobile", &u.ExclusiveMobile)
	set(a, "exclusive_mobile_verify_status", &u.ExclusiveMobileVerifyStatus)
	set(a, "avatarMediaId", &u.AvatarMediaID)
	set(a, "nickname", &u.Nickname)
}

// clears says whether a field takes the value that was sent: an empty one only if force_update_fields
// names the field.
func clears(a args, name string) bool {
	return a.has(name) && (!a.empty(name) || slices.Contains(a.names("force_update_fields"), name))
}

// changedExtension replaces all custom fields, which is the default, or adds those sent to those there are.
func changedExtension(old string, a args) string {
	if mode, _ := a["ext_attrs_update_mode"].(int64); mode == 1 {
		return mergeExtension(old, a.text("extension"))
	}
	return tidyExtension(a.text("extension"))
}

// sameMobile refuses to change the number: the person has to be deleted and created again. The number in
// use may be sent along.
func sameMobile(u *User, a args) error {
	if a.empty("mobile") {
		return nil
	}
	m, err := parseMobile(a.text("mobile"))
	if err != nil {
		return err
	}
	if m != (mobile{u.StateCode, u.Mobile}) {
		return refuse(41054)
	}
	return nil
}
