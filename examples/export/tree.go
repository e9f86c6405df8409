package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
)

// tree knows the departments that have been read, by name and by what they are below.
type tree struct {
	client *dingtalk.Client
	nodes  map[int64]node
}

// node is empty for a department that is out of the app's sight, or deleted.
type node struct {
	name   string
	parent int64
}

// department is one of a person's departments in a record.
type department struct {
	DeptID int64  `json:"dept_id"`
	Path   string `json:"path,omitzero"` // absent where the app may not see it
}

// deepest is more than any department is below the root, so that a circle of them has an end.
const deepest = 100

func newTree(client *dingtalk.Client) *tree { return &tree{client, map[int64]node{}} }

func (t *tree) add(d *dingtalk.Department) { t.nodes[d.DeptID] = node{d.Name, d.ParentID} }

func (t *tree) knows(id int64) bool {
	_, known := t.nodes[id]
	return known
}

// departments are those of a person, with their paths.
func (t *tree) departments(ctx context.Context, ids []int64) ([]department, error) {
	list := make([]department, len(ids))
	for i, id := range ids {
		if err := t.read(ctx, id); err != nil {
			return nil, err
		}
		list[i] = department{id, t.path(id)}
	}
	return list, nil
}

// read gets to know a department whose turn in the walk has not come yet, and those above it.
func (t *tree) read(ctx context.Context, id int64) error {
	for range deepest {
		if id == dingtalk.RootDepartmentID {
			return nil
		}
		if !t.knows(id) {
			d, err := t.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id})
			switch {
			case errors.Is(err, dingtalk.ErrNotFound), advice.OutOfSight(err):
				t.nodes[id] = node{}
			case err != nil:
				return err
			default:
				t.add(d)
			}
		}
		if t.nodes[id] == (node{}) {
			return nil
		}
		id = t.nodes[id].parent
	}
	return nil
}

// path goes down from the root, or from "…" if what is above is not known. Of a department that itself is not
// known it is empty.
func (t *tree) path(id int64) string {
	if id == dingtalk.RootDepartmentID {
		return "/"
	}
	path := ""
	for range deepest {
		if id == dingtalk.RootDepartmentID {
			return path
		}
		n := t.nodes[id]
		if n == (node{}) {
			break
		}
		id, path = n.parent, "/"+n.name+path
	}
	if path == "" {
		return ""
	}
	return "…" + path
}

// label names a department for people.
func (t *tree) label(id int64) string {
	switch path := t.path(id); {
	case id == nowhere:
		return "people who are in no department that the app may see"
	case path == "":
		return fmt.Sprintf("department %d", id)
	default:
		return fmt.Sprintf("%s (%d)", path, id)
	}
}
