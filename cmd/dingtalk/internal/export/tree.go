package export

import (
	"context"
	"errors"
	"fmt"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

// tree holds the names and parents of the departments that have been read.
type tree struct {
	client *dingtalk.Client
	nodes  map[int64]node
}

// node is a department. It is empty for one that the app cannot see, or that was deleted.
type node struct {
	name   string
	parent int64
}

// department is a department of a person in a record.
type department struct {
	DeptID int64  `json:"dept_id"`
	Path   string `json:"path,omitzero"` // absent if the app cannot see it
}

// maxDepth is more than the depth of any department. It bounds loops over a cycle of departments.
const maxDepth = 100

func newTree(client *dingtalk.Client) *tree { return &tree{client, map[int64]node{}} }

func (t *tree) add(d *dingtalk.Department) { t.nodes[d.DeptID] = node{d.Name, d.ParentID} }

func (t *tree) has(id int64) bool {
	_, ok := t.nodes[id]
	return ok
}

// departments returns departments of a person with their paths.
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

// read reads a department that the walk has not reached yet, and its ancestors.
func (t *tree) read(ctx context.Context, id int64) error {
	for range maxDepth {
		if id == dingtalk.RootDepartmentID {
			return nil
		}
		if !t.has(id) {
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

// path returns the path from the root, or from "…" if an ancestor is unknown. It is empty if the department itself is
// unknown.
func (t *tree) path(id int64) string {
	if id == dingtalk.RootDepartmentID {
		return "/"
	}
	path := ""
	for range maxDepth {
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

// label returns a name of a department for messages.
func (t *tree) label(id int64) string {
	switch path := t.path(id); {
	case id == noDepartment:
		return "people who are in no department that the app can see"
	case path == "":
		return fmt.Sprintf("department %d", id)
	default:
		return fmt.Sprintf("%s (%d)", path, id)
	}
}
