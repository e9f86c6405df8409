package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
)

// organisation is what was read of one.
type organisation struct {
	client *dingtalk.Client
	depth  int // levels to read below the top; 0 is all
	nodes  map[int64]*node
	tops   []*node
	lost   []*node // of which it is not known what they are below
	failed []error
}

// node is a department in its place.
type node struct {
	id       int64
	level    int // below the top
	dept     *dingtalk.Department
	err      error // why the department could not be read
	below    error // why those below it could not be listed
	children []*node
}

func newOrganisation(client *dingtalk.Client, depth int) *organisation {
	return &organisation{client: client, depth: depth, nodes: map[int64]*node{}}
}

// read reads the departments below one, or all that the app may see for 0.
func (o *organisation) read(ctx context.Context, top int64) {
	req := dingtalk.DepartmentsRequest{}
	if top != 0 {
		req.DeptIDs = []int64{top}
	}
	for d, err := range o.client.Departments(ctx, req) {
		if err != nil {
			o.fail(ctx, err)
			continue
		}
		n := &node{id: d.DeptID, dept: &d}
		if !o.place(n, d.ParentID) {
			return // departments come level by level, so that all others are too deep as well
		}
	}
}

// fail puts a department that could not be read where it belongs. The walk does not tell what it is below, so
// that is asked for, unless it is at the top.
func (o *organisation) fail(ctx context.Context, err error) {
	e, ok := errors.AsType[*dingtalk.Error](err)
	if !ok || e.DeptID == 0 || ctx.Err() != nil {
		o.failed = append(o.failed, err)
		return
	}
	n := o.nodes[e.DeptID]
	switch {
	case n != nil:
		n.below = err
	case len(o.nodes) == 0:
		o.place(&node{id: e.DeptID, err: err}, 0)
	default:
		n = &node{id: e.DeptID, err: err}
		res, err := o.client.ListParentDepartmentsByDepartment(ctx, dingtalk.ListParentDepartmentsByDepartmentRequest{DeptID: n.id})
		switch {
		case err != nil || len(res.ParentIDList) < 2:
			o.nodes[n.id] = n
			o.lost = append(o.lost, n)
		case !o.place(n, res.ParentIDList[1]):
			return // it would not have been shown
		}
	}
	o.failed = append(o.failed, err)
}

// place puts a department below another one, or at the top if that is not known, and says whether it is to be
// shown at all.
func (o *organisation) place(n *node, parent int64) bool {
	above := o.nodes[parent]
	if above == nil {
		o.tops = append(o.tops, n)
	} else {
		n.level = above.level + 1
		if o.depth > 0 && n.level > o.depth {
			return false
		}
		above.children = append(above.children, n)
	}
	o.nodes[n.id] = n
	return true
}

// managers are the names of those who lead the departments, by userid.
func (o *organisation) managers(ctx context.Context) map[string]string {
	var ids []string
	for _, n := range o.nodes {
		if n.dept != nil {
			ids = append(ids, n.dept.DeptManagerUserIDList...)
		}
	}
	slices.Sort(ids)
	names := map[string]string{}
	for u, err := range o.client.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: slices.Compact(ids)}) {
		switch {
		case err == nil:
			names[u.UserID] = u.Name
		case !errors.Is(err, dingtalk.ErrNotFound): // who has left is still named by the department
			o.failed = append(o.failed, err)
		}
	}
	return names
}

// report says what is missing and what can be done, and returns the exit code.
func (o *organisation) report(errOut io.Writer) int {
	if len(o.failed) == 0 {
		return 0
	}
	var departments int
	var said, advised []string
	for _, err := range o.failed {
		if e, ok := errors.AsType[*dingtalk.Error](err); ok && o.nodes[e.DeptID] != nil {
			departments++
		} else if text := "orgtree: " + err.Error(); !slices.Contains(said, text) {
			said = append(said, text)
		}
		if todo := advice.For(err); todo != "" && !slices.Contains(advised, "what to do: "+todo) {
			advised = append(advised, "what to do: "+todo)
		}
	}
	if departments > 0 {
		said = append(said, fmt.Sprintf("orgtree: not everything could be read: see what is marked with ✗ (%d)", departments))
	}
	_, _ = fmt.Fprintln(errOut, strings.Join(append(said, advised...), "\n"))
	return 1
}
