package stream

import (
	"context"
	"errors"
	"runtime/debug"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

var errPanic = errors.New("the acceptor panicked")

// handle hands the event of a frame to the acceptor, and returns the status with which to reply. The caller holds an
// element of handlers, which is released when the acceptor has returned, and not before.
func (r *run) handle(message []byte, f *frame) string {
	e, err := event.Decode(message)
	if err != nil {
		<-r.handlers
		e.ID = string(f.Headers.EventID) // without one, any two of these events are taken for one that came again
	} else {
		err = r.accept(e)
	}
	if err != nil {
		r.log.Warn("an event was refused and will come again", "event", e, "error", err)
		r.refusals.refused(e.ID)
		return statusLater
	}
	r.report(r.refusals.accepted(e.ID))
	return statusSuccess
}

// accept calls the acceptor, and returns at the end of the budget, even if the acceptor does not.
func (r *run) accept(e event.Event) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.ctx), r.budget)
	done := make(chan error, 1)
	r.accepting.begin()
	go func() {
		defer r.accepting.end()
		defer func() { <-r.handlers }()
		defer cancel()
		defer func() {
			if v := recover(); v != nil {
				r.log.Error("the acceptor of events panicked", "event", e, "panic", v, "stack", string(debug.Stack()))
				done <- errPanic
			}
		}()
		done <- r.to.Accept(ctx, e)
	}()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done: // both at once; the end of Accept ends ctx as well
		return err
	default:
		return ctx.Err()
	}
}
