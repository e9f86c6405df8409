package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/columns"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// carryOut applies a plan and says what became of it. The state, if there is one, ends with all that can be done.
func (j *job) carryOut(ctx context.Context, plan *provision.Plan, s *state) int {
	outcome, err := j.prepareOutcome()
	if err != nil {
		j.forget(s)
		return j.complain(2, "%v", err)
	}
	_, _ = io.WriteString(j.out, notes(plan)+totals(plan)+estimate(plan, j.qps))
	opts := provision.ApplyOptions{Journal: j.journal, MaxDeletionShare: j.share, Progress: j.applying()}
	if j.forgetful {
		opts.Journal = ""
	}
	report, err := plan.Apply(ctx, j.client, opts)
	j.progress.end()
	if report == nil {
		if outcome != nil {
			_ = outcome.Close()
		}
		return j.refused(err, s)
	}
	_, _ = io.WriteString(j.out, results(report))
	if outcome != nil {
		if err := writeOutcome(outcome, report); err != nil {
			return j.complain(1, "-outcome: %v%s", err, j.again(""))
		}
	}
	left := report.Count(provision.ResultPending) + report.Count(provision.ResultUnknown) + report.Count(provision.ResultFailed)
	if s != nil && err == nil && left == 0 {
		s.kept = nil
	}
	return j.ended(ctx, report, err)
}

// applying shows the progress, and says where it begins.
func (j *job) applying() func(provision.Progress) {
	first := true
	return func(p provision.Progress) {
		if first && p.Done > 0 {
			j.say("%d of %s are done already", p.Done, count(p.Total, "person", "people"))
		}
		first = false
		j.progress.at(p)
	}
}

// refused is about a plan of which nothing was done in this run.
func (j *job) refused(err error, s *state) int {
	switch {
	case errors.Is(err, provision.ErrTooManyDeletions):
		j.forget(s)
		return j.complain(1, "%s\nwhat to do: look at the plan, then permit more with -max-delete-share; nothing was written", plain(err))
	case errors.Is(err, provision.ErrOtherPlan):
		return j.complain(2, "%s\nwhat to do: apply the plan that it belongs to, or choose another file with -journal", plain(err))
	}
	return j.complain(2, "%s", plain(err))
}

// forget drops a plan that was made in this run and not begun.
func (j *job) forget(s *state) {
	if s != nil && !s.resumed {
		s.kept = nil
	}
}

// ended says how it went on from here, and returns the exit code.
func (j *job) ended(ctx context.Context, report *provision.Report, err error) int {
	bad := report.Count(provision.ResultFailed) + report.Count(provision.ResultUnknown)
	switch {
	case err != nil && ctx.Err() != nil:
		return j.complain(1, "interrupted%s", j.again("; the same command goes on from there, with the same plan"))
	case err != nil:
		return j.complain(1, "%s%s%s", plain(err), whatToDo(err), j.again("\nthe same command goes on from there, with the same plan"))
	case bad > 0 && j.plan != "":
		return j.complain(1, "%s%s", count(bad, "person is", "people are")+" not done", j.again("; the same command tries again"))
	case bad > 0:
		return j.complain(1, "%s%s", count(bad, "person is", "people are")+" not done",
			j.again("; the same command tries again, and with -restart it takes a list that was corrected"))
	case report.Count(provision.ResultConflict) > 0:
		return j.complain(1, "what is in conflict was left as it is; correct the list, and import it again")
	}
	return 0
}

// again is what to say where there is something to go on with.
func (j *job) again(text string) string {
	if j.forgetful {
		return ""
	}
	return text
}

// results shows everybody who is not as the list has them, and counts.
func results(report *provision.Report) string {
	rows := [][]string{{"RESULT", "LINE", "USERID", "NAME", "REASON"}}
	for _, o := range report.Outcomes {
		switch o.Result {
		case provision.ResultFailed, provision.ResultUnknown, provision.ResultConflict:
			reason := o.Reason
			if id := requestID(o); id != "" && !strings.Contains(reason, id) {
				reason += " (request " + id + ")"
			}
			rows = append(rows, []string{string(o.Result), line(o.Item), o.Item.UserID, o.Item.Name, reason})
		case provision.ResultDone, provision.ResultNoChange, provision.ResultPending:
		}
	}
	text := ""
	if len(rows) > 1 {
		text = "\n" + columns.Table(rows) + "\n"
	}
	var counts []string
	for _, c := range []struct {
		result provision.Result
		text   string
	}{
		{provision.ResultDone, "done"}, {provision.ResultNoChange, "with nothing to do"}, {provision.ResultFailed, "failed"},
		{provision.ResultUnknown, "with an unknown end"}, {provision.ResultConflict, "in conflict"}, {provision.ResultPending, "not begun"},
	} {
		if n := report.Count(c.result); n > 0 || c.result == provision.ResultDone {
			counts = append(counts, fmt.Sprint(n, " ", c.text))
		}
	}
	return text + strings.Join(counts, ", ") + "\n"
}
