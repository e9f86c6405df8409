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
	tries      = 5
	firstPause = time.Second
	longPause  = 30 * time.Second
)

// outageLength is the number of people in a row with passing trouble that is taken for trouble with the service.
const outageLength = 20

// do works on one person to an end.
func (a *applying) do(ctx context.Context, t *task) {
	if a.journal != nil {
		if err := a.journal.begin(t.item.UserID); err != nil {
			a.halt(err)
			return
		}
	}
	result, err := a.persist(ctx, t)
	switch {
	case result != "":
	case t.begun:
		result = ResultUnknown
	case a.stopped(ctx) != nil:
		result = ResultPending
	default:
		result = ResultFailed
	}
	a.finish(t, result, err)
}

// persist tries until it is settled, or trying again is of no use. Without a result the error stands.
func (a *applying) persist(ctx context.Context, t *task) (result Result, err error) {
	for n := 1; ; n++ {
		result, err = a.try(ctx, t)
		if stop := hopeless(err); result == "" && stop {
			a.halt(fmt.Errorf("provision: stopped: %w", err))
		}
		if result != "" || !passing(err) || n == tries || a.stopped(ctx) != nil {
			return result, err
		}
		e, _ := errors.AsType[*dingtalk.Error](err)
		if a.pause(ctx, e.RetryAfter+backoff.Delay(n, firstPause, longPause)) != nil {
			return result, err
		}
	}
}

// pause waits until the next try, or returns an error if there is none.
func (a *applying) pause(ctx context.Context, d time.Duration) error {
	ctx, end := a.begin(ctx)
	defer end()
	return backoff.Sleep(ctx, d)
}

func (a *applying) try(ctx context.Context, t *task) (Result, error) {
	switch t.item.Action {
	case ActionCreate:
		return a.create(ctx, t)
	case ActionUpdate:
		return a.change(ctx, t)
	default:
		return a.remove(ctx, t)
	}
}

// passing knows the trouble that another try may not meet.
func passing(err error) bool {
	return !hopeless(err) && (errors.Is(err, dingtalk.ErrTransient) || errors.Is(err, dingtalk.ErrRateLimited) ||
		errors.Is(err, dingtalk.ErrOutcomeUnknown))
}

func hopeless(err error) bool {
	e, ok := errors.AsType[*dingtalk.Error](err)
	return ok && e.Fatal()
}

// finish notes what became of a person.
func (a *applying) finish(t *task, result Result, err error) {
	t.outcome.Result, t.outcome.Err = result, err
	if err != nil {
		t.outcome.Reason = reason(err)
	}
	if a.journal != nil && result != ResultUnknown { // of which the open line tells
		if err := a.journal.end(t.item.UserID, result, t.outcome.Reason); err != nil {
			a.halt(err)
		}
	}
	a.mu.Lock()
	if passing(err) {
		a.outage++
	} else {
		a.outage = 0
	}
	outage := a.outage >= outageLength
	a.mu.Unlock()
	if outage {
		a.halt(fmt.Errorf("provision: stopped, for nothing works any more: %w", err))
	}
	if result != ResultPending || a.write == nil {
		a.meter.add(result == ResultFailed || result == ResultConflict || result == ResultUnknown)
	}
}
