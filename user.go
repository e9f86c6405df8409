package dingtalk

import (
	"context"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// CreateUserRequest describes a person to add. Fields at their zero value are not sent. The limits are
// the documented ones, in characters; the service enforces them, not this package.
type CreateUserRequest struct {
	// UserID is 1 to 64 characters, unique in the organisation and unchangeable. Choosing it makes a
	// create safe to reconcile after ErrOutcomeUnknown; the service makes one up where it is empty.
	UserID string `json:"userid,omitzero"`
	Name   string `json:"name"` // at most 80
	// Mobile is required for ordinary accounts and unique. Numbers from outside mainland China are written
	// "+852-51234567"; organisations registered outside write mainland numbers "+86-13800001234". It
	// cannot be changed later.
	Mobile     string `json:"mobile,omitzero"`
	HideMobile bool   `json:"hide_mobile,omitzero"` // on the profile page only
	Telephone  string `json:"telephone,omitzero"`   // extension number, at most 50, unique
	JobNumber  string `json:"job_number,omitzero"`  // at most 50
	Title      string `json:"title,omitzero"`       // at most 200
	Email      string `json:"email,omitzero"`       // personal mail, at most 50, unique
	// OrgEmail is at most 100; it takes effect only where the organisation's mail is enabled.
	OrgEmail      string      `json:"org_email,omitzero"`
	OrgEmailType  string      `json:"org_email_type,omitzero"`  // "profession" (standard edition) or "base"
	WorkPlace     string      `json:"work_place,omitzero"`      // at most 100
	Remark        string      `json:"remark,omitzero"`          // at most 2000
	DeptIDList    IDList      `json:"dept_id_list"`             // at most 100; RootDepartmentID is 1
	DeptOrderList []DeptOrder `json:"dept_order_list,omitzero"` // at most 100
	DeptTitleList []DeptTitle `json:"dept_title_list,omitzero"` // at most 100
	// Extension holds custom fields, at most 2000, that exist already in the admin console.
	Extension Extension `json:"extension,omitzero"`
	// SeniorMode hides the number from everybody, and keeps ordinary staff from calling.
	SeniorMode bool   `json:"senior_mode,omitzero"`
	HiredDate  Millis `json:"hired_date,omitzero"` // travels in milliseconds since 1970
	// ManagerUserID is the direct manager, who must be in the organisation.
	ManagerUserID    string         `json:"manager_userid,omitzero"`
	LoginEmail       string         `json:"login_email,omitzero"`        // at most 64; for accounts of the mail type alone
	DeptPositionList []DeptPosition `json:"dept_position_list,omitzero"` // at most 999
	ExtensionI18n    ExtensionI18n  `json:"extension_i18n,omitzero"`     // custom fields in other languages
	CheckUserProtect bool           `json:"check_user_protect,omitzero"` // not described by the documentation

	// The rest is for enterprise accounts. They go without Mobile and LoginEmail.

	ExclusiveAccount     bool   `json:"exclusive_account,omitzero"`
	ExclusiveAccountType string `json:"exclusive_account_type,omitzero"` // "sso" or "dingtalk"
	LoginID              string `json:"login_id,omitzero"`               // for the type dingtalk, as are the next two
	// InitPassword is at least 8 characters, neither all letters nor all digits.
	InitPassword                Secret `json:"init_password,omitzero"`
	SendPasswordToUser          bool   `json:"send_password_to_user,omitzero"`          // by SMS or mail; needs InitPassword
	ExclusiveMobile             string `json:"exclusive_mobile,omitzero"`               // to be reached at: "+86-13800001234"
	ExclusiveMobileVerifyStatus string `json:"exclusive_mobile_verify_status,omitzero"` // whether that number was verified
	AvatarMediaID               string `json:"avatarMediaId,omitzero"`                  // of an uploaded jpg or png
	Nickname                    string `json:"nickname,omitzero"`                       // shown beside the name
	OuterExclusiveCorpID        string `json:"outer_exclusive_corpid,omitzero"`         // to invite another organisation's account
	OuterExclusiveUserID        string `json:"outer_exclusive_userid,omitzero"`
}

// CreateUserResponse names the person who was added.
type CreateUserResponse struct {
	UserID  string `json:"userid"`
	UnionID string `json:"unionId"` // in camel case here alone
}

// DeptOrder is a person's place in a department.
type DeptOrder struct {
	DeptID int64 `json:"dept_id"`
	Order  int64 `json:"order"` // the bigger, the nearer the top; exceeds 2^53
}

// DeptTitle is a person's title in a department.
type DeptTitle struct {
	DeptID int64  `json:"dept_id"`
	Title  string `json:"title"`
}

// DeptPosition is a person's position in a department.
type DeptPosition struct {
	DeptID    int64  `json:"dept_id"`
	IsMain    bool   `json:"is_main,omitzero"`
	Title     string `json:"title,omitzero"`      // at most 200
	WorkPlace string `json:"work_place,omitzero"` // at most 100
}

// GetUserRequest names a person.
type GetUserRequest struct {
	UserID   string `json:"userid"`            // at most 64
	Language string `json:"language,omitzero"` // "zh_CN", the default, or "en_US"
	LoginID  string `json:"login_id,omitzero"` // overrides UserID; enterprise accounts of the type dingtalk
}

// User is a person as the service describes them. What is not set, and what the app has no field permission
// for, is absent and thus zero.
type User struct {
	UserID           string         `json:"userid"`
	UnionID          string         `json:"unionid"`
	Name             string         `json:"name"`
	Avatar           string         `json:"avatar"`     // address of a picture
	StateCode        string         `json:"state_code"` // country code of Mobile: "86"
	Mobile           string         `json:"mobile"`     // without country code; needs a field permission
	HideMobile       bool           `json:"hide_mobile"`
	Telephone        string         `json:"telephone"` // extension number
	JobNumber        string         `json:"job_number"`
	Title            string         `json:"title"`
	Email            string         `json:"email"` // needs the permission for personal information, as do the next ones
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
	LeaderInDept     []LeaderInDept `json:"leader_in_dept"` // for each department whether the person leads it
	RoleList         []UserRole     `json:"role_list"`      // absent without roles
	Active           bool           `json:"active"`         // has activated DingTalk
	RealAuthed       bool           `json:"real_authed"`    // verified by real name
	Senior           bool           `json:"senior"`         // senior mode
	Admin            bool           `json:"admin"`
	Boss             bool           `json:"boss"`
	ExclusiveAccount bool           `json:"exclusive_account"` // the fields below describe such accounts

	ExclusiveAccountType     string `json:"exclusive_account_type"` // "sso" or "dingtalk"
	LoginID                  string `json:"login_id"`               // for the type dingtalk
	Nickname                 string `json:"nickname"`
	ExclusiveAccountCorpName string `json:"exclusive_account_corp_name"` // the organisation that owns the account
	ExclusiveAccountCorpID   string `json:"exclusive_account_corp_id"`
	DisableStatus            bool   `json:"disable_status"` // the account is disabled

	UnionEmpExt UnionEmpExt `json:"union_emp_ext"` // organisations linked with others
	CreateTime  string      `json:"create_time"`   // not documented; seen as "2024-07-15T07:05:43.000Z"
}

// LeaderInDept says whether a person leads a department.
type LeaderInDept struct {
	DeptID int64 `json:"dept_id"`
	Leader bool  `json:"leader"`
}

// UserRole is a role that a person has.
type UserRole struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	GroupName string `json:"group_name"`
}

