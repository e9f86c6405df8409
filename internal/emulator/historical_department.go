package emulator

import (
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

type historicalDepartments struct {
	Department []historicalDepartment `json:"department"`
}

type historicalDepartment struct {
	SourceIdentifier string `json:"sourceIdentifier,omitzero"`
	CreateDeptGroup  bool   `json:"createDeptGroup"`
	Name             string `json:"name"`
	ID               int64  `json:"id"`
	AutoAddUser      bool   `json:"autoAddUser"`
	ParentID         int64  `json:"parentid,omitzero"` // absent for the root
}

type historicalListRequest struct {
	FetchChild *bool  `arg:"fetch_child"`
	ID         *int64 `arg:"id"`
}

// historicalListDepartments lists the departments below one, or the whole organization.
//
// Assumed: department/list without an id also lists the root, and without fetch_child it lists the departments at any
// depth, as in bodies that programs noted down. A department comes before those below it.
func (s *Server) historicalListDepartments(q historicalListRequest) (any, error) {
	out := historicalDepartments{[]historicalDepartment{}}
	add := func(d *directory.Department) {
		out.Department = append(out.Department, historicalDepartment{
			d.SourceIdentifier, d.CreateDeptGroup, d.Name, d.ID, d.AutoAddUser, d.ParentID,
		})
	}
	parent := contract.RootDepartmentID
	if q.ID != nil {
		parent = *q.ID
	} else if root, err := s.org.VisibleDepartment(parent); err == nil {
		add(root)
	}
	recursive := q.FetchChild == nil || *q.FetchChild
	var list func(id int64) error
	list = func(id int64) error {
		children, err := s.org.VisibleChildren(id)
		if err != nil {
			return err
		}
		for _, d := range children {
			add(d)
			if !recursive {
				continue
			}
			if err := list(d.ID); err != nil {
				return err
			}
		}
		return nil
	}
	if err := list(parent); err != nil {
		return nil, err
	}
	return out, nil
}

type historicalIDRequest struct {
	ID int64 `arg:"id"`
}

type historicalSubDepartmentIDs struct {
	SubDeptIDList []int64 `json:"sub_dept_id_list"`
}

// historicalListSubDepartmentIDs lists the direct children of a department. The contact scope does not limit it.
func (s *Server) historicalListSubDepartmentIDs(q historicalIDRequest) (any, error) {
	ids, err := s.org.Children(q.ID)
	if err != nil {
		return nil, err
	}
	return historicalSubDepartmentIDs{ids}, nil
}

// historicalDepartmentDetails is a department with its settings. Lists are joined by "|", and empty texts are present.
type historicalDepartmentDetails struct {
	SourceIdentifier      string `json:"sourceIdentifier,omitzero"`
	UserPermits           string `json:"userPermits"`
	OrgDeptOwner          string `json:"orgDeptOwner,omitzero"`
	OuterDept             bool   `json:"outerDept"`
	DeptManagerUserIDList string `json:"deptManagerUseridList"`
	ParentID              int64  `json:"parentid,omitzero"` // absent for the root
	AutoApproveApply      bool   `json:"autoApproveApply"`
	GroupContainSubDept   bool   `json:"groupContainSubDept"`
	OuterPermitUsers      string `json:"outerPermitUsers"`
	OuterPermitDepts      string `json:"outerPermitDepts"`
	CreateDeptGroup       bool   `json:"createDeptGroup"`
	Name                  string `json:"name"`
	DeptGroupChatID       string `json:"deptGroupChatId,omitzero"`
	ID                    int64  `json:"id"`
	AutoAddUser           bool   `json:"autoAddUser"`
	DeptHiding            bool   `json:"deptHiding"`
	DeptPermits           string `json:"deptPermits"`
	Order                 int64  `json:"order"`
}

// historicalGetDepartment reads one department.
func (s *Server) historicalGetDepartment(q historicalIDRequest) (any, error) {
	d, err := s.org.VisibleDepartment(q.ID)
	if err != nil {
		return nil, err
	}
	out := historicalDepartmentDetails{
		SourceIdentifier: d.SourceIdentifier, OuterDept: d.OuterDept, DeptManagerUserIDList: joined(d.DeptManagerUserIDList),
		ParentID: d.ParentID, AutoApproveApply: d.AutoApproveApply, GroupContainSubDept: d.GroupContainSubDept,
		CreateDeptGroup: d.CreateDeptGroup, Name: d.Name, ID: d.ID, AutoAddUser: d.AutoAddUser, DeptHiding: d.HideDept, Order: d.Order,
	}
	if d.HideDept {
		out.UserPermits, out.DeptPermits = joined(d.UserPermits), joined(idTexts(d.DeptPermits))
	}
	if d.OuterDept {
		out.OuterPermitUsers, out.OuterPermitDepts = joined(d.OuterPermitUsers), joined(idTexts(d.OuterPermitDepts))
	}
	if d.DeptGroupChatID != "" {
		out.DeptGroupChatID, out.OrgDeptOwner = d.DeptGroupChatID, d.OrgDeptOwner
	}
	return out, nil
}

func joined(list []string) string { return strings.Join(list, "|") }

func idTexts(ids []int64) []string {
	return mapList(ids, func(id int64) string { return strconv.FormatInt(id, 10) })
}
