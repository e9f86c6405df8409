package emulator

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Department is a department of the organisation. The root has the ID 1 and no parent.
type Department struct {
	ID       int64 // 0 in AddDepartment: generated
	ParentID int64 // 0 in AddDepartment: the root
	Name     string
	Order    int64 // smaller comes first, unlike the order of people
}

// AddDepartment adds a department to the tree and returns its ID.
func (s *Server) AddDepartment(d Department) (int64, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.ID == 0 {
		d.ID = s.org.newDepartmentID()
	}
	if d.ParentID == 0 {
		d.ParentID = contract.RootDepartmentID
	}
	if d.Name == "" {
		d.Name = fmt.Sprint("Department ", d.ID)
	}
	switch {
	case d.ID < 0:
		return 0, fmt.Errorf("a department's ID must be positive: %d", d.ID)
	case s.org.departments[d.ID] != nil:
		return 0, fmt.Errorf("department %d exists", d.ID)
	case s.org.departments[d.ParentID] == nil:
		return 0, fmt.Errorf("department %d, the parent of %d, does not exist", d.ParentID, d.ID)
	case strings.ContainsAny(d.Name, "-,，") || utf8.RuneCountInString(d.Name) > 64:
		return 0, fmt.Errorf("no name for a department: %q", d.Name)
	}
	for _, sibling := range s.org.children[d.ParentID] {
		if s.org.departments[sibling].Name == d.Name {
			return 0, fmt.Errorf("department %d already has a child named %q", d.ParentID, d.Name)
		}
	}
	s.org.departments[d.ID] = &d
	s.org.children[d.ParentID] = append(s.org.children[d.ParentID], d.ID)
	return d.ID, nil
}

type subDepartmentIDs struct {
	DeptIDList []int64 `json:"dept_id_list"` // an empty array for a leaf, never null
}

// listSubDepartmentIDs lists the direct children of a department in their order.
func (s *Server) listSubDepartmentIDs(a args) (any, error) {
	parent, _ := a["dept_id"].(int64)
	if s.org.departments[parent] == nil {
		return nil, refuse(60003)
	}
	return subDepartmentIDs{s.org.childrenOf(parent)}, nil
}

// childrenOf returns the children of a department by ascending order; ties go to the smaller ID.
func (o *organisation) childrenOf(parent int64) []int64 {
	ids := append([]int64{}, o.children[parent]...)
	slices.SortFunc(ids, func(a, b int64) int {
		return cmp.Or(cmp.Compare(o.departments[a].Order, o.departments[b].Order), cmp.Compare(a, b))
	})
	return ids
}
