package event

import "time"

// UserChange is the payload of the events about users.
type UserChange struct {
	// UserIDs are the users, each to be read again. Empty where the event names none; then it may mean any user.
	UserIDs []string
	// At is the time of the change by DingTalk's clock. Zero where unknown.
	At time.Time
	// Diff is what was changed, as far as the event says, and only of UserModifyOrg. It is not complete: departments,
	// titles and mobile numbers have not been seen in it.
	Diff []UserDiff
	// User is the user as the event of a third-party app describes it. Nil in the events of an internal app, which name users only.
	User *User
}

// UserDiff is what an event says about the change of a user. The names are those of the wire, such as "jobNumber"; a name
// that is missing in After means a field that was emptied or one that was not changed.
type UserDiff struct {
	UserID        string
	Before, After map[string]string
}

// DepartmentChange is the payload of the events about departments.
type DepartmentChange struct {
	// DeptIDs are the departments, each to be read again. Empty where the event names none, as OrgDeptRemove of third-party
	// apps does; then it may mean any department.
	DeptIDs []int64
	// At is the time of the change by DingTalk's clock. Zero where unknown.
	At time.Time
	// Department is the department as the event of a third-party app describes it. Nil in the events of an internal app, which
	// name departments only, and of a department that was removed.
	Department *Department
}

// RoleChange is the payload of the events about roles and role groups.
type RoleChange struct {
	// RoleIDs are the roles or role groups; which of both, only LabelConfModify may say.
	RoleIDs []int64
	// Before and After are the state of LabelConfModify. One of them is often incomplete, and it is not always the same one.
	// After is also that of OrgRoleAdd and OrgRoleModify.
	Before, After []RoleLabel
	// At is the time of the change by DingTalk's clock. Zero where unknown.
	At time.Time
}

// RoleLabel is a role or a role group as an event describes it. A field that the event does not have is zero.
type RoleLabel struct {
	ID       int64
	Name     string
	ParentID int64 // the group of a role; -1 for a group
	Level    int64 // 1 for a role; 0 for a group
	Scope    int64
	Color    int64
	Hidden   bool
	Deleted  bool
}

// RoleHolderChange is the payload of LabelUserChange.
type RoleHolderChange struct {
	UserIDs []string
	RoleIDs []int64
	// Action is what happened: "add", or a word that DingTalk does not document. Read the roles of the users again instead.
	Action string
	// At is the time of the change by DingTalk's clock. Zero where unknown.
	At time.Time
}

// OrganizationChange is the payload of OrgChange and OrgRemove.
type OrganizationChange struct {
	// At is the time of the change by DingTalk's clock. Zero where unknown.
	At time.Time
}

// ScopeChange is the payload of InnerAppScopesChange: the users, departments and roles that may use the app now.
type ScopeChange struct {
	UserIDs         []string
	DeptIDs         []int64
	RoleIDs         []int64
	OperatorUnionID string
	UnifiedAppID    string
}

// AppStatusChange is the payload of InnerAppStatusChange.
type AppStatusChange struct {
	Status          string // "disable", or another word that DingTalk does not document
	OperatorUnionID string
	UnifiedAppID    string
}

// SuiteTicket is the payload of SuiteTicketPush.
type SuiteTicket struct {
	SuiteKey string // empty where the event does not name it
	Ticket   Secret
	// At is when the ticket was made by DingTalk's clock. Zero where only Event.CreatedAt says it.
	At time.Time
}

// SuiteAuth is the payload of OrgSuiteAuth and OrgSuiteChange.
type SuiteAuth struct {
	CorpID        string // the organization that has authorized the app
	CorpName      string
	PermanentCode Secret
	UserID        string   // who has authorized it
	DeptIDs       []int64  // the departments that the app may see
	UserIDs       []string // the users that it may see besides
	AgentIDs      []int64
}

// SuiteChange is the payload of OrgSuiteRelieve, SuiteRelieve and ChangeAuth.
type SuiteChange struct {
	SuiteKey string
	CorpID   string // the organization whose authorization has changed or ended; empty where only Event.CorpID says it
	// At is the time of the change by DingTalk's clock. Zero where unknown.
	At time.Time
}
