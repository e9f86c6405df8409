package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Department is a department of the organisation as it is stored. The root has the ID 1 and no parent. Its
// fields are the documented ones; how many people it has follows from theirs.
type Department struct {
	ID               int64 // 0 in AddDepartment: generated
	ParentID         int64 // 0 in AddDepartment: the root
	Name             string
	Order            int64  // smaller comes first, unlike the order of people
	SourceIdentifier string // a key of another system
	Code             string
	Brief            string
	Telephone        string
	Extension        string // JSON text; answers spell it extention
	AutoApproveApply bool

	// Who sees it if it is hidden, and whom its members see if it is outer.
	HideDept          bool
	DeptPermits       []int64
	UserPermits       []string
	OuterDept         bool
	OuterDeptOnlySelf bool // no answer shows it
	OuterPermitDepts  []int64
	OuterPermitUsers  []string

	DeptManagerUserIDList []string

	// Its chat group, which it has if it has the group's ID.
	CreateDeptGroup        bool   // in AddDepartment: generates the group's ID
	DeptGroupChatID        string // no call can set it
	OrgDeptOwner           string
	AutoAddUser            bool
	GroupContainSubDept    bool
	GroupContainOuterDept  bool // no answer shows it
	GroupContainHiddenDept bool // no answer shows it

	// What no call can set.
	Tags         string        // of schools: campus, period, grade, class
	FromUnionOrg bool          // it came with a linked organisation
	UnionDeptExt *UnionDeptExt // where it is in that one
}

// UnionDeptExt is a department of a linked organisation.
type UnionDeptExt struct {
	CorpID string `json:"corp_id"`
	DeptID int64  `json:"dept_id"`
}

func (d *Department) clone() *Department {
	c := *d
	c.DeptPermits = slices.Clone(d.DeptPermits)
	c.UserPermits = slices.Clone(d.UserPermits)
	c.OuterPermitDepts = slices.Clone(d.OuterPermitDepts)
	c.OuterPermitUsers = slices.Clone(d.OuterPermitUsers)
	c.DeptManagerUserIDList = slices.Clone(d.DeptManagerUserIDList)
	if d.UnionDeptExt != nil {
		union := *d.UnionDeptExt
		c.UnionDeptExt = &union
	}
	return &c
}

// AddDepartment adds a department to the tree, however deep, and returns its ID. Its lists may name people
// who are not there yet.
func (s *Server) AddDepartment(seed Department) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reorganised()
	id, err := s.seedDepartment(seed.clone())
	if err == nil {
		kept := seed.clone()
		kept.ID = id
		s.remember(func(s *Server) error { _, err := s.seedDepartment(kept.clone()); return err })
	}
	return id, err
}

// seedDepartment checks and stores a department, which is not copied.
func (s *Server) seedDepartment(d *Department) (int64, error) {
	if d.ID == 0 {
		d.ID = s.org.newDepartmentID()
	}
	if d.ParentID == 0 {
		d.ParentID = contract.RootDepartmentID
	}
	if d.Name == "" {
		d.Name = fmt.Sprint("Department ", d.ID)
	}
	d.Extension = tidyExtension(d.Extension)
	switch {
	case d.ID < 0:
		return 0, fmt.Errorf("a department's ID must be positive: %d", d.ID)
	case s.org.departments[d.ID] != nil:
		return 0, fmt.Errorf("department %d exists", d.ID)
	case s.org.departments[d.ParentID] == nil:
		return 0, fmt.Errorf("department %d, the parent of %d, does not exist", d.ParentID, d.ID)
	case !isDepartmentName(d.Name):
		return 0, fmt.Errorf("no name for a department: %q", d.Name)
	case s.org.namesake(d) != 0:
		return 0, fmt.Errorf("department %d already has a child named %q", d.ParentID, d.Name)
	case !isObject(d.Extension):
		return 0, fmt.Errorf("department %d: the extension is no JSON object: %q", d.ID, d.Extension)
	}
	d.openGroup()
	s.org.attach(d)
	return d.ID, nil
}

// openGroup gives a department the chat group it is to have. Not creating one takes none away.
func (d *Department) openGroup() {
	if d.CreateDeptGroup && d.DeptGroupChatID == "" {
		d.DeptGroupChatID = "chat" + hexText(16)
	}
}

func isDepartmentName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 64 && !strings.ContainsAny(name, "-,，")
}

// isObject says whether a text holds a JSON object, or nothing.
func isObject(text string) bool {
	var object map[string]json.RawMessage
	return text == "" || json.Unmarshal([]byte(text), &object) == nil && object != nil
}

func departmentRoutes() []*route {
	return []*route{
		{Endpoint: &contract.CreateDepartment, handle: (*Server).createDepartment},
		{Endpoint: &contract.UpdateDepartment, handle: (*Server).updateDepartment},
		{Endpoint: &contract.DeleteDepartment, handle: (*Server).deleteDepartment},
		{Endpoint: &contract.GetDepartment, handle: (*Server).getDepartment},
		{Endpoint: &contract.ListSubDepartments, handle: (*Server).listSubDepartments},
		{Endpoint: &contract.ListSubDepartmentIDs, handle: (*Server).listSubDepartmentIDs},
		{
			Endpoint: &contract.ListParentDepartmentsByDepartment,
			handle:   (*Server).listParentDepartmentsByDepartment,
		},
		{Endpoint: &contract.ListParentDepartmentsByUser, handle: (*Server).listParentDepartmentsByUser},
	}
}
