package provision

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go"
)

// ErrTooManyDeletions is returned by Apply if the plan deletes more people than the options permit. Nothing was
// written.
var ErrTooManyDeletions = errors.New("provision: the plan deletes more people than permitted")

// ApplyOptions holds the settings of Apply. The zero value is ready to use.
type ApplyOptions struct {
	// Journal is the path of a file that makes Apply resumable: applied again with the same file, the plan continues
	// where it stopped, even after a kill. The file is created if it does not exist, and belongs to this plan only.
	// Without a journal, make another plan after an interruption; that is as safe, and reads the organization again.
	Journal string
	// DryRun checks whether the people are still as the plan found them. It writes nothing, not even the journal.
	DryRun bool
	// MaxDeletionShare is the largest part of Plan.People that may be deleted; 0 means 0.05, and 1 permits all. A plan
	// that deletes more is refused as a whole.
	MaxDeletionShare float64
	// MaxDeletions is the largest number of people that may be deleted; 0 means as many as the share permits.
	MaxDeletions int
	// Concurrency is the number of people processed at once; 0 means 16.
	Concurrency int
	// InitPassword, if not nil, returns the initial password of an enterprise account that is created. Passwords are
	// not stored. It may be called by several goroutines at once.
	InitPassword func(userID string) (string, error)
	// Progress, if not nil, is called after each person. Its calls do not overlap.
	Progress func(Progress)
}

const (
	defaultConcurrency   = 16
	defaultDeletionShare = 0.05
)

// Apply carries out the plan: managers before the people whom they manage, deletions last. Before each update and
// deletion it reads the user, and skips a user who is not as the plan found them; one who has left meanwhile is
// ResultGone, with how and when they left if the app may read the leave records. A create does not touch a user who
// already exists. If the response to a create is lost, EnsureUser finds out whether the user was created.
//
// It reaches the client's rate limit and gives way to the client's other calls (see dingtalk.Client.Bulk).
//
// A problem with one person is in the report, and the other people are still processed. An error means that Apply
// stopped: the plan or the journal was refused (ErrTooManyDeletions, ErrOtherPlan, ErrJournalInUse), ctx ended, the
// journal cannot be written, the service refuses everything (dingtalk.Error.Fatal), or one call after another failed.
// From then on no request is sent; the responses to requests in flight are waited for. The report then shows how far
// Apply got; it is nil if nothing was started.
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
	a := &applier{plan: p, opts: opts, operations: map[*operation]bool{}, leaves: leaveList{turn: make(chan struct{}, 1)}}
	a.reader = stoppableClient{client, a}
	if !opts.DryRun {
		a.writer = stoppableClient{client, a}
	}
	return a
}

// run processes all tasks that are not done according to the journal, if there is one.
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
	for _, stage := range stages(ctx, a.tasks) {
		a.runStage(ctx, stage)
	}
	for _, t := range a.tasks {
		if t.outcome.Result == ResultPending && t.begun {
			t.outcome.Result = ResultUnknown
		}
	}
	if a.stopErr == nil && a.writer != nil && a.report.Count(ResultPending)+a.report.Count(ResultUnknown) == 0 {
		return a.report, nil // ctx may have ended since, which does not matter
	}
	return a.report, a.stopReason(ctx)
}

// applier holds the state of one Apply.
type applier struct {
	plan    *Plan
	opts    ApplyOptions
	reader  userReader
	writer  userWriter // nil for a dry run
	journal *journal   // nil without one
	meter   *progressMeter
	report  *Report
	tasks   []*task
	leaves  leaveList

	mu            sync.Mutex
	stopErr       error // why no further task starts
	operations    map[*operation]bool
	failuresInRow int // retryable failures in a row, which may be the service's
}

// task is one person to be created, updated or deleted.
type task struct {
	item    *Item
	outcome *Outcome
	begun   bool // the write may have reached the service before
	create  dingtalk.CreateUserRequest
	update  dingtalk.UpdateUserRequest
}

// prepare checks the plan and makes its requests, so that a wrong plan is refused before anything is written.
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
	return fmt.Errorf("%w: %d of %d people, at most %d; review the plan, then raise MaxDeletionShare "+
		"or MaxDeletions", ErrTooManyDeletions, deletions, a.plan.People, max(most, 0))
}

// restore takes over the results in the journal.
func (a *applier) restore() {
	for _, t := range a.tasks {
		e := a.journal.entries[t.item.UserID]
		t.begun = e.open
		if e.result != "" {
			t.outcome.Result = e.result
		}
	}
}

// runStage processes the tasks of a stage, several at once.
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
