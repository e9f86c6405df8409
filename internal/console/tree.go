package console

import (
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// nodesPerLevel is the number of departments of one parent that the tree shows.
const nodesPerLevel = 300

// node is a department in the tree.
type node struct {
	directory.Unit
	Current       bool
	Below         []*node
	Before, After int // how many more departments there are before and after Below
}

// treeOf returns the tree that leads to a department, with its siblings and children.
func treeOf(b directory.Branch) *node {
	current := &node{Unit: b.Path[len(b.Path)-1], Current: true}
	current.addChildren(b.Children, nil)
	above := b.Path[:len(b.Path)-1]
	for i, unit := range slices.Backward(above) {
		parent := &node{Unit: unit}
		if i == len(above)-1 {
			parent.addChildren(b.Siblings, current)
		} else {
			parent.Below = []*node{current}
		}
		current = parent
	}
	return current
}

// addChildren adds departments below a node; of very many those around the open one.
func (n *node) addChildren(units []directory.Unit, open *node) {
	from := 0
	if open != nil {
		at := slices.IndexFunc(units, func(u directory.Unit) bool { return u.ID == open.ID })
		from = max(0, min(at-nodesPerLevel/2, len(units)-nodesPerLevel))
	}
	to := min(from+nodesPerLevel, len(units))
	n.Before, n.After = from, len(units)-to
	for _, unit := range units[from:to] {
		if open != nil && unit.ID == open.ID {
			n.Below = append(n.Below, open)
		} else {
			n.Below = append(n.Below, &node{Unit: unit})
		}
	}
}
