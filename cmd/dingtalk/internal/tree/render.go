package tree

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
)

// render returns the tree as text. Names follow the branches, so that the layout does not depend on the width in which
// a terminal shows a Chinese character or an emoji.
func (t *tree) render(managers map[string]string) string {
	r := renderer{managers: managers}
	for _, n := range t.roots {
		r.node(n, "", "")
	}
	if len(t.orphans) > 0 {
		r.line("at an unknown place:")
	}
	for i, n := range t.orphans {
		r.branch(n, "", i == len(t.orphans)-1)
	}
	return r.String()
}

type renderer struct {
	strings.Builder
	managers map[string]string // names by userid
}

// node renders a department and its sub-departments, each behind a prefix.
func (r *renderer) node(n *node, prefix, childPrefix string) {
	r.line(prefix + r.label(n))
	for i, child := range n.children {
		r.branch(child, childPrefix, i == len(n.children)-1 && n.childrenErr == nil)
	}
	if n.childrenErr != nil {
		r.line(childPrefix + "└── ✗ sub-departments could not be listed: " + advice.Reason(n.childrenErr))
	}
}

func (r *renderer) branch(n *node, prefix string, last bool) {
	if last {
		r.node(n, prefix+"└── ", prefix+"    ")
	} else {
		r.node(n, prefix+"├── ", prefix+"│   ")
	}
}

func (r *renderer) line(text string) { r.WriteString(columns.OneLine(text) + "\n") }

// label returns a text such as "研发中心 (724960201): 4 people, 31 with sub-departments, led by 林悦".
func (r *renderer) label(n *node) string {
	if n.err != nil {
		return fmt.Sprintf("✗ department %d: %s", n.id, advice.Reason(n.err))
	}
	d := n.dept
	people := fmt.Sprintf("%d people", d.OwningMemberCount)
	if d.OwningMemberCount == 1 {
		people = "1 person"
	}
	if d.MemberCount != d.OwningMemberCount {
		people += fmt.Sprintf(", %d with sub-departments", d.MemberCount)
	}
	var names []string
	for _, id := range d.DeptManagerUserIDList {
		names = append(names, cmp.Or(r.managers[id], id))
	}
	if len(names) > 0 && r.managers != nil {
		people += ", led by " + strings.Join(names, " and ")
	}
	return fmt.Sprintf("%s (%d): %s", d.Name, d.DeptID, people)
}
