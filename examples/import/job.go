package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/examples/internal/advice"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// job is one run of the program.
type job struct {
	*settings
	app         string
	forgetful   bool // the organisation ends with the program, and so there is nothing to go on with
	client      *dingtalk.Client
	out, errOut io.Writer
	progress    progress
}

func (j *job) run(ctx context.Context) int {
	switch {
	case j.plan != "" && j.list == "":
		return j.given(ctx)
	case j.list == "" && !j.forgetful:
		return j.complain(2, "name the list of people: import people.csv")
	}
	l, err := readList(j.list)
	if err != nil {
		return j.complain(2, "%v", err)
	}
	asked := origin{App: j.app, List: l.sum(), Delete: j.remove, Depts: j.depts}
	switch {
	case !j.apply:
		return j.dryRun(ctx, l, asked)
	case j.forgetful:
		plan, code := j.make(ctx, l)
		if plan == nil {
			return code
		}
		return j.carryOut(ctx, plan, nil)
	}
	return j.resumable(ctx, l, asked)
}

// given shows or applies a plan that was kept.
func (j *job) given(ctx context.Context) int {
	k, err := readKept(j.plan)
	if err != nil {
		return j.complain(2, "%v", err)
	}
	if !j.apply {
		return j.show(&k.Plan)
	}
	if k.For.App != "" && k.For.App != j.app {
		return j.complain(2, "the plan in %s is for %s, not for %s", j.plan, k.For.App, j.app)
	}
	return j.carryOut(ctx, &k.Plan, nil)
}

// dryRun makes a plan and shows it.
func (j *job) dryRun(ctx context.Context, l *list, asked origin) int {
	if j.plan != "" {
		if err := mayKeep(j.plan); err != nil {
			return j.complain(2, "%v", err)
		}
	}
	plan, code := j.make(ctx, l)
	if plan == nil {
		return code
	}
	code = j.show(plan)
	if j.plan != "" {
		if err := (&kept{asked, *plan}).write(j.plan); err != nil {
			return j.complain(1, "the plan is not kept: %v", err)
		}
		j.say("the plan is kept in %s; nothing was written to the organisation; import -plan %s -apply carries it out", j.plan, j.plan)
		return code
	}
	j.say("nothing was written; -apply carries it out")
	if unfinished := j.list + ".journal.plan"; !j.forgetful && exists(unfinished) {
		j.say("but -apply first goes on with the plan in %s, which is not settled, unless -restart is there, too", unfinished)
	}
	return code
}

// resumable makes a plan and carries it out, or goes on with the one that is under way.
func (j *job) resumable(ctx context.Context, l *list, asked origin) int {
	s, err := openState(j.journal)
	if err != nil {
		return j.complain(2, "%v", err)
	}
	defer s.close()
	if j.restart {
		if err := s.discard(); err != nil {
			return j.complain(2, "%v", err)
		}
	}
	if s.kept != nil {
		if why := s.kept.For.differ(asked); why != "" {
			return j.complain(2, "the plan in %s is not settled, and %s: ask for the same, or make another plan with -restart, "+
				"which is as safe", s.file.Name(), why)
		}
		j.say("going on with the plan of %s, in %s", s.kept.Made.Local().Format(time.DateTime), s.file.Name())
		return j.carryOut(ctx, &s.kept.Plan, s)
	}
	plan, code := j.make(ctx, l)
	if plan == nil {
		return code
	}
	if err := s.keep(&kept{asked, *plan}); err != nil {
		return j.complain(1, "the plan is not kept, and nothing was written: %v", err)
	}
	return j.carryOut(ctx, plan, s)
}

// make reads the organisation. Without a plan, the program ends with the code.
func (j *job) make(ctx context.Context, l *list) (*provision.Plan, int) {
	if _, err := j.client.Token(ctx); err != nil && ctx.Err() == nil { // before it is everybody's trouble
		return nil, j.complain(1, "%v%s", err, whatToDo(err))
	}
	plan, err := provision.NewPlan(ctx, j.client, l.people(), provision.Options{
		DeptIDs: j.depts, Delete: j.remove, Progress: j.progress.at,
	})
	j.progress.end()
	_, ofService := errors.AsType[*dingtalk.Error](err)
	switch {
	case err == nil:
		return plan, 0
	case ctx.Err() != nil:
		return nil, j.complain(1, "interrupted while the organisation was read; nothing was written")
	case ofService:
		return nil, j.complain(1, "%s%s", plain(err), whatToDo(err))
	}
	return nil, j.complain(2, "%s", plain(err)) // of the list
}

// show prints a plan. It returns 1 if not all of it can be done.
func (j *job) show(plan *provision.Plan) int {
	_, _ = io.WriteString(j.out, table(plan)+notes(plan)+totals(plan)+estimate(plan, j.qps))
	code := 0
	if deletions := plan.Count(provision.ActionDelete); float64(deletions) > j.share*float64(plan.People)+1e-9 {
		code = j.complain(1, "-apply will refuse to delete %d of %d people: -max-delete-share is %v", deletions, plan.People, j.share)
	}
	if plan.Count(provision.ActionConflict) > 0 {
		code = 1
	}
	return code
}

func (j *job) say(format string, args ...any) { j.complain(0, format, args...) }

func (j *job) complain(code int, format string, args ...any) int {
	return complain(j.errOut, code, format, args...)
}

// plain is the text of an error, where it is plain whose it is.
func plain(err error) string { return strings.TrimPrefix(err.Error(), "provision: ") }

// whatToDo is a line of its own for an error, or nothing.
func whatToDo(err error) string {
	if todo := advice.For(err); todo != "" {
		return "\nwhat to do: " + todo
	}
	return ""
}

// prepareOutcome opens the file for the outcome, if one is asked for.
func (j *job) prepareOutcome() (*os.File, error) {
	if j.outcome == "" {
		return nil, nil //nolint:nilnil // none is asked for
	}
	file, err := openOutcome(j.outcome)
	if err != nil {
		return nil, fmt.Errorf("-outcome: %w", err)
	}
	return file, nil
}
