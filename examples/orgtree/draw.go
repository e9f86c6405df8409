package main

import (
	"cmp"
	"fmt"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
)

// draw draws the tree. What varies in width, the names, comes after the lines that have to meet, so that
// nothing depends on how wide a terminal shows a Chinese character or an emoji.
func (o *organisation) draw(managers map[string]string) string {
	p := pen{managers: managers}
	for _, n := range o.tops {
		p.draw(n, "", "")
	}
	if len(o.lost) > 0 {
		p.line("somewhere below:")
	}
	for i, n := range o.lost {
		p.branch(n, "", i == len(o.lost)-1)
	}
	return p.String()
}

type pen struct {
	strings.Builder
	managers map[string]string // names by userid
}

// draw draws a department after one text, and what is below it after another.
func (p *pen) draw(n *node, before, below string) {
	p.line(before + p.label(n))
	for i, child := range n.children {
		p.branch(child, below, i == len(n.children)-1 && n.below == nil)
	}
	if n.below != nil {
		p.line(below + "└── ✗ what is below could not be listed: " + advice.Reason(n.below))
	}
}

func (p *pen) branch(n *node, before string, last bool) {
	if last {
		p.draw(n, before+"└── ", before+"    ")
	} else {
		p.draw(n, before+"├── ", before+"│   ")
	}
}

func (p *pen) line(text string) { p.WriteString(columns.OneLine(text) + "\n") }

// label is "研发中心 (724960201): 4 people, 31 with those below, led by 林悦".
func (p *pen) label(n *node) string {
	if n.err != nil {
		return fmt.Sprintf("✗ department %d: %s", n.id, advice.Reason(n.err))
	}
	d := n.dept
	people := fmt.Sprintf("%d people", d.OwningMemberCount)
	if d.OwningMemberCount == 1 {
		people = "1 person"
	}
	if d.MemberCount != d.OwningMemberCount {
		people += fmt.Sprintf(", %d with those below", d.MemberCount)
	}
	var names []string
	for _, id := range d.DeptManagerUserIDList {
		names = append(names, cmp.Or(p.managers[id], id))
	}
	if len(names) > 0 && p.managers != nil {
		people += ", led by " + strings.Join(names, " and ")
	}
	return fmt.Sprintf("%s (%d): %s", d.Name, d.DeptID, people)
}
