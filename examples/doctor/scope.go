package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
)

const (
	widen = "widen the app's visible range in the developer console, where a version of the app is published: " +
		"let it see the departments or people that your program works with"
	mostNames = 10
)

// visibleRange reports which part of the organisation the app sees.
func (d *doctor) visibleRange(ctx context.Context) {
	const name = "visible range"
	if d.scopes == nil {
		d.skip(name, d.obstacle(basePoint))
		return
	}
	depts, people := d.scopes.AuthOrgScopes.AuthedDept, d.scopes.AuthOrgScopes.AuthedUser
	switch {
	case len(depts) == 0 && len(people) == 0:
		d.trouble(name, "empty: the app sees nobody", widen)
		return
	case slices.Contains(depts, dingtalk.RootDepartmentID):
		d.ok(name, "the whole organisation, "+d.called(ctx, dingtalk.RootDepartmentID))
		return
	}
	var parts []string
	if len(depts) > 0 {
		parts = append(parts, number(len(depts), "department", "departments")+" and all below")
	}
	if len(people) > 0 {
		parts = append(parts, number(len(people), "person", "people")+" by name")
	}
	d.ok(name, "a part of the organisation: "+strings.Join(parts, ", and "))
	for _, id := range depts[:min(len(depts), mostNames)] {
		d.more(d.called(ctx, id))
	}
	if more := len(depts) - mostNames; more > 0 {
		d.more(fmt.Sprint("and ", more, " more"))
	}
}

// called is the name of a department, if it can be had, and its ID.
func (d *doctor) called(ctx context.Context, id int64) string {
	text := fmt.Sprint("department ", id)
	if d.halted != "" {
		return text
	}
	dept, err := d.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id})
	if d.heed(ctx, err) != nil {
		return text
	}
	return fmt.Sprintf("%q (%s)", dept.Name, text) // in quotation marks, for no name to drive a terminal
}

func number(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprint(n, " ", many)
}
