package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// CreateUserRequest describes the user to create. Zero fields are not sent, except for the name and the departments.
// The limits are the documented ones, in characters or entries; the service enforces them, not this package.
type CreateUserRequest struct {
	// UserID has 1 to 64 characters, is unique in the organization and cannot be changed. If it is empty, the service
	// chooses one. Setting it makes it possible to read the user after ErrOutcomeUnknown.
	UserID string `json:"userid,omitzero"`
	Name   string `json:"name"` // at most 80
	// Mobile is required for ordinary accounts, unique, and cannot be changed later. Numbers outside mainland China
	// have the form "+852-51234567". In an organization that is registered outside it, mainland numbers have the form
	// "+86-13800001234".
	Mobile     string `json:"mobile,omitzero"`
	HideMobile bool   `json:"hide_mobile,omitzero"` // on the profile page only
	Telephone  string `json:"telephone,omitzero"`   // extension number, at most 50, unique
	JobNumber  string `json:"job_number,omitzero"`  // at most 50
	Title      string `json:"title,omitzero"`       // at most 200
	Email      string `json:"email,omitzero"`       // personal mail address, at most 50, unique
	// OrgEmail has at most 100 characters. It takes effect only if the organization's mail is enabled.
	OrgEmail      string      `json:"org_email,omitzero"`
	OrgEmailType  string      `json:"org_email_type,omitzero"`  // "profession" (standard edition) or "base"
	WorkPlace     string      `json:"work_place,omitzero"`      // at most 100
	Remark        string      `json:"remark,omitzero"`          // at most 2000
	DeptIDList    IDList      `json:"dept_id_list"`             // at most 100; RootDepartmentID is 1
	DeptOrderList []DeptOrder `json:"dept_order_list,omitzero"` // at most 100
	DeptTitleList []DeptTitle `json:"dept_title_list,omitzero"` // at most 100
	// Extension holds custom fields, at most 2000 characters. The fields must exist in the admin console.
	Extension Extension `json:"extension,omitzero"`
	// SeniorMode hides the mobile number from all users, and keeps ordinary staff from calling the user.
	SeniorMode bool   `json:"senior_mode,omitzero"`
	HiredDate  Millis `json:"hired_date,omitzero"` // sent in milliseconds of Unix time
	// ManagerUserID is the direct manager, who must be in the organization.
	ManagerUserID    string         `json:"manager_userid,omitzero"`
	LoginEmail       string         `json:"login_email,omitzero"`        // at most 64; only for accounts of the mail type
	DeptPositionList []DeptPosition `json:"dept_position_list,omitzero"` // at most 999
	ExtensionI18n    ExtensionI18n  `json:"extension_i18n,omitzero"`     // custom fields in other languages
	CheckUserProtect bool           `json:"check_user_protect,omitzero"` // not described by the documentation

	// The fields below are for enterprise accounts, which cannot have Mobile or LoginEmail.

	ExclusiveAccount     bool   `json:"exclusive_account,omitzero"`
	ExclusiveAccountType string `json:"exclusive_account_type,omitzero"` // "sso" or "dingtalk"
	LoginID              string `json:"login_id,omitzero"`               // for the type "dingtalk", as are the next two
	// InitPassword has at least 8 characters, neither letters only nor digits only.
	InitPassword                Secret `json:"init_password,omitzero"`
	SendPasswordToUser          bool   `json:"send_password_to_user,omitzero"`          // by SMS or mail; needs InitPassword
	ExclusiveMobile             string `json:"exclusive_mobile,omitzero"`               // the number to call: "+86-13800001234"
	ExclusiveMobileVerifyStatus string `json:"exclusive_mobile_verify_status,omitzero"` // whether the number is verified
	AvatarMediaID               string `json:"avatarMediaId,omitzero"`                  // of an uploaded JPG or PNG
	Nickname                    string `json:"nickname,omitzero"`                       // shown next to the name
	OuterExclusiveCorpID        string `json:"outer_exclusive_corpid,omitzero"`         // to invite an account of another organization
	OuterExclusiveUserID        string `json:"outer_exclusive_userid,omitzero"`
}

// CreateUserResponse names the user that was created.
type CreateUserResponse struct {
	UserID  string `json:"userid"`
	UnionID string `json:"unionId"` // documented in camel case only here
}

// DeptOrder is a user's order in a department.
type DeptOrder struct {
	DeptID int64 `json:"dept_id"`
	Order  int64 `json:"order"` // descending: the largest is at the top; exceeds 2^53
}

// DeptTitle is a user's title in a department.
type DeptTitle struct {
	DeptID int64  `json:"dept_id"`
	Title  string `json:"title"`
}

// DeptPosition is a user's position in a department.
type DeptPosition struct {
	DeptID    int64  `json:"dept_id"`
	IsMain    bool   `json:"is_main,omitzero"`
	Title     string `json:"title,omitzero"`      // at most 200
	WorkPlace string `json:"work_place,omitzero"` // at most 100
}

