package importer

import (
	"io"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// printPlan prints the people for whom something is to be done or cannot be done, and a summary.
func (j *job) printPlan(plan *provision.Plan) error {
	out := output.NewPrinter(j.Stdout, j.Format, []string{"action", "line", "userid", "name", "what"})
	empty := true
	for i := range plan.Items {
		it := &plan.Items[i]
		if it.Action == provision.ActionUnchanged {
			continue
		}
		empty = false
		if err := printItem(out, j.Format, plan, it); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	summary := notes(plan) + totals(plan) + estimate(plan, j.qps)
	if j.Format == output.Table && !empty {
		summary = "\n" + summary
	}
	return j.summarize(summary)
}

// printItem prints an item: in a table with a line per change.
func printItem(out *output.Printer, format output.Format, plan *provision.Plan, it *provision.Item) error {
	first := []string{string(it.Action), line(it), it.UserID, it.Name}
	what := describe(plan, it)
	if format != output.Table {
		return out.Print(it, append(first, strings.Join(what, "; "))...)
	}
	for _, text := range what {
		if err := out.Print(nil, append(first, text)...); err != nil {
			return err
		}
		first = make([]string, len(first))
	}
	return nil
}

// summarize prints a text for people below a table, or on standard error where the output is for a program.
func (j *job) summarize(text string) error {
	if j.Format == output.Table {
		_, err := io.WriteString(j.Stdout, text)
		return err
	}
	for text := range strings.Lines(text) {
		j.Note("%s", strings.TrimSuffix(text, "\n"))
	}
	return nil
}
