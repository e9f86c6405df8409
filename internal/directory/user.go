package directory

import (
	"slices"
	"time"
)

// CorpID identifies the organization and CorpName is its name, where an enterprise account shows them.
const (
	CorpID   = "ding00000000000000000000000000emulated"
	CorpName = "Organization"
)

// Levels of administrators.
const (
	mainAdmin = 1
	subAdmin  = 2
)

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

// Clone returns a deep copy.
func (u *User) Clone() *User {
	c := *u
	c.unshare()
	return &c
}

// unshare replaces the lists of a shallow copy by copies.
func (u *User) unshare() {
	u.DeptIDList = slices.Clone(u.DeptIDList)
	u.DeptOrderList = slices.Clone(u.DeptOrderList)
	u.DeptTitleList = slices.Clone(u.DeptTitleList)
	u.DeptPositionList = slices.Clone(u.DeptPositionList)
	u.LeaderInDept = slices.Clone(u.LeaderInDept)
	u.RoleList = slices.Clone(u.RoleList)
	u.AdminDeptIDs = slices.Clone(u.AdminDeptIDs)
	u.Logins = slices.Clone(u.Logins)
	if u.UnionEmpExt != nil {
		union := *u.UnionEmpExt
		union.UnionEmpMapList = slices.Clone(union.UnionEmpMapList)
		u.UnionEmpExt = &union
	}
}

// CreateUser adds a person, who has to pass all rules in a fixed order. It fills in the union ID and the time.
func (o *Organization) CreateUser(u *User, now time.Time) error {
	if err := o.addUser(u, now); err != nil {
		return err
	}
	o.changes.add(UserAdded{u})
	return nil
}

// addUser is CreateUser without telling the observer.
func (o *Organization) addUser(u *User, now time.Time) error {
	if err := o.checkExist(u.DeptIDList); err != nil {
		return err
	}
	if o.users[u.UserID] != nil {
		return refuse(UserIDTaken)
	}
	if u.UnionID == "" {
		u.UnionID = o.generateUnionID(u)
	}
	if err := o.checkUser(u); err != nil {
		return err
	}
	if u.CreateTime.IsZero() {
		u.CreateTime = now.UTC().Truncate(time.Millisecond)
	}
	o.normalizeMemberships(u)
	o.put(u)
	return nil
}

// UpdateUser replaces a person by a changed copy.
func (o *Organization) UpdateUser(u *User) error {
	if err := o.checkUser(u); err != nil {
		return err
	}
	o.normalizeMemberships(u)
	before := o.users[u.UserID]
	o.put(u)
	o.changes.add(UserChanged{before, u})
	return nil
}

// checkUser checks the values of a person, new or changed, against the organization.
func (o *Organization) checkUser(u *User) error {
	if err := o.checkUnique(u); err != nil {
		return err
	}
	// The present manager may have been deleted since; only a new one has to exist.
	before := o.users[u.UserID]
	changed := before == nil || before.ManagerUserID != u.ManagerUserID
	if changed && u.ManagerUserID != "" && o.users[u.ManagerUserID] == nil {
		return refuse(UnknownManager)
	}
	if err := o.checkCustomFields(u.Extension); err != nil {
		return err
	}
	return checkTranslations(u.ExtensionI18n)
}

// CheckNewDepartments checks the departments of a person who is to be created, as far as all of them exist:
// CreateUser refuses the others.
func (o *Organization) CheckNewDepartments(ids []int64) error {
	if o.exist(ids) && !o.seesAll(ids) {
		return refuse(DepartmentOutOfScope)
	}
	return nil
}

// CheckDepartments checks the departments that a stored person is to be in.
func (o *Organization) CheckDepartments(stored *User, ids []int64) error {
	if err := o.checkExist(ids); err != nil {
		return err
	}
	if slices.ContainsFunc(ids, func(id int64) bool { return !stored.In(id) && !o.seesDepartment(id) }) {
		return refuse(DepartmentOutOfScope)
	}
	return nil
}

// CheckSameMobile refuses another number than that of the person: a number cannot be changed, the person has to be
// deleted and created again.
func (u *User) CheckSameMobile(text string) error {
	m, err := ParseMobile(text)
	if err != nil {
		return err
	}
	if m != (Mobile{u.StateCode, u.Mobile}) {
		return refuse(MobileFixed)
	}
	return nil
}
