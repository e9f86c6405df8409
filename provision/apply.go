package provision

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// ErrTooManyDeletions is returned by Apply if the plan deletes more people than the options permit. Nothing was done.
var ErrTooManyDeletions = errors.New("provision: the plan deletes more people than is permitted")

// ApplyOptions say how a plan is carried out.
type ApplyOptions struct {
	// Journal is the path of a file that makes Apply resumable: applied again with it, the plan goes on where it
	// was, after a kill, too. It is made where there is none, and belongs to this plan alone. Without a journal
	// make another plan after an interruption; that is as safe, and reads the organisation again.
	Journal string
	// DryRun looks whether people still are as the plan found them, and writes nothing, not even the journal.
	DryRun bool
	// MaxDeletionShare is the largest part of Plan.People that may be deleted; 0 is 0.05, and 1 everybody. A plan
	// that deletes more is refused as a whole.
	MaxDeletionShare float64
	// MaxDeletions is the largest number of people that may be deleted; 0 is as many as the share permits.
	MaxDeletions int
	// Concurrency is the number of people who are worked on at once; 0 is 16.
	Concurrency int
	// InitPassword, if it is not nil, gives the initial password of an enterprise account that is created.
	// Passwords are kept nowhere. It may be called by several goroutines at once.
	InitPassword func(userID string) (string, error)
	// Progress, if it is not nil, is told about each person. Its calls do not overlap.
	Progress func(Progress)
}

const (
	defaultConcurrency   = 16
	defaultDeletionShare = 0.05
)

// Apply carries the plan out: managers before the people whom they manage, deletions last. Before each update
// and deletion it reads the person, and leaves alone whoever is not as the plan found them; a create does not
// touch anybody who is there already. Where the answer to a create was lost, EnsureUser settles it.
//
// It comes to the client's rate limit and lets the client's other calls go first (see dingtalk.Client.Bulk).
//
// What concerns one person is in the report, and the others go on. An error says that Apply stopped: the plan or
// the journal was refused (ErrTooManyDeletions, ErrOtherPlan, ErrJournalInUse), ctx ended, the journal cannot be
// written, or the service refuses everything (dingtalk.Error.Fatal) or fails one call after another. From then on
// no request is sent; the responses to those on their way are waited for. The report then says how far it came; it is
// nil if nothing was begun.
func (p *Plan) Apply(ctx context.Context, client *dingtalk.Client, opts ApplyOptions) (report *Report, err error) {
	a := newApplier(p, client.Bulk(), opts)
	if err := a.prepare(); err != nil {
		return nil, err
	}
	if opts.Journal != "" && !opts.DryRun {
		if a.journal, err = openJournal(opts.Journal, p.ID()); err != nil {
			return nil, err
		}
		defer func() { err = errors.Join(err, a.journal.close()) }()
	}
	return a.run(ctx)
}

func newApplier(p *Plan, client userClient, opts ApplyOptions) *applier {
	a := &applier{plan: p, opts: opts, operations: map[*operation]bool{}}
	a.reader = stoppableClient{client, a}
	if !opts.DryRun {
		a.writer = stoppableClient{client, a}
	}
	return a
}

// carryOut works on all that the journal, if there is one, does not know to be done.
func (a *applier) run(ctx context.Context) (*Report, error) {
	if a.journal != nil {
		a.restore()
	}
	before := 0
	for _, t := range a.tasks {
		if t.outcome.Result != ResultPending {
			before++
		}
	}
	a.meter = newProgressMeter(a.opts.Progress, Applying, len(a.tasks), before)
	for _, wave := range stages(ctx, a.tasks) {
		a.runStage(ctx, wave)
	}
	for _, t := range a.tasks {
		if t.outcome.Result == ResultPending && t.begun {
			t.outcome.Result = ResultUnknown
		}
	}
	if a.stopErr == nil && a.writer != nil && a.report.Count(ResultPending)+a.report.Count(ResultUnknown) == 0 {
		return a.report, nil // ctx may have ended since
	}
	return a.report, a.stopReason(ctx)
}

// applying is an Apply under way.
type applier struct {
	plan    *Plan
	opts    ApplyOptions
	reader  userReader
	writer  userWriter // nil for a dry run
	journal *journal   // nil without one
	meter   *progressMeter
	report  *Report
	tasks   []*task

	mu            sync.Mutex
	stopErr       error // why no more is begun
	operations    map[*operation]bool
	failuresInRow int // failures in a row that say nothing about the person
}

// task is a person for whom something is to be written.
type task struct {
	item    *Item
	outcome *Outcome
	begun   bool // it may have been written before
	create  dingtalk.CreateUserRequest
	update  dingtalk.UpdateUserRequest
}

// prepare refuses what cannot be carried out, before anything is.
func (a *applier) prepare() error {
	if err := a.plan.check(); err != nil {
		return err
	}
	if err := a.checkDeletions(a.plan.Count(ActionDelete)); err != nil {
		return err
	}
	a.report = &Report{Outcomes: make([]Outcome, len(a.plan.Items))}
	for i := range a.plan.Items {
		it := &a.plan.Items[i]
		o := &a.report.Outcomes[i]
		*o = Outcome{Item: it, Result: ResultPending}
		t := &task{item: it, outcome: o}
		var err error
		switch it.Action {
		case ActionConflict:
			o.Result, o.Reason = ResultConflict, it.Reason
			continue
		case ActionUnchanged, ActionKeep:
			o.Result = ResultNoChange
			continue
		case ActionCreate:
			t.create, err = newRequest[dingtalk.CreateUserRequest](it)
		case ActionUpdate:
			t.update, err = newRequest[dingtalk.UpdateUserRequest](it)
		case ActionDelete:
		}
		if err != nil {
			return err
		}
		a.tasks = append(a.tasks, t)
	}
	return nil
}

func (a *applier) checkDeletions(deletions int) error {
	share := a.opts.MaxDeletionShare
	if share == 0 {
		share = defaultDeletionShare
	}
	most := int(share*float64(a.plan.People) + 1e-9) // 0.29 of 100 is 29
	if a.opts.MaxDeletions > 0 {
		most = min(most, a.opts.MaxDeletions)
	}
	if deletions == 0 || deletions <= most {
		return nil
	}
	return fmt.Errorf("%w: %d of %d people, and at most %d may be; look at the plan, then raise MaxDeletionShare "+
		"or MaxDeletions", ErrTooManyDeletions, deletions, a.plan.People, max(most, 0))
}

// recall takes over what the journal knows.
func (a *applier) restore() {
	for _, t := range a.tasks {
		e := a.journal.entries[t.item.UserID]
		t.begun = e.open
		if e.result != "" {
			t.outcome.Result = e.result
		}
	}
}

// run works on a wave, several people at once.
func (a *applier) runStage(ctx context.Context, stage []*task) {
	workers := a.opts.Concurrency
	if workers <= 0 {
		workers = defaultConcurrency
	}
	queue := make(chan *task)
	var running sync.WaitGroup
	for range min(workers, len(stage)) {
		running.Go(func() {
			for t := range queue {
				a.runTask(ctx, t)
			}
		})
	}
	for _, t := range stage {
		if t.outcome.Result == ResultPending && a.stopReason(ctx) == nil {
			queue <- t
		}
	}
	close(queue)
	running.Wait()
}
