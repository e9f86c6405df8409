package importer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/columns"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// applyPlan applies a plan and prints the results. Once all that can be done is done, the state, if there is one, is
// removed.
func (j *job) applyPlan(ctx context.Context, plan *provision.Plan, s *state) int {
	outcome, err := openOutcome(j.outcome)
	if err != nil {
		s.discardNew()
		return j.Misused("-outcome: %v", err)
	}
	_ = j.summarize(notes(plan) + totals(plan) + estimate(plan, j.qps))
	if calls, _ := plan.Estimate(1); calls > 0 && !j.target.Confirm(ctx, j.Process, "carry this plan out") {
		s.discardNew()
		return j.close(outcome, cli.Failed)
	}
	opts := provision.ApplyOptions{Journal: j.journal, MaxDeletionShare: j.share, Progress: j.applyProgress()}
	if j.temporary {
		opts.Journal = ""
	}
	report, err := plan.Apply(ctx, j.client, opts)
	j.progress.end()
	if report == nil {
		return j.close(outcome, j.refused(err, s))
	}
	if printErr := j.printResults(report); printErr != nil {
		j.Log("%v", printErr)
	}
	if outcome != nil {
		if err := writeOutcome(outcome, report); err != nil {
			return j.Fail(cli.Failed, "-outcome: %v", err)
		}
	}
	open := report.Count(provision.ResultPending) + report.Count(provision.ResultUnknown) + report.Count(provision.ResultFailed)
	if s != nil && err == nil && open == 0 {
		s.plan = nil
	}
	return j.finish(ctx, report, err)
}

// close closes an outcome that nothing is written to, if there is one, and returns the code.
func (j *job) close(outcome *os.File, code int) int {
	if outcome != nil {
		_ = outcome.Close()
	}
	return code
}

// applyProgress returns a function that shows the progress, and first logs what earlier runs have done.
func (j *job) applyProgress() func(provision.Progress) {
	first := true
	return func(p provision.Progress) {
		if first && p.Done > 0 {
			j.Note("%d of %s are already done", p.Done, cli.Count(p.Total, "person", "people"))
		}
		first = false
		j.progress.update(p)
	}
}

// refused reports the error of a plan of which nothing was done in this run.
func (j *job) refused(err error, s *state) int {
	switch {
	case errors.Is(err, provision.ErrTooManyDeletions):
		s.discardNew()
		return j.Fail(cli.Failed, "%s\nwhat to do: review the plan, then permit more with -max-delete-share; nothing was written", plainText(err))
	case errors.Is(err, provision.ErrOtherPlan):
		return j.Misused("%s\nwhat to do: apply that plan, or choose another file with -journal", plainText(err))
	}
	return j.Misused("%s", plainText(err))
}

// finish reports how to continue, and returns the exit code.
func (j *job) finish(ctx context.Context, report *provision.Report, err error) int {
	failed := report.Count(provision.ResultFailed) + report.Count(provision.ResultUnknown)
	switch {
	case err != nil && ctx.Err() != nil:
		return j.Fail(cli.Failed, "interrupted%s", j.ifResumable("; the same command continues with the same plan"))
	case err != nil:
		return j.Fail(cli.Failed, "%s%s%s", plainText(err), whatToDo(err), j.ifResumable("\nthe same command continues with the same plan"))
	case failed > 0 && j.plan != "":
		return j.Fail(cli.Failed, "%s%s", cli.Count(failed, "person is", "people are")+" not done", j.ifResumable("; the same command tries again"))
	case failed > 0:
		return j.Fail(cli.Failed, "%s%s", cli.Count(failed, "person is", "people are")+" not done",
			j.ifResumable("; the same command tries again, and with -restart it uses a corrected list"))
	case report.Count(provision.ResultConflict) > 0:
		return j.Fail(cli.Failed, "conflicts were left unchanged; correct the list, and import it again")
	}
	return cli.OK
}

// ifResumable returns the text if the plan can be continued.
func (j *job) ifResumable(text string) string {
	if j.temporary {
		return ""
	}
	return text
}

// printResults prints the results: for people what is not as the list has it, for programs all.
func (j *job) printResults(report *provision.Report) error {
	if j.Format == output.Table {
		return j.summarize(results(report))
	}
	out := output.NewPrinter(j.Stdout, j.Format, outcomeColumns)
	for _, o := range report.Outcomes {
		r := newResult(o)
		if err := out.Print(r, r.cells()...); err != nil {
			return err
		}
	}
	return errors.Join(out.Flush(), j.summarize(counts(report)))
}

// results lists the people who are not as the list has them, and counts the results.
func results(report *provision.Report) string {
	rows := [][]string{{"RESULT", "LINE", "USERID", "NAME", "REASON"}}
	for _, o := range report.Outcomes {
		switch o.Result {
		case provision.ResultFailed, provision.ResultUnknown, provision.ResultConflict, provision.ResultGone:
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
	return text + counts(report)
}

// counts counts the results.
func counts(report *provision.Report) string {
	var counts []string
	for _, c := range []struct {
		result provision.Result
		text   string
	}{
		{provision.ResultDone, "done"}, {provision.ResultNoChange, "without a change"}, {provision.ResultFailed, "failed"},
		{provision.ResultUnknown, "outcome unknown"}, {provision.ResultConflict, "in conflict"}, {provision.ResultGone, "already gone"},
		{provision.ResultPending, "not started"},
	} {
		if n := report.Count(c.result); n > 0 || c.result == provision.ResultDone {
			counts = append(counts, fmt.Sprint(n, " ", c.text))
		}
	}
	return strings.Join(counts, ", ") + "\n"
}
