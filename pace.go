package dingtalk

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// WithMaxWait sets the longest time that a call waits for the rate limit if its context has no deadline, calls of Bulk
// included. If the limit has no room until then the call fails at once, as with a deadline: ErrRateLimited with a
// *LimitError. The default is to wait as long as it takes.
func WithMaxWait(d time.Duration) Option {
	return func(c *config) {
		c.maxWait = d
		c.require(d > 0, "WithMaxWait: the time must be positive")
	}
}

// startWait returns the context with which a call waits for the limiter from start on: it also ends when the gate changes,
// and at last if that is set. end must be called when the wait is over.
func (c *Client) startWait(ctx context.Context, start, last time.Time) (wait context.Context, end func()) {
	var cancel context.CancelFunc
	if deadline, ok := ctx.Deadline(); last.IsZero() || ok && !last.Before(deadline) {
		wait, cancel = context.WithCancel(ctx) // which ends no earlier than ctx
	} else {
		wait, cancel = context.WithDeadline(ctx, last)
	}
	ignoreGate := c.gate.onChange(cancel)
	waits := c.waits.add(start)
	return wait, func() {
		c.waits.remove(waits)
		ignoreGate()
		cancel()
	}
}

// lastWait returns until when a call may wait: the deadline of ctx, or else the end that WithMaxWait sets, or zero.
func (c *Client) lastWait(ctx context.Context, now time.Time, spent *waitTimes) time.Time {
	if deadline, ok := ctx.Deadline(); ok || c.maxWait == 0 {
		return deadline
	}
	return now.Add(c.maxWait - spent.paced)
}

// onChange calls f when the gate changes, or at once if it holds calls back already.
func (g *gate) onChange(f func()) (stop func() bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.holdLocked(time.Now()) != nil {
		f()
	}
	return context.AfterFunc(g.change, f)
}

const (
	// longWait is how long a call waits for the limiter before that is logged.
	longWait = 5 * time.Second
	// waitLogInterval is the time between two such log records.
	waitLogInterval = time.Minute
)

// waits logs that calls have been waiting for the limiter for long. It has a timer while calls wait.
type waits struct {
	logger *slog.Logger

	mu     sync.Mutex
	calls  map[*waitingCall]struct{}
	timer  *time.Timer // nil: no call waits
	logged time.Time
}

// waitingCall is a call that waits for the limiter.
type waitingCall struct{ since time.Time }

func (w *waits) add(since time.Time) *waitingCall {
	call := &waitingCall{since}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.calls == nil {
		w.calls = map[*waitingCall]struct{}{}
	}
	w.calls[call] = struct{}{}
	if w.timer == nil {
		w.timer = time.AfterFunc(longWait, w.check)
	}
	return call
}

func (w *waits) remove(call *waitingCall) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.calls, call)
}

// check logs if a call has waited for long, and sets the timer for the next time.
func (w *waits) check() {
	w.mu.Lock()
	if len(w.calls) == 0 {
		w.timer = nil
		w.mu.Unlock()
		return
	}
	now := time.Now()
	oldest := now
	for call := range w.calls {
		if call.since.Before(oldest) {
			oldest = call.since
		}
	}
	due := oldest.Add(longWait)
	if next := w.logged.Add(waitLogInterval); next.After(due) {
		due = next
	}
	log := !due.After(now)
	if log {
		w.logged, due = now, now.Add(waitLogInterval)
	}
	w.timer.Reset(due.Sub(now))
	waiting := len(w.calls)
	w.mu.Unlock()
	if log {
		w.logger.LogAttrs(context.Background(), slog.LevelWarn, "dingtalk calls wait",
			slog.String("cause", "the rate limit"), slog.Int("waiting", waiting), slog.Duration("longest", now.Sub(oldest)))
	}
}
