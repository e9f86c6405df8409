package event

// User is a user in an event of a third-party app. A field that the event does not have, or has in another form than the
// documented one, is zero: read the user again for what matters.
type User struct {
	UserID           string
	UnionID          string
	DingID           string
	Name             string
	Active           bool
	Avatar           string // an address
	IsAdmin          bool
	IsBoss           bool
	IsSenior         bool // senior mode
	IsHide           bool // the mobile number is hidden
	JobNumber        string
	Position         string
	Department       []int64
	OrderInDepts     map[int64]int64 // by department
	IsLeaderInDepts  map[int64]bool  // by department
	ExclusiveAccount bool
	RealAuthed       bool
	ManagerUserID    string
	Roles            []UserRole
	UnionEmpExt      UnionEmpExt // the user in associated organizations
}

// UserRole is a role of a User.
type UserRole struct {
	ID        int64
	Name      string
	GroupName string
	Type      int64 // its values are not documented
}

// UnionEmpExt names a User in the organizations that are associated with this one.
type UnionEmpExt struct {
	CorpID          string
	StaffID         string
	UnionEmpMapList []UnionEmpMap
}

// UnionEmpMap names a User in one organization.
type UnionEmpMap struct {
	CorpID  string
	StaffID string
}

// Department is a department in an event of a third-party app. A field that the event does not have, or has in another form
// than the documented one, is zero: read the department again for what matters.
type Department struct {
	ID                    int64
	Name                  string
	ParentID              int64
	Order                 int64
	Brief                 string
	CreateDeptGroup       bool
	AutoAddUser           bool
	DeptHiding            bool
	DeptPermits           []string // IDs of departments
	UserPermits           []string // user IDs
	OuterDept             bool
	OuterPermitDepts      []string // IDs of departments
	OuterPermitUsers      []string // user IDs
	DeptManagerUserIDList []string
	AutoApproveApply      bool
	GroupContainSubDept   bool
	OrgDeptOwner          string // a user ID
}

// ExternalContactChange is the payload of the events about external contacts. ContactLeaveOrg has only UserID.
type ExternalContactChange struct {
	UserID         string
	Name           string
	Mobile         string
	StateCode      string
	CompanyName    string
	FollowerUserID string // the user who is responsible for the contact
	LabelIDs       []int64
	ShareUserIDs   []string
	ShareDeptIDs   []int64
}