// GetUserRequest names the user to read.
type GetUserRequest struct {
	UserID   string `json:"userid"`            // at most 64
	Language string `json:"language,omitzero"` // "zh_CN", the default, or "en_US"
	LoginID  string `json:"login_id,omitzero"` // overrides UserID; for enterprise accounts of the type "dingtalk"
}

// User is a user as GetUser returns it. The service leaves out fields that are not set and those that the app has no
// field permission for; they are zero.
type User struct {
	UserID           string         `json:"userid"`
	UnionID          string         `json:"unionid"`
	Name             string         `json:"name"`
	Avatar           string         `json:"avatar"`     // URL of a picture
	StateCode        string         `json:"state_code"` // country code of Mobile: "86"
	Mobile           string         `json:"mobile"`     // without the country code; needs a field permission
	HideMobile       bool           `json:"hide_mobile"`
	Telephone        string         `json:"telephone"` // extension number
	JobNumber        string         `json:"job_number"`
	Title            string         `json:"title"`
	Email            string         `json:"email"` // this and the next ones need the permission for personal information
	OrgEmail         string         `json:"org_email"`
	OrgEmailType     string         `json:"org_email_type"`
	WorkPlace        string         `json:"work_place"`
	Remark           string         `json:"remark"`
	Extension        Extension      `json:"extension"`      // custom fields
	ExtensionI18n    ExtensionI18n  `json:"extension_i18n"` // custom fields in other languages
	ManagerUserID    string         `json:"manager_userid"` // the direct manager
	HiredDate        Millis         `json:"hired_date"`
	DeptIDList       []int64        `json:"dept_id_list"`
	DeptOrderList    []DeptOrder    `json:"dept_order_list"`
	DeptPositionList []DeptPosition `json:"dept_position_list"`
	LeaderInDept     []LeaderInDept `json:"leader_in_dept"` // whether the user leads each department
	RoleList         []UserRole     `json:"role_list"`      // empty without roles
	Active           bool           `json:"active"`         // has activated DingTalk
	RealAuthed       bool           `json:"real_authed"`    // the real name is verified
	Senior           bool           `json:"senior"`         // senior mode
	Admin            bool           `json:"admin"`
	Boss             bool           `json:"boss"`
	ExclusiveAccount bool           `json:"exclusive_account"` // the fields below describe such accounts

	ExclusiveAccountType     string `json:"exclusive_account_type"` // "sso" or "dingtalk"
	LoginID                  string `json:"login_id"`               // for the type "dingtalk"
	Nickname                 string `json:"nickname"`
	ExclusiveAccountCorpName string `json:"exclusive_account_corp_name"` // the organization that owns the account
	ExclusiveAccountCorpID   string `json:"exclusive_account_corp_id"`
	DisableStatus            bool   `json:"disable_status"` // the account is disabled

	UnionEmpExt UnionEmpExt `json:"union_emp_ext" also:"unionEmpExt"` // accounts in linked organizations
	CreateTime  string      `json:"create_time"`                      // not documented; seen as "2024-07-15T07:05:43.000Z"
}

// LeaderInDept holds whether a user leads a department.
type LeaderInDept struct {
	DeptID int64 `json:"dept_id"`
	Leader bool  `json:"leader"`
}

// UserRole is a role of a user.
type UserRole struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	GroupName string `json:"group_name"`
}

// UnionEmpExt names a user's accounts in linked organizations.
type UnionEmpExt struct {
	UserID          string        `json:"userid"`
	CorpID          string        `json:"corp_id" also:"corpId"`
	UnionEmpMapList []UnionEmpMap `json:"union_emp_map_list" also:"unionEmpMapList"`
}

// UnionEmpMap is a user's account in one linked organization.
type UnionEmpMap struct {
	UserID string `json:"userid"`
	CorpID string `json:"corp_id" also:"corpId"`
}

