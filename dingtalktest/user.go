package dingtalktest

import "time"

// User is a person as it is stored. Its fields are the documented ones.
type User struct {
	UserID           string // empty in AddUser: generated
	UnionID          string // empty in AddUser: generated
	Name             string // empty in AddUser: the userid
	Avatar           string
	StateCode        string // empty in AddUser: of the mobile number's prefix, or "86"
	Mobile           string // without the country code; in AddUser "+852-91234567" as well
	HideMobile       bool
	Telephone        string
	JobNumber        string
	Title            string
	Email            string
	OrgEmail         string
	OrgEmailType     string
	LoginEmail       string
	PersonalEmail    string // shown only by the profile of a user who has signed in
	WorkPlace        string
	Remark           string
	Extension        string // the JSON text of the custom fields
	ExtensionI18n    string
	ManagerUserID    string
	HiredDate        time.Time
	CreateTime       time.Time
	DeptIDList       []int64     // empty in AddUser: the root
	DeptOrderList    []DeptOrder // one a department
	DeptTitleList    []DeptTitle // no response shows it
	DeptPositionList []DeptPosition
	LeaderInDept     []DeptLeader // one a department
	RoleList         []Role       // in AddUser: roles and groups that do not exist are added
	Active           bool
	RealAuthed       bool
	Senior           bool // senior_mode of the writes
	Admin            bool // in AddUser also where AdminLevel is set
	Boss             bool
	UnionEmpExt      *UnionEmpExt // only in organizations with linked ones

	// Shown only by the lists of administrators and of inactive people.
	AdminLevel   int64       // 1 main, 2 sub administrator; 0 in AddUser: of Admin, main for a boss
	AdminDeptIDs []int64     // the departments an administrator manages
	Logins       []time.Time // when the person logged in

	// Enterprise accounts.
	ExclusiveAccount            bool
	ExclusiveAccountType        string
	LoginID                     string
	Nickname                    string
	ExclusiveMobile             string
	ExclusiveMobileVerifyStatus string
	ExclusiveAccountCorpName    string
	ExclusiveAccountCorpID      string
	OuterExclusiveCorpID        string
	OuterExclusiveUserID        string
	AvatarMediaID               string
	DisableStatus               bool
}

// DeptOrder is a person's position in the order of a department. Bigger comes first.
type DeptOrder struct {
	DeptID int64
	Order  int64
}

// DeptTitle is a person's title in a department.
type DeptTitle struct {
	DeptID int64
	Title  string
}

// DeptPosition is a person's position in a department.
type DeptPosition struct {
	DeptID    int64
	IsMain    bool
	Title     string
	WorkPlace string
}

// DeptLeader describes whether a person leads a department.
type DeptLeader struct {
	DeptID int64
	Leader bool
}

// UnionEmpMap is a person in a linked organization.
type UnionEmpMap struct {
	UserID string
	CorpID string
}

// UnionEmpExt describes a person in linked organizations.
type UnionEmpExt struct {
	UserID          string
	CorpID          string
	UnionEmpMapList []UnionEmpMap
}
