package tree

import (
	"cmp"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// header names the columns of CSV.
var header = []string{"dept_id", "parent_id", "name", "level", "people", "people_with_sub_departments", "managers", "error"}

// record is a department as JSON.
type record struct {
	DeptID      int64     `json:"dept_id"`
	ParentID    int64     `json:"parent_id,omitzero"` // absent for the root, and where it is unknown
	Name        string    `json:"name,omitzero"`
	Level       int       `json:"level"` // below the top
	People      int64     `json:"people"`
	WithSub     int64     `json:"people_with_sub_departments"`
	Managers    []manager `json:"managers,omitzero"`
	Error       string    `json:"error,omitzero"`                 // why it could not be read
	ChildrenErr string    `json:"sub_departments_error,omitzero"` // why its sub-departments could not be listed
}

type manager struct {
	UserID string `json:"userid"`
	Name   string `json:"name,omitzero"` // absent for one who has left
}

// print prints a record for each department, after that of its parent.
func (t *tree) print(p *output.Printer, managers map[string]string) error {
	var err error
	var walk func(nodes []*node)
	walk = func(nodes []*node) {
		for _, n := range nodes {
			if err == nil {
				r := newRecord(n, managers)
				err = p.Print(r, r.cells()...)
			}
			walk(n.children)
		}
	}
	walk(t.roots)
	walk(t.orphans)
	return cmp.Or(err, p.Flush())
}

func newRecord(n *node, managers map[string]string) record {
	r := record{DeptID: n.id, Level: n.level}
	if n.childrenErr != nil {
		r.ChildrenErr = advice.Reason(n.childrenErr)
	}
	if n.err != nil {
		r.Error = advice.Reason(n.err)
		return r
	}
	d := n.dept
	r.ParentID, r.Name, r.People, r.WithSub = d.ParentID, d.Name, d.OwningMemberCount, d.MemberCount
	if managers != nil {
		for _, id := range d.DeptManagerUserIDList {
			r.Managers = append(r.Managers, manager{id, managers[id]})
		}
	}
	return r
}

func (r record) cells() []string {
	managers := make([]string, len(r.Managers))
	for i, m := range r.Managers {
		managers[i] = cmp.Or(m.Name, m.UserID)
	}
	return []string{
		strconv.FormatInt(r.DeptID, 10), strconv.FormatInt(r.ParentID, 10), r.Name, strconv.Itoa(r.Level), strconv.FormatInt(r.People, 10),
		strconv.FormatInt(r.WithSub, 10), strings.Join(managers, ", "), cmp.Or(r.Error, r.ChildrenErr),
	}
}
