package importer

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

func line(it *provision.Item) string {
	if it.Line == 0 {
		return ""
	}
	return strconv.Itoa(it.Line)
}

// describe returns the lines that describe an item: one per field for an update, and one otherwise.
func describe(plan *provision.Plan, it *provision.Item) []string {
	var all []string
	for _, c := range it.Changes {
		switch {
		case it.Action == provision.ActionUpdate:
			all = append(all, c.Field+": "+value(plan, c.Field, c.Old)+" -> "+value(plan, c.Field, c.New))
		case c.Field == "name":
		case it.Action == provision.ActionCreate:
			all = append(all, c.Field+": "+quoted(value(plan, c.Field, c.New)))
		default:
			all = append(all, c.Field+": "+quoted(value(plan, c.Field, c.Old)))
		}
	}
	if it.Action == provision.ActionUpdate {
		return all
	}
	return []string{it.Reason + strings.Join(all, "; ")}
}

// quoted quotes a value that would look like several.
func quoted(value string) string {
	if strings.Contains(value, ";") {
		return strconv.Quote(value)
	}
	return value
}

// value returns the text of a value, with departments by their paths.
func value(plan *provision.Plan, field, text string) string {
	switch {
	case text == "":
		return "(none)"
	case field != "dept_id_list":
		return text
	}
	var paths []string
	for part := range strings.SplitSeq(text, ",") {
		if id, err := strconv.ParseInt(part, 10, 64); err == nil && plan.Departments[id] != "" {
			part = plan.Departments[id]
		}
		paths = append(paths, part)
	}
	return strings.Join(paths, ", ")
}

// totals counts the actions of a plan.
func totals(plan *provision.Plan) string {
	var counts []string
	for _, c := range []struct {
		action provision.Action
		text   string
	}{
		{provision.ActionCreate, "to create"}, {provision.ActionUpdate, "to update"}, {provision.ActionDelete, "to delete"},
		{provision.ActionUnchanged, "unchanged"}, {provision.ActionConflict, "in conflict"},
	} {
		counts = append(counts, fmt.Sprint(plan.Count(c.action), " ", c.text))
	}
	kept := plan.Unlisted - plan.Count(provision.ActionDelete)
	return fmt.Sprintf("%s; %d of %d people are not in the list and are kept\n", strings.Join(counts, ", "), kept, plan.People)
}

// estimate returns how long the plan will take.
func estimate(plan *provision.Plan, qps int) string {
	if qps == 0 {
		qps = 20
	}
	calls, atLeast := plan.Estimate(float64(qps))
	if calls == 0 {
		return "there is nothing to do\n"
	}
	return fmt.Sprintf("applying it takes %s, at %d per second to each endpoint at least %s\n",
		cli.Count(calls, "call", "calls"), qps, max(atLeast.Round(time.Second), time.Second))
}

func notes(plan *provision.Plan) string {
	var b strings.Builder
	for _, note := range plan.Notes {
		b.WriteString("note: " + columns.OneLine(note) + "\n")
	}
	return b.String()
}
