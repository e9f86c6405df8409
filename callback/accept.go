package callback

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"github.com/dingtalk-contacts/dingtalk-go/event"
)

var errShutdown = errors.New("the handler is shutting down")

// acceptAll hands the events of a message to the acceptor, within the budget of one. After the first that is not accepted
// DingTalk sends all again.
func (h *Handler) acceptAll(ctx context.Context, events []event.Event) error {
	ctx, cancel := context.WithTimeout(ctx, h.budget)
	defer cancel()
	for _, e := range events {
		switch e.Type {
		case event.CheckURL, event.CheckCreateSuiteURL, event.CheckUpdateSuiteURL:
			h.log.InfoContext(ctx, "DingTalk has checked the callback URL", "type", string(e.Type))
		default:
			if err := h.accept(ctx, e); err != nil {
				return fmt.Errorf("%v was not accepted: %w", e, err)
			}
		}
	}
	return nil
}

// accept hands an event to the acceptor, and returns at the end of the budget, even if the acceptor does not.
func (h *Handler) accept(ctx context.Context, e event.Event) error {
	ctx, cancel := context.WithTimeout(ctx, h.budget)
	done := make(chan error, 1)
	h.work.add()
	go func() {
		defer h.work.end()
		defer cancel()
		defer func() {
			if v := recover(); v != nil {
				h.log.ErrorContext(ctx, "the acceptor of a callback panicked", "event", e, "panic", v, "stack", string(debug.Stack()))
				done <- fmt.Errorf("the acceptor panicked: %v", v)
			}
		}()
		done <- h.to.Accept(ctx, e)
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

// Shutdown ends the handler: requests that it has begun are responded to, and those that come later are refused, so that
// DingTalk sends their events again. It waits for the requests and for Acceptor.Accept to return, also beyond the budget,
// or returns the error of ctx when that ends first. It may be called more than once.
func (h *Handler) Shutdown(ctx context.Context) error {
	select {
	case <-h.work.stop():
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// work counts what is under way. Its zero value is ready for use.
type work struct {
	mu      sync.Mutex
	count   int
	stopped chan struct{} // closed when nothing is under way any more; nil until stop
}

// begin counts one more, and reports whether more may begin.
func (w *work) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped != nil {
		return false
	}
	w.count++
	return true
}

// add counts one more as a part of one that has begun.
func (w *work) add() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.count++
}

// end counts one less.
func (w *work) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count--; w.count == 0 && w.stopped != nil {
		close(w.stopped)
	}
}

// stop lets nothing more begin, and returns a channel that is closed when nothing is under way.
func (w *work) stop() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.stopped == nil {
		w.stopped = make(chan struct{})
		if w.count == 0 {
			close(w.stopped)
		}
	}
	return w.stopped
}
