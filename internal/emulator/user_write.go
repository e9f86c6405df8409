package emulator

import (
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// userFields are the plain fields that both writes of a person take.
type userFields struct {
	Name          *string `arg:"name"`
	HideMobile    *bool   `arg:"hide_mobile"`
	Telephone     *string `arg:"telephone"`
	JobNumber     *string `arg:"job_number"`
	Title         *string `arg:"title"`
	Email         *string `arg:"email"`
	OrgEmailType  *string `arg:"org_email_type"`
	WorkPlace     *string `arg:"work_place"`
	Remark        *string `arg:"remark"`
	ExtensionI18n *string `arg:"extension_i18n"`
	SeniorMode    *bool   `arg:"senior_mode"`
	HiredDate     *int64  `arg:"hired_date"`
}

// applyTo sets the fields of a person that were sent.
//
// Assumed: On an update an empty text clears a plain field.
func (f userFields) applyTo(u *directory.User) {
	set(&u.Name, f.Name)
	set(&u.HideMobile, f.HideMobile)
	set(&u.Telephone, f.Telephone)
	set(&u.JobNumber, f.JobNumber)
	set(&u.Title, f.Title)
	set(&u.Email, f.Email)
	set(&u.OrgEmailType, f.OrgEmailType)
	set(&u.WorkPlace, f.WorkPlace)
	set(&u.Remark, f.Remark)
	set(&u.ExtensionI18n, f.ExtensionI18n)
	set(&u.Senior, f.SeniorMode)
	if f.HiredDate != nil {
		u.HiredDate = time.UnixMilli(*f.HiredDate).UTC()
	}
}

type createUserRequest struct {
	UserID        string `arg:"userid"`
	Mobile        string `arg:"mobile"`
	LoginEmail    string `arg:"login_email"`
	ManagerUserID string `arg:"manager_userid"`
	OrgEmail      string `arg:"org_email"`
	Extension     string `arg:"extension"`

	DeptIDList []int64 `arg:"dept_id_list"`
	userFields
	memberships
	newAccount
}

type createUserResponse struct {
	UserID  string `json:"userid"`
	UnionID string `json:"unionId"` // in camel case here and nowhere else
}

// createUser adds a person. The order of its checks is fixed: the rules of the account, the form of the mobile number,
// departments, userid, mobile number, telephone, mail, manager, custom fields.
//
// Assumed: A missing mobile number is 400002. The userid of a deleted person may be used again.
func (s *Server) createUser(q createUserRequest) (any, error) {
	u := &directory.User{
		UserID: q.UserID, ManagerUserID: q.ManagerUserID, OrgEmail: q.OrgEmail,
		Extension: directory.NormalizeCustomFields(q.Extension), DeptIDList: q.DeptIDList,
	}
	if err := s.openAccount(u, &q); err != nil {
		return nil, err
	}
	if err := s.org.CheckNewDepartments(u.DeptIDList); err != nil {
		return nil, err
	}
	q.applyTo(u)
	if err := s.setMemberships(u, q.memberships); err != nil {
		return nil, err
	}
	if u.UserID == "" {
		u.UserID = s.org.NewUserID()
	}
	if err := s.org.CreateUser(u, s.now()); err != nil {
		return nil, err
	}
	return createUserResponse{u.UserID, u.UnionID}, nil
}

type updateUserRequest struct {
	UserID        string  `arg:"userid"`
	Mobile        string  `arg:"mobile"` // no longer documented
	DeptIDList    []int64 `arg:"dept_id_list"`
	ManagerUserID *string `arg:"manager_userid"`
	OrgEmail      *string `arg:"org_email"`

	Extension          *string `arg:"extension"`
	ExtAttrsUpdateMode int64   `arg:"ext_attrs_update_mode"`

	ForceUpdateFields []string `arg:"force_update_fields"`
	userFields
	memberships
	changedAccount
}

// mergeCustomFields is the ext_attrs_update_mode that keeps the custom fields which are not sent.
const mergeCustomFields = 1

// updateUser changes what was sent and nothing else.
//
// Assumed: People keep a manager who was deleted.
func (s *Server) updateUser(q updateUserRequest) (any, error) {
	stored, err := s.org.VisibleUser(q.UserID)
	if err != nil {
		return nil, err
	}
	u := stored.Clone()
	if q.Name != nil && *q.Name == "" {
		return nil, refuse(400002, "name is empty")
	}
	if err := s.updateAccount(u, &q.changedAccount); err != nil {
		return nil, err
	}
	if q.Mobile != "" {
		if err := u.CheckSameMobile(q.Mobile); err != nil {
			return nil, err
		}
	}
	if len(q.DeptIDList) > 0 {
		u.DeptIDList = q.DeptIDList
		if err := s.org.CheckDepartments(stored, u.DeptIDList); err != nil {
			return nil, err
		}
	}
	if q.sets("manager_userid", q.ManagerUserID) {
		u.ManagerUserID = value(q.ManagerUserID)
	}
	if q.sets("org_email", q.OrgEmail) {
		u.OrgEmail = value(q.OrgEmail)
	}
	switch {
	case q.Extension == nil:
	case q.ExtAttrsUpdateMode == mergeCustomFields:
		u.Extension = directory.MergeCustomFields(u.Extension, *q.Extension)
	default:
		u.Extension = directory.NormalizeCustomFields(*q.Extension)
	}
	q.applyTo(u)
	if err := s.setMemberships(u, q.memberships); err != nil {
		return nil, err
	}
	return nil, s.org.UpdateUser(u)
}

// sets reports whether a field takes the value that was sent. An empty value is taken only if force_update_fields names
// the field, and so is an absent one: the official Java SDK drops empty values, so that it has no other way to clear a
// field.
func (q updateUserRequest) sets(name string, sent *string) bool {
	return value(sent) != "" || slices.Contains(q.ForceUpdateFields, name)
}

type userIDRequest struct {
	UserID string `arg:"userid"`
}

// deleteUser removes a person, and records how they left.
func (s *Server) deleteUser(r *request, q userIDRequest) (any, error) {
	return nil, s.org.DeleteUser(q.UserID, s.leaveBy(r))
}
