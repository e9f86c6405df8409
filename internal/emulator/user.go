package emulator

import (
	"fmt"
	"slices"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// User is a person of the organisation as it is stored. Its fields are the documented ones.
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
	WorkPlace        string
	Remark           string
	Extension        string // the JSON text of the custom fields
	ExtensionI18n    string
	ManagerUserID    string
	HiredDate        time.Time
	CreateTime       time.Time
	DeptIDList       []int64     // empty in AddUser: the root
	DeptOrderList    []DeptOrder // one a department
	DeptTitleList    []DeptTitle // no answer shows it
	DeptPositionList []DeptPosition
	LeaderInDept     []DeptLeader // one a department
	RoleList         []Role       // in AddUser: added where there is no such role or group
	Active           bool
	RealAuthed       bool
	Senior           bool // senior_mode of the writes
	Admin            bool // in AddUser also where AdminLevel is set
	Boss             bool
	UnionEmpExt      *UnionEmpExt // of organisations with linked ones

	// What only the lists of administrators and of those who did not log in tell.
	AdminLevel   int64       // 1 main, 2 sub administrator; 0 in AddUser: of Admin, main for a boss
	AdminDeptIDs []int64     // the departments an administrator manages
	Logins       []time.Time // on which days the person was there

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

// DeptOrder is a person's place in a department: bigger is nearer the top.
type DeptOrder struct {
	DeptID int64 `json:"dept_id"`
	Order  int64 `json:"order"`
}

// DeptTitle is a person's title in a department.
type DeptTitle struct {
	DeptID int64
	Title  string
}

// DeptPosition is a person's position in a department.
type DeptPosition struct {
	DeptID    int64  `json:"dept_id"`
	IsMain    bool   `json:"is_main"`
	Title     string `json:"title,omitzero"`
	WorkPlace string `json:"work_place,omitzero"`
}

// DeptLeader says whether a person leads a department.
type DeptLeader struct {
	DeptID int64 `json:"dept_id"`
	Leader bool  `json:"leader"`
}

// Role is a role a person has.
type Role struct {
	ID        int64  `json:"id"`
	Name      string `json:"name"`
	GroupName string `json:"group_name"`
}

// UnionEmpMap is a person in a linked organisation.
type UnionEmpMap struct {
	UserID string `json:"userid"`
	CorpID string `json:"corp_id"`
}

// UnionEmpExt is a person's place among linked organisations.
type UnionEmpExt struct {
	UserID          string        `json:"userid"`
	CorpID          string        `json:"corp_id"`
	UnionEmpMapList []UnionEmpMap `json:"union_emp_map_list"`
}

func (u *User) clone() *User {
	c := *u
	c.unshare()
	return &c
}

// unshare gives a copy lists of its own.
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

// AddUser adds a person and returns the userid. Unlike a created one, a person added here may be active,
// an administrator or without a mobile number.
func (s *Server) AddUser(seed User) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reorganised()
	id, err := s.seedUser(seed.clone())
	if err == nil {
		kept := seed.clone()
		kept.UserID = id
		s.remember(func(s *Server) error { _, err := s.seedUser(kept.clone()); return err })
	}
	return id, err
}

// seedUser checks and stores a person, who is not copied.
func (s *Server) seedUser(u *User) (string, error) {
	if u.UserID == "" {
		u.UserID = s.org.newUserID()
	}
	if u.Name == "" {
		u.Name = u.UserID
	}
	if len(u.DeptIDList) == 0 {
		u.DeptIDList = []int64{contract.RootDepartmentID}
	}
	if u.Mobile != "" {
		text := u.Mobile
		if u.StateCode != "" {
			text = "+" + u.StateCode + "-" + u.Mobile
		}
		m, err := parseMobile(text)
		if err != nil {
			return "", fmt.Errorf("user %s: no mobile number: %q", u.UserID, u.Mobile)
		}
		u.StateCode, u.Mobile = m.stateCode, m.number
	}
	if field := u.stray(); field != "" {
		return "", fmt.Errorf("user %s: %s names a department that is not in DeptIDList", u.UserID, field)
	}
	if err := s.appoint(u); err != nil {
		return "", fmt.Errorf("user %s: %w", u.UserID, err)
	}
	roles := u.RoleList
	u.RoleList = nil // the book keeps them
	if err := s.admit(u); err != nil {
		return "", fmt.Errorf("user %s: %w", u.UserID, err)
	}
	for _, r := range roles {
		id, err := s.org.book.seedRole(r)
		if err != nil {
			s.org.remove(u.UserID)
			return "", fmt.Errorf("user %s: %w", u.UserID, err)
		}
		s.org.book.give(u.UserID, id)
	}
	return u.UserID, nil
}

// admit checks a new person against the organisation in the fixed order and stores it.
func (s *Server) admit(u *User) error {
	if !s.org.exist(u.DeptIDList) {
		return refuse(60003)
	}
	if s.org.users[u.UserID] != nil {
		return refuse(60102)
	}
	if u.UnionID == "" {
		u.UnionID = u.unionID()
	}
	if err := s.checkPerson(u); err != nil {
		return err
	}
	if u.CreateTime.IsZero() {
		u.CreateTime = s.now().UTC().Truncate(time.Millisecond)
	}
	s.org.settle(u)
	s.org.put(u)
	return nil
}

// checkPerson holds the values of a person, new or changed, against the organisation.
func (s *Server) checkPerson(u *User) error {
	if err := s.org.conflict(u); err != nil {
		if s.config.withoutHolder {
			asRefusal(err).holder = ""
		}
		return err
	}
	// A manager may have left since; only a new one has to be there.
	before := s.org.users[u.UserID]
	moved := before == nil || before.ManagerUserID != u.ManagerUserID
	if moved && u.ManagerUserID != "" && s.org.users[u.ManagerUserID] == nil {
		return refuse(60128)
	}
	if err := s.checkExtension(u.Extension); err != nil {
		return err
	}
	return checkI18n(u.ExtensionI18n)
}
