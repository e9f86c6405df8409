package emulator

import (
	"cmp"
	"errors"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// ruleCodes holds the code that refuses a change which breaks a rule of the directory, wherever the operation has no
// code of its own in operationCodes.
//
// Assumed: A login name that is taken is 60107. A department's name that is malformed or too long is 60001 (not
// 60009), a taken one 60021, an update to an empty one 60001. A bad, unknown or surplus entry of a visibility list is
// 60109. More than 999 managers are 40031, a manager who is no direct member 60111. Custom fields that are not a JSON
// object are 60122.
var ruleCodes = map[directory.Rule]int{
	directory.UserOutOfScope:  50002,
	directory.UserIDTaken:     60102,
	directory.MobileTaken:     60104,
	directory.TelephoneTaken:  40100,
	directory.EmailTaken:      40101,
	directory.LoginIDTaken:    60107,
	directory.UnionIDTaken:    60107,
	directory.BadMobile:       60103,
	directory.MobileFixed:     41054,
	directory.UnknownManager:  60128,
	directory.BadCustomFields: 60122,

	directory.UnknownDepartment:     60003,
	directory.DepartmentOutOfScope:  50004,
	directory.UnknownParent:         60004,
	directory.DepartmentCycle:       60010,
	directory.DepartmentTooDeep:     60002,
	directory.BadDepartmentName:     60001,
	directory.DepartmentNameTaken:   60021,
	directory.BadVisibility:         60109,
	directory.ManagerNotMember:      60111,
	directory.OwnerNotMember:        40093,
	directory.DepartmentHasMembers:  60005,
	directory.DepartmentHasChildren: 60006,

	directory.UnknownRole:      33011,
	directory.UnknownRoleGroup: 34020,
	directory.RoleNameTaken:    34021,
	directory.SystemRole:       23004,
	directory.RoleNotGranted:   40003,

	directory.UnknownContact:  33012,
	directory.ContactTaken:    22005,
	directory.UnknownFollower: 60121,
	directory.UnknownLabel:    60204,
}

// operationCodes holds the codes of operations that refuse with a code of their own. GetUser, UpdateUser and
// DeleteUser have the code of WithUnknownUserCode for a person who does not exist.
//
// Assumed: In getbymobile a number that is too long is 40104. get_admin_scope without a userid is 40036. Renaming one
// of the four roles of the default group is 660000. An unknown group in getrolegroup is 400002. In role/scope/update a
// person without the role is 40003, an unknown person 46004.
var operationCodes = map[string]map[directory.Rule]int{
	"GetUserIDByMobile":  {directory.UnknownUser: 60121, directory.BadMobile: 40104},
	"GetUserIDByUnionID": {directory.UnknownUser: 60121},
	"GetAdminScope":      {directory.UnknownUser: 60121},
	"GetUserByCode":      {directory.UnknownUser: 60121, directory.UserOutOfScope: 40079},

	"EnableOrgAccount":       unknownWithoutScope,
	"DisableOrgAccount":      unknownWithoutScope,
	"SignOutOrgAccount":      unknownWithoutScope,
	"GetOrgAccountStatus":    unknownWithoutScope,
	"ListOwnedOrganizations": unknownWithoutScope,
	"GetSeniorSettings":      unknownWithoutScope,
	"UpdateSeniorSettings":   unknownWithoutScope,

	"UpdateDepartment":            {directory.RootDepartment: 60018},
	"DeleteDepartment":            {directory.RootDepartment: 60007},
	"ListParentDepartmentsByUser": {directory.UnknownUser: 33012},

	"UpdateExternalContact": {directory.UnknownContact: 60121, directory.UnknownFollower: 40003},

	"UpdateRole":           {directory.SystemRole: 660000}, // documented without an explanation
	"GetRoleGroup":         {directory.UnknownRoleGroup: 400002},
	"AddRolesToUsers":      {directory.UnknownUser: 33012},
	"RemoveRolesFromUsers": {directory.UnknownUser: 33012},
	"UpdateRoleScope":      {directory.UnknownUser: 46004, directory.UnknownRole: 60301},
}

// unknownWithoutScope refuses a person out of the contact scope like one who does not exist.
var unknownWithoutScope = map[directory.Rule]int{directory.UnknownUser: 60121, directory.UserOutOfScope: 60121}

// missingCodes holds the codes for required fields that are missing, where it is not 400002: 40036 is on the page of
// GetAdminScope, 400002 is not.
var missingCodes = map[string]map[string]int{
	"GetAdminScope":          {"userid": 40036},
	"GetUserByCode":          {"code": unknownCode},
	"ListOwnedOrganizations": {"userId": 400002}, // documented as invalid.param
	"CreateExternalContact":  missingInContact,
	"UpdateExternalContact":  missingInContact,
	"RegisterCallback":       missingInCallback,
	"UpdateCallback":         missingInCallback,
	"CreateRole":             {"roleName": 34018},
	"UpdateRole":             {"roleName": 34018},
	"GetDismissionInfo":      {"userIdList": 400002}, // which its page has for an empty list
}

// missingInContact holds the codes for required fields of an external contact that are missing.
var missingInContact = map[string]int{
	"contact": 40036, "user_id": 40036, "name": 40036, "follower_user_id": 40036, "state_code": 40036, "mobile": 40036,
	"label_ids": 60204,
}

// missingInCallback holds the codes for fields of a callback that are missing.
var missingInCallback = map[string]int{"call_back_tag": 71010, "token": 71010, "aes_key": 71010, "url": 71011}

// unknownCode is the code for a login code that is spent, expired or was never issued.
const unknownCode = 40078

// details are appended to the text of a code that does not describe what is wrong.
var details = map[int]map[directory.Rule]string{
	400002: {directory.UnknownRoleGroup: "group_id is of no role group"},
	40003:  {directory.RoleNotGranted: directory.RoleNotGranted.String()},
	660000: {directory.SystemRole: directory.SystemRole.String()},
}

// refusalFor translates an error of a handler: a refusal of the directory into the code that the operation has for it.
func (s *Server) refusalFor(rt *route, err error) *refusal {
	broken, ok := errors.AsType[*directory.Error](err)
	if !ok {
		return asRefusal(err)
	}
	code, own := operationCodes[rt.Name][broken.Rule]
	switch {
	case own:
	case broken.Rule == directory.UnknownUser:
		code = s.config.unknownUserCode
	default:
		code = ruleCodes[broken.Rule]
	}
	r := refuse(code)
	if detail := cmp.Or(broken.Detail, details[code][broken.Rule]); detail != "" {
		r = refuse(code, detail)
	}
	r.rule = broken.Rule
	if broken.Rule == directory.MobileTaken && !s.config.withoutHolder {
		r.holder = broken.Holder
	}
	return r
}
