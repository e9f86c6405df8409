package provision

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/backoff"
)

// The retries of a person after retryable errors, in addition to those of the client.
const (
	maxTries = 5
	minPause = time.Second
	maxPause = 30 * time.Second
)

// outageThreshold is the number of retryable errors in a row that means a service outage.
const outageThreshold = 20

// runTask processes one person and records the result.
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

// applyWithRetries repeats until there is a result, or until another attempt cannot succeed. Without a result it
// returns the error.
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

// pause waits before the next try, or returns an error if there is no next try.
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

// retryable reports whether another try may succeed.
func retryable(err error) bool {
	return !fatal(err) && (errors.Is(err, dingtalk.ErrTransient) || errors.Is(err, dingtalk.ErrRateLimited) ||
		errors.Is(err, dingtalk.ErrOutcomeUnknown))
}

// fatal reports whether every further call would fail in the same way.
func fatal(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && e.Fatal()
}

// finish records the result of a person.
func (a *applier) finish(t *task, result Result, err error) {
	t.outcome.Result, t.outcome.Err = result, err
	if err != nil {
		t.outcome.Reason = reason(err)
	}
	if a.journal != nil && result != ResultUnknown { // for ResultUnknown the open entry remains
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
		a.stop(fmt.Errorf("provision: stopped after repeated failures: %w", err))
	}
	if result != ResultPending || a.writer == nil {
		a.meter.add(result == ResultFailed || result == ResultConflict || result == ResultUnknown)
	}
}
