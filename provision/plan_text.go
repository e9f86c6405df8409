package provision

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// WriteTo prints the plan for people: a summary, the notes, and each person for whom something is to be done or cannot
// be done. Unchanged people are only counted.
func (p *Plan) WriteTo(w io.Writer) (int64, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "%d to create, %d to update, %d to delete, %d unchanged, %d in conflict; ",
		p.Count(ActionCreate), p.Count(ActionUpdate), p.Count(ActionDelete), p.Count(ActionUnchanged), p.Count(ActionConflict))
	fmt.Fprintf(&b, "%d of %d people are not in the list\n", p.Unlisted, p.People)
	for _, note := range p.Notes {
		b.WriteString("note: " + oneLine(note) + "\n")
	}
	for i := range p.Items {
		p.print(&b, &p.Items[i])
	}
	n, err := io.WriteString(w, b.String())
	return int64(n), err
}

func (p *Plan) print(b *strings.Builder, it *Item) {
	if it.Action == ActionUnchanged {
		return
	}
	b.WriteString(string(it.Action))
	if it.UserID != "" {
		b.WriteString(" " + oneLine(it.UserID))
	}
	if it.Name != "" {
		b.WriteString(" " + oneLine(it.Name))
	}
	if it.Line != 0 {
		fmt.Fprintf(b, " (line %d)", it.Line)
	}
	if it.Admin {
		b.WriteString(", an administrator")
	}
	if it.Reason != "" {
		b.WriteString(": " + oneLine(it.Reason))
	}
	b.WriteString("\n")
	for _, c := range it.Changes {
		b.WriteString("    " + p.describe(it.Action, c) + "\n")
	}
}

// describe returns the text of a change.
func (p *Plan) describe(a Action, c Change) string {
	switch a {
	case ActionCreate:
		return c.Field + ": " + p.show(c.Field, c.New)
	case ActionDelete:
		return c.Field + ": " + p.show(c.Field, c.Old)
	default:
		old := p.show(c.Field, c.Old)
		if f, known := fieldOf(c.Field); known && f.responseName == "" {
			old = "(not shown)"
		}
		return c.Field + ": " + old + " -> " + p.show(c.Field, c.New)
	}
}

// show returns the text of a value, with the paths of departments.
func (p *Plan) show(name, value string) string {
	if f, known := fieldOf(name); known && f.kind == depts && value != "" {
		var all []string
		for part := range strings.SplitSeq(value, ",") {
			if id, err := strconv.ParseInt(part, 10, 64); err == nil && p.Departments[id] != "" {
				part += " " + p.Departments[id]
			}
			all = append(all, oneLine(part))
		}
		return strings.Join(all, ", ")
	}
	if value == "" {
		return "(none)"
	}
	return oneLine(value)
}

// oneLine escapes control characters, so that a value can neither leave its line nor control a terminal.
func oneLine(s string) string {
	for _, r := range s {
		if !strconv.IsPrint(r) {
			quoted := strconv.Quote(s)
			return quoted[1 : len(quoted)-1]
		}
	}
	return s
}
