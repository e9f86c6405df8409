package doctor

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
)

const (
	widen = "widen the app's visible range in the developer console, where a version of the app is published: " +
		"include the departments or people that your program works with"
	maxNames = 10
)

// checkVisibleRange reports which part of the organization the app sees.
func (d *doctor) checkVisibleRange(ctx context.Context) {
	const name = "visible range"
	if d.scopes == nil {
		d.skip(name, d.unmet(basePoint))
		return
	}
	depts, people := d.scopes.AuthOrgScopes.AuthedDept, d.scopes.AuthOrgScopes.AuthedUser
	switch {
	case len(depts) == 0 && len(people) == 0:
		d.trouble(name, "empty: the app sees no one", widen)
		return
	case slices.Contains(depts, dingtalk.RootDepartmentID):
		d.ok(name, "the whole organization, "+d.describeDepartment(ctx, dingtalk.RootDepartmentID))
		return
	}
	var parts []string
	if len(depts) > 0 {
		parts = append(parts, cli.Count(len(depts), "department", "departments")+" with all sub-departments")
	}
	if len(people) > 0 {
		parts = append(parts, cli.Count(len(people), "person", "people")+" by name")
	}
	d.ok(name, "a part of the organization: "+strings.Join(parts, ", and "))
	for _, id := range depts[:min(len(depts), maxNames)] {
		d.continuation(d.describeDepartment(ctx, id))
	}
	if more := len(depts) - maxNames; more > 0 {
		d.continuation(fmt.Sprint("and ", more, " more"))
	}
}

// describeDepartment returns the ID of a department, after its name if that can be read.
func (d *doctor) describeDepartment(ctx context.Context, id int64) string {
	text := fmt.Sprint("department ", id)
	if d.stopped != "" {
		return text
	}
	dept, err := d.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id})
	if d.stopIfFatal(ctx, err) != nil {
		return text
	}
	return fmt.Sprintf("%q (%s)", dept.Name, text) // quoted, so that no name can control a terminal
}
