package tree

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

// tree holds the departments that were read.
type tree struct {
	client  *dingtalk.Client
	depth   int // levels to read below the top; 0 is all
	nodes   map[int64]*node
	roots   []*node
	orphans []*node // departments whose parent is unknown
	failed  []error
}

// node is a department of the tree.
type node struct {
	id          int64
	level       int // below the top
	dept        *dingtalk.Department
	err         error // why the department could not be read
	childrenErr error // why its sub-departments could not be listed
	children    []*node
}

func newTree(client *dingtalk.Client, depth int) *tree {
	return &tree{client: client, depth: depth, nodes: map[int64]*node{}}
}

// read reads the department top and those below it, or all that the app may see if top is 0.
func (t *tree) read(ctx context.Context, top int64) {
	req := dingtalk.OrgDepartmentsRequest{}
	if top != 0 {
		req.DeptIDs = []int64{top}
	}
	for d, err := range t.client.OrgDepartments(ctx, req) {
		if err != nil {
			t.addFailed(ctx, err)
			continue
		}
		if !t.add(&node{id: d.DeptID, dept: &d}, d.ParentID) {
			return // departments come level by level, so all that follow are too deep as well
		}
	}
}

// addFailed adds a department that could not be read. The error does not name the parent, so addFailed requests it,
// unless the department is at the top.
func (t *tree) addFailed(ctx context.Context, err error) {
	e, ok := errors.AsType[*dingtalk.Error](err)
	if !ok || e.DeptID == 0 || ctx.Err() != nil {
		t.failed = append(t.failed, err)
		return
	}
	n := t.nodes[e.DeptID]
	switch {
	case n != nil:
		n.childrenErr = err
	case len(t.nodes) == 0:
		t.add(&node{id: e.DeptID, err: err}, 0)
	default:
		n = &node{id: e.DeptID, err: err}
		res, err := t.client.ListParentDepartmentsByDepartment(ctx, dingtalk.ListParentDepartmentsByDepartmentRequest{DeptID: n.id})
		switch {
		case err != nil || len(res.ParentIDList) < 2:
			t.nodes[n.id] = n
			t.orphans = append(t.orphans, n)
		case !t.add(n, res.ParentIDList[1]):
			return // it is too deep to be shown
		}
	}
	t.failed = append(t.failed, err)
}

// add adds a department below its parent, or at the top if the tree does not have the parent. It reports whether the
// department is within the depth; otherwise it adds nothing.
func (t *tree) add(n *node, parentID int64) bool {
	parent := t.nodes[parentID]
	if parent == nil {
		t.roots = append(t.roots, n)
	} else {
		n.level = parent.level + 1
		if t.depth > 0 && n.level > t.depth {
			return false
		}
		parent.children = append(parent.children, n)
	}
	t.nodes[n.id] = n
	return true
}

// readManagers returns the names of the managers of all departments, by userid.
func (t *tree) readManagers(ctx context.Context) map[string]string {
	var ids []string
	for _, n := range t.nodes {
		if n.dept != nil {
			ids = append(ids, n.dept.DeptManagerUserIDList...)
		}
	}
	slices.Sort(ids)
	names := map[string]string{}
	for u, err := range t.client.UsersByID(ctx, dingtalk.UsersByIDRequest{UserIDs: slices.Compact(ids)}) {
		switch {
		case err == nil:
			names[u.UserID] = u.Name
		case !errors.Is(err, dingtalk.ErrNotFound): // a department still names a manager who has left
			t.failed = append(t.failed, err)
		}
	}
	return names
}

// report prints what is missing and what to do about it, and returns the exit code.
func (t *tree) report(r *app.Run) int {
	if len(t.failed) == 0 {
		return cli.OK
	}
	departments := 0
	var texts []string // each once
	for _, err := range t.failed {
		if e, ok := errors.AsType[*dingtalk.Error](err); ok && t.nodes[e.DeptID] != nil {
			departments++
		} else if !slices.Contains(texts, err.Error()) {
			texts = append(texts, err.Error())
		}
	}
	if departments > 0 {
		texts = append(texts, fmt.Sprintf("not everything could be read: see the reasons at the departments (%d)", departments))
	}
	for _, text := range texts {
		r.Log("%s", text)
	}
	for _, text := range advice.ForAll(t.failed) {
		_, _ = fmt.Fprintln(r.Stderr, "what to do:", text)
	}
	return cli.Failed
}