// UnionEmpExt names a person's accounts in linked organisations.
type UnionEmpExt struct {
	UserID          string        `json:"userid"`
	CorpID          string        `json:"corp_id"`
	UnionEmpMapList []UnionEmpMap `json:"union_emp_map_list"`
}

// UnionEmpMap is a person's account in one linked organisation.
type UnionEmpMap struct {
	UserID string `json:"userid"`
	CorpID string `json:"corp_id"`
}

// UpdateUserRequest names a person and what is to change. A nil pointer or slice, and the zero Millis and Secret,
// leave a field as it is; new(false) and new("") are changes. The mobile number cannot be changed: delete and
// create the person.
type UpdateUserRequest struct {
	UserID     string  `json:"userid"`               // at most 64
	Name       *string `json:"name,omitzero"`        // at most 80
	HideMobile *bool   `json:"hide_mobile,omitzero"` // on the profile page only
	Telephone  *string `json:"telephone,omitzero"`   // extension number, at most 50, unique
	JobNumber  *string `json:"job_number,omitzero"`  // at most 50
	Title      *string `json:"title,omitzero"`       // at most 200
	Email      *string `json:"email,omitzero"`       // personal mail, at most 50, unique
	OrgEmail   *string `json:"org_email,omitzero"`   // at most 100; to clear it see ForceUpdateFields
	WorkPlace  *string `json:"work_place,omitzero"`  // at most 100
	Remark     *string `json:"remark,omitzero"`      // at most 2000
	SeniorMode *bool   `json:"senior_mode,omitzero"` // hides the number from everybody
	HiredDate  Millis  `json:"hired_date,omitzero"`  // travels in milliseconds since 1970
	// ManagerUserID is the direct manager; to clear it see ForceUpdateFields.
	ManagerUserID    *string        `json:"manager_userid,omitzero"`
	DeptIDList       IDList         `json:"dept_id_list,omitzero"` // at most 300; replaces all memberships
	DeptOrderList    []DeptOrder    `json:"dept_order_list,omitzero"`
	DeptTitleList    []DeptTitle    `json:"dept_title_list,omitzero"`
	DeptPositionList []DeptPosition `json:"dept_position_list,omitzero"`
	// Extension, at most 2000, replaces all custom fields, or those it names if ExtAttrsUpdateMode is 1.
	Extension          *Extension     `json:"extension,omitzero"`
	ExtAttrsUpdateMode *int64         `json:"ext_attrs_update_mode,omitzero"` // 0 overwrites, the default; 1 merges
	ExtensionI18n      *ExtensionI18n `json:"extension_i18n,omitzero"`        // custom fields in other languages
	Language           *string        `json:"language,omitzero"`              // "zh_CN", the default, or "en_US"
	// ForceUpdateFields names fields to clear when they are sent empty: "manager_userid" and, for enterprise
	// accounts, "org_email", which gives up the mailbox.
	ForceUpdateFields CommaList `json:"force_update_fields,omitzero"`

	// The rest is for enterprise accounts.

	OrgEmailType                *string `json:"org_email_type,omitzero"`
	LoginID                     *string `json:"loginId,omitzero"`                        // for the type dingtalk, as are the next two
	InitPassword                Secret  `json:"init_password,omitzero"`                  // at least 8, neither all letters nor all digits
	SendPasswordToUser          *bool   `json:"send_password_to_user,omitzero"`          // by SMS or mail; twice, if the update is repeated
	ExclusiveMobile             *string `json:"exclusive_mobile,omitzero"`               // to be reached at: "+86-13800001234"
	ExclusiveMobileVerifyStatus *string `json:"exclusive_mobile_verify_status,omitzero"` // whether that number was verified
	AvatarMediaID               *string `json:"avatarMediaId,omitzero"`                  // of an uploaded jpg or png
	Nickname                    *string `json:"nickname,omitzero"`                       // shown beside the name
}

