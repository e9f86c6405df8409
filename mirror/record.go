package mirror

import (
	"encoding/json"
	"fmt"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// The records of the store have the fields of the client's types, under the documented names, without those that are empty.
// The conversions below fail to compile if a type of the client changes. A new field needs a line here; an older record
// lacks it until the entity is read again. Any other change needs a new schema, see head.go.

type userRecord struct {
	UserID                   string                  `json:"userid,omitzero"`
	UnionID                  string                  `json:"unionid,omitzero"`
	Name                     string                  `json:"name,omitzero"`
	Avatar                   string                  `json:"avatar,omitzero"`
	StateCode                string                  `json:"state_code,omitzero"`
	Mobile                   string                  `json:"mobile,omitzero"`
	HideMobile               bool                    `json:"hide_mobile,omitzero"`
	Telephone                string                  `json:"telephone,omitzero"`
	JobNumber                string                  `json:"job_number,omitzero"`
	Title                    string                  `json:"title,omitzero"`
	Email                    string                  `json:"email,omitzero"`
	OrgEmail                 string                  `json:"org_email,omitzero"`
	OrgEmailType             string                  `json:"org_email_type,omitzero"`
	WorkPlace                string                  `json:"work_place,omitzero"`
	Remark                   string                  `json:"remark,omitzero"`
	Extension                dingtalk.Extension      `json:"extension,omitzero"`
	ExtensionI18n            dingtalk.ExtensionI18n  `json:"extension_i18n,omitzero"`
	ManagerUserID            string                  `json:"manager_userid,omitzero"`
	HiredDate                dingtalk.Millis         `json:"hired_date,omitzero"`
	DeptIDList               []int64                 `json:"dept_id_list,omitempty"`
	DeptOrderList            []dingtalk.DeptOrder    `json:"dept_order_list,omitempty"`
	DeptPositionList         []dingtalk.DeptPosition `json:"dept_position_list,omitempty"`
	LeaderInDept             []dingtalk.LeaderInDept `json:"leader_in_dept,omitempty"`
	RoleList                 []dingtalk.UserRole     `json:"role_list,omitempty"`
	Active                   bool                    `json:"active,omitzero"`
	RealAuthed               bool                    `json:"real_authed,omitzero"`
	Senior                   bool                    `json:"senior,omitzero"`
	Admin                    bool                    `json:"admin,omitzero"`
	Boss                     bool                    `json:"boss,omitzero"`
	ExclusiveAccount         bool                    `json:"exclusive_account,omitzero"`
	ExclusiveAccountType     string                  `json:"exclusive_account_type,omitzero"`
	LoginID                  string                  `json:"login_id,omitzero"`
	Nickname                 string                  `json:"nickname,omitzero"`
	ExclusiveAccountCorpName string                  `json:"exclusive_account_corp_name,omitzero"`
	ExclusiveAccountCorpID   string                  `json:"exclusive_account_corp_id,omitzero"`
	DisableStatus            bool                    `json:"disable_status,omitzero"`
	UnionEmpExt              dingtalk.UnionEmpExt    `json:"union_emp_ext,omitzero"`
	CreateTime               string                  `json:"create_time,omitzero"`
}

type departmentRecord struct {
	DeptID                int64                 `json:"dept_id,omitzero"`
	Name                  string                `json:"name,omitzero"`
	ParentID              int64                 `json:"parent_id,omitzero"`
	Order                 int64                 `json:"order,omitzero"`
	SourceIdentifier      string                `json:"source_identifier,omitzero"`
	Tags                  string                `json:"tags,omitzero"`
	FromUnionOrg          bool                  `json:"from_union_org,omitzero"`
	CreateDeptGroup       bool                  `json:"create_dept_group,omitzero"`
	AutoAddUser           bool                  `json:"auto_add_user,omitzero"`
	GroupContainSubDept   bool                  `json:"group_contain_sub_dept,omitzero"`
	AutoApproveApply      bool                  `json:"auto_approve_apply,omitzero"`
	HideDept              bool                  `json:"hide_dept,omitzero"`
	OuterDept             bool                  `json:"outer_dept,omitzero"`
	DeptGroupChatID       string                `json:"dept_group_chat_id,omitzero"`
	OrgDeptOwner          string                `json:"org_dept_owner,omitzero"`
	DeptManagerUserIDList []string              `json:"dept_manager_userid_list,omitempty"`
	DeptPermits           []int64               `json:"dept_permits,omitempty"`
	UserPermits           []string              `json:"user_permits,omitempty"`
	OuterPermitDepts      []int64               `json:"outer_permit_depts,omitempty"`
	OuterPermitUsers      []string              `json:"outer_permit_users,omitempty"`
	Code                  string                `json:"code,omitzero"`
	MemberCount           int64                 `json:"member_count,omitzero"`
	OwningMemberCount     int64                 `json:"owning_member_count,omitzero"`
	UnionDeptExt          dingtalk.UnionDeptExt `json:"union_dept_ext,omitzero"`
	Brief                 string                `json:"brief,omitzero"`
	Telephone             string                `json:"telephone,omitzero"`
	Extention             dingtalk.Extension    `json:"extention,omitzero"`
}

type userRow struct {
	userRecord
	Detail bool `json:"detail,omitzero"`
}

type roleRow struct {
	Name    string `json:"name"`
	GroupID int64  `json:"group_id,omitzero"`
}

type roleGroupRow struct {
	Name string `json:"name"`
}

type roleHolderRow struct {
	Limited bool    `json:"limited,omitzero"`
	DeptIDs []int64 `json:"dept_ids,omitempty"`
}

// encode returns the record of a row or of state.
func encode(v any) []byte {
	b, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Errorf("mirror: a record of type %T: %w", v, err)) // the types are those of this package, and always encode
	}
	return b
}

// decode decodes a record. Nil is the zero value.
func decode[T any](b []byte) (T, error) {
	var v T
	if b == nil {
		return v, nil
	}
	if err := json.Unmarshal(b, &v); err != nil {
		return v, fmt.Errorf("mirror: the store holds a damaged %T: %w", v, err)
	}
	return v, nil
}

func encodeUser(u dingtalk.User, detail bool) []byte { return encode(userRow{userRecord(u), detail}) }

func decodeUser(b []byte) (User, error) {
	row, err := decode[userRow](b)
	return User{dingtalk.User(row.userRecord), row.Detail}, err
}

func encodeDepartment(d dingtalk.Department) []byte {
	d.MemberCount, d.OwningMemberCount = 0, 0
	return encode(departmentRecord(d))
}

func decodeDepartment(b []byte) (Department, error) {
	row, err := decode[departmentRecord](b)
	return Department{dingtalk.Department(row)}, err
}

// decodeValue returns the value of a row, or nil where there is none.
func decodeValue(k Key, b []byte) (any, error) {
	if b == nil {
		return nil, nil //nolint:nilnil // no value is a value
	}
	switch k.Kind {
	case KindUser:
		return decodeUser(b)
	case KindDepartment:
		return decodeDepartment(b)
	case KindRole:
		return decodeRole(k.ID, b)
	case KindRoleGroup:
		return decodeRoleGroup(k.ID, b)
	default:
		return decodeRoleHolder(k, b)
	}
}