// UpdateUserRequest names a user and the fields to change. A nil pointer or slice, and the zero Millis and Secret,
// leave a field unchanged; new(false) and new("") change it. The mobile number cannot be changed: delete the user and
// create it again.
type UpdateUserRequest struct {
	UserID     string  `json:"userid"`               // at most 64
	Name       *string `json:"name,omitzero"`        // at most 80
	HideMobile *bool   `json:"hide_mobile,omitzero"` // on the profile page only
	Telephone  *string `json:"telephone,omitzero"`   // extension number, at most 50, unique
	JobNumber  *string `json:"job_number,omitzero"`  // at most 50
	Title      *string `json:"title,omitzero"`       // at most 200
	Email      *string `json:"email,omitzero"`       // personal mail address, at most 50, unique
	OrgEmail   *string `json:"org_email,omitzero"`   // at most 100; to clear it, use ForceUpdateFields
	WorkPlace  *string `json:"work_place,omitzero"`  // at most 100
	Remark     *string `json:"remark,omitzero"`      // at most 2000
	SeniorMode *bool   `json:"senior_mode,omitzero"` // hides the mobile number from all users
	HiredDate  Millis  `json:"hired_date,omitzero"`  // sent in milliseconds of Unix time
	// ManagerUserID is the direct manager. To clear it, use ForceUpdateFields.
	ManagerUserID    *string        `json:"manager_userid,omitzero"`
	DeptIDList       IDList         `json:"dept_id_list,omitzero"` // at most 300; replaces all memberships
	DeptOrderList    []DeptOrder    `json:"dept_order_list,omitzero"`
	DeptTitleList    []DeptTitle    `json:"dept_title_list,omitzero"`
	DeptPositionList []DeptPosition `json:"dept_position_list,omitzero"`
	// Extension, at most 2000 characters, replaces all custom fields, or only those it names if ExtAttrsUpdateMode is
	// 1.
	Extension          *Extension     `json:"extension,omitzero"`
	ExtAttrsUpdateMode *int64         `json:"ext_attrs_update_mode,omitzero"` // 0, the default, replaces; 1 merges
	ExtensionI18n      *ExtensionI18n `json:"extension_i18n,omitzero"`        // custom fields in other languages
	Language           *string        `json:"language,omitzero"`              // "zh_CN", the default, or "en_US"
	// ForceUpdateFields names fields that are cleared if they are sent empty: "manager_userid" and, for enterprise
	// accounts, "org_email", which releases the mailbox.
	ForceUpdateFields CommaList `json:"force_update_fields,omitzero"`

	// The fields below are for enterprise accounts.

	OrgEmailType                *string `json:"org_email_type,omitzero"`
	LoginID                     *string `json:"loginId,omitzero"`                        // for the type "dingtalk", as are the next two
	InitPassword                Secret  `json:"init_password,omitzero"`                  // at least 8, neither letters only nor digits only
	SendPasswordToUser          *bool   `json:"send_password_to_user,omitzero"`          // by SMS or mail; sent twice if the update is repeated
	ExclusiveMobile             *string `json:"exclusive_mobile,omitzero"`               // the number to call: "+86-13800001234"
	ExclusiveMobileVerifyStatus *string `json:"exclusive_mobile_verify_status,omitzero"` // whether the number is verified
	AvatarMediaID               *string `json:"avatarMediaId,omitzero"`                  // of an uploaded JPG or PNG
	Nickname                    *string `json:"nickname,omitzero"`                       // shown next to the name
}

// DeleteUserRequest names the user to delete.
type DeleteUserRequest struct {
	UserID string `json:"userid"` // at most 64
}

// CreateUser creates a user and returns its user ID. The error matches ErrAlreadyExists if the user ID, mobile number,
// mail address or extension number is taken, ErrNotFound if there is no such department, and ErrPrecondition if the
// organization has reached its maximum number of users.
//
// The request is repeated only when it is proven that nothing was applied. After ErrOutcomeUnknown read the user with
// GetUser, which requires a UserID in the request.
//
// DingTalk docs: "Create a user",
// https://help.dingtalk.io/open/development/user-information-creation
func (c *Client) CreateUser(ctx context.Context, req CreateUserRequest) (*CreateUserResponse, error) {
	return call[CreateUserResponse](ctx, c, &contract.CreateUser, req)
}

// GetUser reads a user. The error matches ErrNotFound if there is no such user, and ErrPermission if the app may not
// see the user.
//
// DingTalk docs: "Query user details",
// https://help.dingtalk.io/open/development/query-user-details
func (c *Client) GetUser(ctx context.Context, req GetUserRequest) (*User, error) {
	return call[User](ctx, c, &contract.GetUser, req)
}

// UpdateUser changes the fields that the request sets. The error matches ErrNotFound if there is no such user or
// department, and ErrAlreadyExists if the mail address or extension number is taken. The request is repeated after
// transient failures, which is safe.
//
// DingTalk docs: "Update user information",
// https://help.dingtalk.io/open/development/user-information-update
func (c *Client) UpdateUser(ctx context.Context, req UpdateUserRequest) error {
	return perform(ctx, c, &contract.UpdateUser, req)
}

// DeleteUser removes a user from the organization, the user's attendance group and the HR roster. The error matches
// ErrNotFound if there is no such user. The request is repeated after transient failures; if a repetition does not find
// the user, the error matches both ErrNotFound and ErrOutcomeUnknown, because the first attempt may have deleted it.
//
// DingTalk docs: "Delete a user",
// https://help.dingtalk.io/open/development/delete-a-user
func (c *Client) DeleteUser(ctx context.Context, req DeleteUserRequest) error {
	return perform(ctx, c, &contract.DeleteUser, req)
}
