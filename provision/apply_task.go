package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
)

// How often a person is tried whose trouble may pass, beyond what the client repeats by itself, and with which
// pauses.
const (
	maxTries = 5
	minPause = time.Second
	maxPause = 30 * time.Second
)

// outageLength is the number of people in a row with passing trouble that is taken for trouble with the service.
const outageThreshold = 20

// do works on one person to an end.
func (a *applier) runTask(ctx context.Context, t *task) {
	if a.journal != nil {
		if err := a.journal.begin(t.item.UserID); err != nil {
			a.stop(err)
			return
		}
	}
	result, err := a.applyWithRetries(ctx, t)
	switch {
	case result != "":
	case t.begun:
		result = ResultUnknown
	case a.stopReason(ctx) != nil:
		result = ResultPending
	default:
		result = ResultFailed
	}
	a.finish(t, result, err)
}

// persist tries until it is settled, or trying again is of no use. Without a result the error stands.
func (a *applier) applyWithRetries(ctx context.Context, t *task) (result Result, err error) {
	for n := 1; ; n++ {
		result, err = a.applyOnce(ctx, t)
		if stop := fatal(err); result == "" && stop {
			a.stop(fmt.Errorf("provision: stopped: %w", err))
		}
		if result != "" || !retryable(err) || n == maxTries || a.stopReason(ctx) != nil {
			return result, err
		}
		e, _ := errors.AsType[*dingtalk.Error](err)
		if a.pause(ctx, e.RetryAfter+backoff.Delay(n, minPause, maxPause)) != nil {
			return result, err
		}
	}
}

// pause waits until the next try, or returns an error if there is none.
func (a *applier) pause(ctx context.Context, d time.Duration) error {
	ctx, end := a.startOperation(ctx)
	defer end()
	return backoff.Sleep(ctx, d)
}

func (a *applier) applyOnce(ctx context.Context, t *task) (Result, error) {
	switch t.item.Action {
	case ActionCreate:
		return a.createUser(ctx, t)
	case ActionUpdate:
		return a.updateUser(ctx, t)
	default:
		return a.deleteUser(ctx, t)
	}
}

// passing knows the trouble that another try may not meet.
func retryable(err error) bool {
	return !fatal(err) && (errors.Is(err, dingtalk.ErrTransient) || errors.Is(err, dingtalk.ErrRateLimited) ||
		errors.Is(err, dingtalk.ErrOutcomeUnknown))
}

func fatal(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && e.Fatal()
}

// finish notes what became of a person.
func (a *applier) finish(t *task, result Result, err error) {
	t.outcome.Result, t.outcome.Err = result, err
	if err != nil {
		t.outcome.Reason = reason(err)
	}
	if a.journal != nil && result != ResultUnknown { // of which the open line tells
		if err := a.journal.end(t.item.UserID, result, t.outcome.Reason); err != nil {
			a.stop(err)
		}
	}
	a.mu.Lock()
	if retryable(err) {
		a.failuresInRow++
	} else {
		a.failuresInRow = 0
	}
	outage := a.failuresInRow >= outageThreshold
	a.mu.Unlock()
	if outage {
		a.stop(fmt.Errorf("provision: stopped, for nothing works any more: %w", err))
	}
	if result != ResultPending || a.writer == nil {
		a.meter.add(result == ResultFailed || result == ResultConflict || result == ResultUnknown)
	}
}
