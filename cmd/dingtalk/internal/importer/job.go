package importer

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
	"github.com/dingtalk-contacts/dingtalk-go/provision"
)

// job is one run of the program.
type job struct {
	*app.Run
	*options
	target    *service.Target
	temporary bool // the organization ends with the program, so an interrupted plan cannot be continued
	client    *dingtalk.Client
	progress  meter
}

func (j *job) run(ctx context.Context) int {
	if j.plan != "" && j.list == "" {
		return j.applyStoredPlan(ctx)
	}
	l, err := readList(j.list, &j.dialect)
	if err != nil {
		return j.Misused("%v", err)
	}
	if len(l.skipped) > 0 {
		j.Note("these columns are skipped, because an import does not set them: %s", strings.Join(l.skipped, ", "))
	}
	source := planSource{App: j.target.App, List: l.sum(), Delete: j.remove, Depts: j.depts}
	switch {
	case !j.apply:
		return j.dryRun(ctx, l, source)
	case j.temporary:
		plan, code := j.newPlan(ctx, l)
		if plan == nil {
			return code
		}
		return j.applyPlan(ctx, plan, nil)
	}
	return j.applyResumable(ctx, l, source)
}

// showStoredPlan shows a plan that was stored, without a call to the organization that it is for.
func (j *job) showStoredPlan() int {
	stored, err := readPlan(j.plan)
	if err != nil {
		return j.Misused("%v", err)
	}
	j.Note("the plan in %s is for %s, of %s", j.plan, cmp.Or(stored.For.App, "an organization that it does not name"),
		stored.Made.Local().Format(time.DateTime))
	return j.show(&stored.Plan)
}

// applyStoredPlan applies a plan that was stored.
func (j *job) applyStoredPlan(ctx context.Context) int {
	stored, err := readPlan(j.plan)
	if err != nil {
		return j.Misused("%v", err)
	}
	if stored.For.App != "" && stored.For.App != j.target.App {
		return j.Misused("the plan in %s is for %s, not for %s", j.plan, stored.For.App, j.target.App)
	}
	return j.applyPlan(ctx, &stored.Plan, nil)
}

// dryRun makes a plan and shows it.
func (j *job) dryRun(ctx context.Context, l *list, source planSource) int {
	if j.plan != "" {
		if err := checkOverwrite(j.plan); err != nil {
			return j.Misused("%v", err)
		}
	}
	plan, code := j.newPlan(ctx, l)
	if plan == nil {
		return code
	}
	code = j.show(plan)
	if j.plan != "" {
		if err := (&storedPlan{source, *plan}).write(j.plan); err != nil {
			return j.Fail(cli.Failed, "the plan could not be stored: %v", err)
		}
		j.Note("the plan is stored in %s; nothing was written to the organization; dingtalk import -plan %s -apply carries it out", j.plan, j.plan)
		return code
	}
	j.Note("nothing was written; -apply carries out the plan")
	if unfinished := j.list + ".journal.plan"; !j.temporary && exists(unfinished) {
		j.Note("but -apply first continues with the unfinished plan in %s, unless -restart is given, too", unfinished)
	}
	return code
}

// applyResumable makes a plan and carries it out, or continues with an unfinished one.
func (j *job) applyResumable(ctx context.Context, l *list, source planSource) int {
	s, err := openState(j.journal)
	if err != nil {
		return j.Misused("%v", err)
	}
	defer s.close()
	if j.restart {
		if err := s.discard(); err != nil {
			return j.Misused("%v", err)
		}
	}
	if s.plan != nil {
		if reason := s.plan.For.difference(source); reason != "" {
			return j.Misused("the plan in %s is unfinished, and %s: use the same arguments, or make another plan with "+
				"-restart, which is as safe", s.file.Name(), reason)
		}
		j.Note("continuing with the plan of %s in %s", s.plan.Made.Local().Format(time.DateTime), s.file.Name())
		return j.applyPlan(ctx, &s.plan.Plan, s)
	}
	plan, code := j.newPlan(ctx, l)
	if plan == nil {
		return code
	}
	if err := s.store(&storedPlan{source, *plan}); err != nil {
		return j.Fail(cli.Failed, "the plan could not be stored, so nothing was written: %v", err)
	}
	return j.applyPlan(ctx, plan, s)
}

// newPlan reads the organization and makes a plan. Without a plan, the program ends with the code.
func (j *job) newPlan(ctx context.Context, l *list) (*provision.Plan, int) {
	// A failed token is one error here, and would be an error for each person otherwise.
	if _, err := j.client.Token(ctx); err != nil && ctx.Err() == nil {
		return nil, j.Fail(cli.Failed, "%v%s", err, whatToDo(err))
	}
	plan, err := provision.NewPlan(ctx, j.client, l.people(), provision.Options{
		DeptIDs: j.depts, Delete: j.remove, Progress: j.progress.update,
	})
	j.progress.end()
	_, ofService := errors.AsType[*dingtalk.Error](err)
	switch {
	case err == nil:
		return plan, cli.OK
	case ctx.Err() != nil:
		return nil, j.Fail(cli.Failed, "interrupted while reading the organization; nothing was written")
	case ofService:
		return nil, j.Fail(cli.Failed, "%s%s", plainText(err), whatToDo(err))
	}
	return nil, j.Misused("%s", plainText(err)) // an error in the list
}

// show prints a plan. It returns cli.Failed if a part of the plan cannot be carried out.
func (j *job) show(plan *provision.Plan) int {
	code := cli.OK
	if err := j.printPlan(plan); err != nil {
		code = j.Fail(cli.Failed, "%v", err)
	}
	if deletions := plan.Count(provision.ActionDelete); float64(deletions) > j.share*float64(plan.People)+1e-9 {
		code = j.Fail(cli.Failed, "-apply will refuse to delete %d of %d people: -max-delete-share is %v", deletions, plan.People, j.share)
	}
	if plan.Count(provision.ActionConflict) > 0 {
		code = cli.Failed
	}
	return code
}

// plainText returns the text of an error without the prefix of the package.
func plainText(err error) string { return strings.TrimPrefix(err.Error(), "provision: ") }

// whatToDo returns a line with advice about an error, or nothing.
func whatToDo(err error) string {
	if text := advice.For(err); text != "" {
		return "\nwhat to do: " + text
	}
	return ""
}
