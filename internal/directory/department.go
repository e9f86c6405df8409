package directory

import (
	"crypto/rand"
	"encoding/hex"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Department is a department as it is stored. The root has the ID 1 and no parent. Its fields are the documented
// ones; how many people it has follows from their departments.
type Department struct {
	ID               int64 // 0 in AddDepartment: generated; negative: a home-school department
	ParentID         int64 // 0 in AddDepartment: the root
	Name             string
	Order            int64  // smaller comes first, unlike the order of people; 0 in AddDepartment: the ID
	SourceIdentifier string // a key of another system
	Code             string
	Brief            string
	Telephone        string
	Extension        string // JSON text; responses spell it extention
	AutoApproveApply bool

	// Who may see the department if it is hidden, and what its members may see if it is outer.
	HideDept          bool
	DeptPermits       []int64
	UserPermits       []string
	OuterDept         bool
	OuterDeptOnlySelf bool // no response shows it
	OuterPermitDepts  []int64
	OuterPermitUsers  []string

	DeptManagerUserIDList []string

	// Its group chat. The department has one if DeptGroupChatID is set.
	CreateDeptGroup        bool   // in AddDepartment: generates the ID of the group chat
	DeptGroupChatID        string // no call sets it
	OrgDeptOwner           string
	AutoAddUser            bool
	GroupContainSubDept    bool
	GroupContainOuterDept  bool // no response shows it
	GroupContainHiddenDept bool // no response shows it

	// No call sets these.
	Tags         string        // of schools: campus, period, grade, class
	FromUnionOrg bool          // the department came with a linked organization
	UnionDeptExt *UnionDeptExt // the department there
}

// UnionDeptExt is a department of a linked organization.
type UnionDeptExt struct {
	CorpID string
	DeptID int64
}

// Clone returns a deep copy.
func (d *Department) Clone() *Department {
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

// DepartmentChange holds the fields that a call sets. Nil leaves a field as it is.
type DepartmentChange struct {
	ParentID               *int64
	Name                   *string
	HideDept               *bool
	DeptPermits            []int64
	UserPermits            []string
	OuterDept              *bool
	OuterDeptOnlySelf      *bool
	OuterPermitDepts       []int64
	OuterPermitUsers       []string
	AutoApproveApply       *bool
	Order                  *int64
	SourceIdentifier       *string
	Brief                  *string
	Telephone              *string
	Extension              *string
	CreateDeptGroup        *bool
	AutoAddUser            *bool
	GroupContainSubDept    *bool
	GroupContainOuterDept  *bool
	GroupContainHiddenDept *bool
	Code                   *string
	DeptManagerUserIDList  []string
	OrgDeptOwner           *string
}

// CreateDepartment adds a department and returns its ID. The order of its checks is fixed: parent, contact scope,
// depth, name, visibility, custom fields.
func (o *Organization) CreateDepartment(c DepartmentChange) (int64, error) {
	d := &Department{}
	c.apply(d)
	if err := o.checkDepartment(d, c); err != nil {
		return 0, err
	}
	d.openGroup()
	d.ID = o.newDepartmentID()
	if c.Order == nil {
		d.Order = d.ID // as on old live departments
	}
	o.insert(d)
	o.changes.add(DepartmentAdded{d})
	return d.ID, nil
}

// UpdateDepartment changes what is set and nothing else. Its checks are those of CreateDepartment and, after them,
// those of the managers and the owner of the group chat.
func (o *Organization) UpdateDepartment(id int64, c DepartmentChange) error {
	stored := o.departments[id]
	switch {
	case stored == nil || isHomeSchool(id):
		return refuse(UnknownDepartment)
	case id == contract.RootDepartmentID:
		return refuse(RootDepartment)
	case !o.seesDepartment(id):
		return refuse(DepartmentOutOfScope)
	}
	d := stored.Clone()
	c.apply(d)
	if err := o.checkDepartment(d, c); err != nil {
		return err
	}
	d.openGroup()
	if err := o.checkManagers(d, c); err != nil {
		return err
	}
	o.replace(d)
	o.changes.add(DepartmentChanged{stored, d})
	return nil
}

// DeleteDepartment removes a department, which must have neither people nor children.
func (o *Organization) DeleteDepartment(id int64) error {
	switch {
	case !o.exist([]int64{id}):
		return refuse(UnknownDepartment)
	case id == contract.RootDepartmentID:
		return refuse(RootDepartment)
	case !o.seesDepartment(id):
		return refuse(DepartmentOutOfScope)
	case o.headcount[id] > 0:
		return refuse(DepartmentHasMembers)
	case len(o.children[id]) > 0:
		return refuse(DepartmentHasChildren)
	}
	removed := o.departments[id]
	o.removeDepartment(id)
	o.changes.add(DepartmentRemoved{removed})
	return nil
}

// set assigns a value that is not nil.
func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// setList assigns a list that is not nil.
func setList[T any](to *[]T, list []T) {
	if list != nil {
		*to = list
	}
}

// apply sets the fields of a department that the change holds.
func (c DepartmentChange) apply(d *Department) {
	set(&d.ParentID, c.ParentID)
	set(&d.Name, c.Name)
	set(&d.HideDept, c.HideDept)
	setList(&d.DeptPermits, c.DeptPermits)
	setList(&d.UserPermits, c.UserPermits)
	set(&d.OuterDept, c.OuterDept)
	set(&d.OuterDeptOnlySelf, c.OuterDeptOnlySelf)
	setList(&d.OuterPermitDepts, c.OuterPermitDepts)
	setList(&d.OuterPermitUsers, c.OuterPermitUsers)
	set(&d.AutoApproveApply, c.AutoApproveApply)
	set(&d.Order, c.Order)
	set(&d.SourceIdentifier, c.SourceIdentifier)
	set(&d.Brief, c.Brief)
	set(&d.Telephone, c.Telephone)
	if c.Extension != nil {
		d.Extension = NormalizeCustomFields(*c.Extension)
	}
	set(&d.CreateDeptGroup, c.CreateDeptGroup)
	set(&d.AutoAddUser, c.AutoAddUser)
	set(&d.GroupContainSubDept, c.GroupContainSubDept)
	set(&d.GroupContainOuterDept, c.GroupContainOuterDept)
	set(&d.GroupContainHiddenDept, c.GroupContainHiddenDept)
	set(&d.Code, c.Code)
	setList(&d.DeptManagerUserIDList, c.DeptManagerUserIDList)
	set(&d.OrgDeptOwner, c.OrgDeptOwner)
}

// openGroup generates the ID of the group chat that a department is to have. CreateDeptGroup false takes none away.
func (d *Department) openGroup() {
	if d.CreateDeptGroup && d.DeptGroupChatID == "" {
		var id [16]byte
		_, _ = rand.Read(id[:]) // never fails
		d.DeptGroupChatID = "chat" + hex.EncodeToString(id[:])
	}
}

// isDepartmentName reports whether a department may have a name.
func isDepartmentName(name string) bool {
	return name != "" && utf8.RuneCountInString(name) <= 64 && !strings.ContainsAny(name, "-,，")
}
