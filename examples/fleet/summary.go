package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// summary prints the outcome of all workers, and returns the exit code.
func (f *fleet) summary(ctx context.Context) int {
	total, complete := map[provision.Result]int{}, true
	var advised []string
	for i, o := range f.outcomes {
		for result, n := range o.Results {
			total[result] += n
		}
		for _, problem := range o.Problems {
			f.progress.log("worker %d: %s", i+1, problem)
			complete = false
		}
		if o.Failure != "" {
			f.progress.log("worker %d: %s", i+1, o.Failure)
			complete = false
		}
		if o.Advice != "" && !slices.Contains(advised, o.Advice) {
			advised = append(advised, o.Advice)
		}
	}
	for _, text := range advised {
		f.progress.log("what to do: %s", text)
	}
	f.progress.log("\n%d processes, %.1f s: %s", f.processes, f.took.Seconds(), formatResults(total))
	switch {
	case f.target.Emulator != nil:
		complete = f.printAudit() && complete
	case !f.apply && total[provision.ResultPending] > 0:
		f.progress.log("nothing was written: add -apply to write")
	}
	switch {
	case ctx.Err() != nil:
		f.progress.log("interrupted: all workers have ended; the same command continues with the missing people")
	case !complete:
		f.progress.log("the import is incomplete: once the problems above are fixed, the same command does the rest")
	}
	if !complete {
		return cli.Failed
	}
	return cli.OK
}

func formatResults(n map[provision.Result]int) string {
	texts := []string{fmt.Sprintf("%d written, %d unchanged", n[provision.ResultDone], n[provision.ResultNoChange])}
	for _, r := range []struct {
		result provision.Result
		text   string
	}{
		{provision.ResultPending, "to be written"},
		{provision.ResultConflict, "in conflict"},
		{provision.ResultGone, "already gone"},
		{provision.ResultFailed, "failed"},
		{provision.ResultUnknown, "outcome unknown"},
	} {
		if n[r.result] > 0 {
			texts = append(texts, fmt.Sprintf("%d %s", n[r.result], r.text))
		}
	}
	return strings.Join(texts, ", ")
}

// printAudit prints what the emulator recorded, and reports whether it has exactly the people of the list. The other
// figures are for information.
func (f *fleet) printAudit() bool {
	list, closeList, err := openList(f.list, f.people)
	if err != nil {
		f.progress.log("%v", err)
		return false
	}
	defer closeList()
	a := newAudit(f.target.Emulator, list)
	exact := len(a.missing)+len(a.duplicated)+a.others == 0
	if exact {
		f.progress.log("  the emulator has all %d people of the list, each created once, and no others", a.found)
	} else {
		f.progress.log("  the emulator has %d people of the list%s%s, and %d others",
			a.found, formatUserIDs("missing", a.missing), formatUserIDs("created twice", a.duplicated), a.others)
	}
	f.progress.log("  %d of %d calls were for a token", a.tokens, a.calls)
	f.progress.log("  %d calls exceeded the limit", a.throttled)
	f.progress.log("  calls to create came at %.1f per second, which is %.1f %% of the permitted %d; %d in the busiest second",
		a.rate, 100*a.rate/limit, limit, a.busiest)
	return exact
}

// formatUserIDs returns the number of userids and the first of them.
func formatUserIDs(what string, userIDs []string) string {
	const most = 5
	switch n := len(userIDs); {
	case n == 0:
		return ""
	case n > most:
		return fmt.Sprintf(", %d %s (%s, ...)", n, what, strings.Join(userIDs[:most], ", "))
	default:
		return fmt.Sprintf(", %d %s (%s)", n, what, strings.Join(userIDs, ", "))
	}
}
