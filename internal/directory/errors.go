package directory

// Rule is a rule of the organization that a change may break.
type Rule int

// The rules.
const (
	UnknownUser Rule = iota + 1
	UserOutOfScope
	UserIDTaken
	MobileTaken
	TelephoneTaken
	EmailTaken
	LoginIDTaken
	UnionIDTaken
	BadMobile
	MobileFixed
	UnknownManager
	BadCustomFields

	UnknownDepartment
	DepartmentOutOfScope
	UnknownParent
	RootDepartment
	DepartmentCycle
	DepartmentTooDeep
	BadDepartmentName
	DepartmentNameTaken
	BadVisibility
	ManagerNotMember
	OwnerNotMember
	DepartmentHasMembers
	DepartmentHasChildren

	UnknownRole
	UnknownRoleGroup
	RoleNameTaken
	SystemRole
	RoleNotGranted

	UnknownContact
	ContactTaken
	UnknownFollower
	UnknownLabel
)

var ruleTexts = map[Rule]string{
	UnknownUser:     "the user does not exist",
	UserOutOfScope:  "the user is not in the contact scope",
	UserIDTaken:     "the userid is taken",
	MobileTaken:     "the mobile number is taken",
	TelephoneTaken:  "the telephone number is taken",
	EmailTaken:      "the email address is taken",
	LoginIDTaken:    "the login name is taken",
	UnionIDTaken:    "the union ID is taken",
	BadMobile:       "the mobile number is malformed",
	MobileFixed:     "the mobile number cannot be changed",
	UnknownManager:  "the manager does not exist",
	BadCustomFields: "the custom fields are malformed or unknown",

	UnknownDepartment:     "the department does not exist",
	DepartmentOutOfScope:  "the department is not in the contact scope",
	UnknownParent:         "the parent department does not exist",
	RootDepartment:        "the root department cannot be updated or deleted",
	DepartmentCycle:       "a department cannot be moved below itself",
	DepartmentTooDeep:     "the department is too deep in the tree",
	BadDepartmentName:     "the department name is malformed",
	DepartmentNameTaken:   "a sibling department has the name",
	BadVisibility:         "a visibility list is malformed",
	ManagerNotMember:      "a department manager is not a member",
	OwnerNotMember:        "the owner of the group chat is not a member",
	DepartmentHasMembers:  "the department has members",
	DepartmentHasChildren: "the department has children",

	UnknownRole:      "the role does not exist",
	UnknownRoleGroup: "the role group does not exist",
	RoleNameTaken:    "the role group has a role with this name",
	SystemRole:       "a role of the default group cannot be edited",
	RoleNotGranted:   "the person does not have the role",

	UnknownContact:  "the external contact does not exist",
	ContactTaken:    "an external contact has the mobile number",
	UnknownFollower: "the follower of the external contact does not exist",
	UnknownLabel:    "the label does not exist",
}

// Rules returns all rules.
func Rules() []Rule {
	var all []Rule
	for r := UnknownUser; r <= UnknownLabel; r++ {
		all = append(all, r)
	}
	return all
}

func (r Rule) String() string { return ruleTexts[r] }

// Error describes a refusal: the rule that was broken and the values concerned.
type Error struct {
	Rule   Rule
	Detail string // what in particular is wrong; may be empty
	Holder string // the userid of the person who holds a taken value
}

func (e *Error) Error() string {
	text := e.Rule.String()
	if e.Detail != "" {
		text += ": " + e.Detail
	}
	if e.Holder != "" {
		text += ": user " + e.Holder
	}
	return text
}

func refuse(rule Rule) error { return &Error{Rule: rule} }

func refuseDetail(rule Rule, detail string) error { return &Error{Rule: rule, Detail: detail} }