// DeleteUserRequest names a person.
type DeleteUserRequest struct {
	UserID string `json:"userid"` // at most 64
}

// CreateUser adds a person and returns the userid under which the service keeps them. A taken userid, mobile
// number, mail address or extension number is ErrAlreadyExists, an unknown department ErrNotFound, a
// reached headcount limit ErrPrecondition.
//
// It is sent again only after an answer that proves that nothing was done. On ErrOutcomeUnknown read the
// person back with GetUser, which takes a UserID of one's own.
//
// DingTalk docs: "Create a user",
// https://help.dingtalk.io/open/development/user-information-creation
func (c *Client) CreateUser(ctx context.Context, req CreateUserRequest) (*CreateUserResponse, error) {
	return call[CreateUserResponse](ctx, c, &contract.CreateUser, req)
}

// GetUser reads a person. One who is not there is ErrNotFound; one whom the app may not see, ErrPermission.
//
// DingTalk docs: "Query user details",
// https://help.dingtalk.io/open/development/query-user-details
func (c *Client) GetUser(ctx context.Context, req GetUserRequest) (*User, error) {
	return call[User](ctx, c, &contract.GetUser, req)
}

// UpdateUser changes the fields that the request sets. An unknown person or department is ErrNotFound, a
// taken mail address or extension number ErrAlreadyExists. Repeating an update is safe, and is done after
// transient failures.
//
// DingTalk docs: "Update user information",
// https://help.dingtalk.io/open/development/user-information-update
func (c *Client) UpdateUser(ctx context.Context, req UpdateUserRequest) error {
	return perform(ctx, c, &contract.UpdateUser, req)
}

// DeleteUser removes a person from the organisation, their attendance group and the HR roster. An unknown
// person is ErrNotFound. It is repeated after transient failures; where the repetition finds nobody, the
// error matches ErrNotFound and ErrOutcomeUnknown: the person is gone, perhaps by the first attempt.
//
// DingTalk docs: "Delete a user",
// https://help.dingtalk.io/open/development/delete-a-user
func (c *Client) DeleteUser(ctx context.Context, req DeleteUserRequest) error {
	return perform(ctx, c, &contract.DeleteUser, req)
}
