package dingtalk

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/rest"
)

// gate holds calls back while DingTalk bans the client (ban.go), and while HTML pages of another site come in place of
// responses (breaker.go). A client shares it with its copies. It works with every limiter, and with none.
//
// A call passes it twice: with pass before it gets a token and a permit, and with enter before a request is sent. What
// waits for the limiter in between is interrupted when the gate changes (pace.go).
type gate struct {
	logger *slog.Logger
	clear  atomic.Bool // nothing holds calls back, so that the rest need not be looked at

	mu      sync.Mutex
	ban     ban
	breaker breaker
	change  context.Context // is canceled, and replaced, when a ban begins and when the breaker changes
	changed context.CancelFunc
}

func newGate(logger *slog.Logger) *gate {
	g := &gate{logger: logger}
	g.clear.Store(true)
	g.change, g.changed = context.WithCancel(context.Background())
	return g
}

// hold describes why calls are held back.
type hold struct {
	err   error
	class error
	until time.Time // when one may be sent at the earliest
	ban   bool
}

// refuse returns the error of a call that is held back and does not wait.
func (h *hold) refuse(op string, now time.Time) *Error {
	return &Error{Op: op, RetryAfter: h.until.Sub(now), Err: h.err, class: h.class}
}

// holdLocked returns why calls are held back, or nil.
func (g *gate) holdLocked(now time.Time) *hold {
	if now.Before(g.ban.until) {
		return &hold{g.ban.refusal(now), ErrRateLimited, g.ban.until, true}
	}
	if at, ok := g.breaker.mayEnter(now); !ok {
		return &hold{&pageError{next: at.Sub(now)}, ErrTransient, at, false}
	}
	return nil
}

// holds reports whether calls are held back.
func (g *gate) holds() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.holdLocked(time.Now()) != nil
}

// pass returns when a call may be sent, or an error. Only calls of Bulk wait: not beyond the deadline if there is one, and
// for the end of pages not longer than maxPageWait, of which the call has spent a part.
func (g *gate) pass(ctx context.Context, call *Call, deadline time.Time, spent *time.Duration) *Error {
	for !g.clear.Load() {
		g.mu.Lock()
		now := time.Now()
		logEnd := g.endBanLocked(ctx, now)
		h, change := g.holdLocked(now), g.change
		g.mu.Unlock()
		logEnd()
		if h == nil {
			return nil
		}
		wait := h.until.Sub(now)
		switch {
		case !call.bulk, !deadline.IsZero() && deadline.Before(h.until), !h.ban && *spent >= maxPageWait:
			e := h.refuse(call.Op, now)
			e.fatal = call.bulk // the rest of a loop would be refused as well
			return e
		case !h.ban:
			wait = min(wait, maxPageWait-*spent)
		}
		g.announce(ctx, h)
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-change.Done():
		case <-ctx.Done():
		}
		timer.Stop()
		if !h.ban {
			*spent += time.Since(now)
		}
		if ctx.Err() != nil {
			return &Error{Op: call.Op, Err: rest.ContextError(ctx)}
		}
	}
	return nil
}

// announce logs that a call waits, if it is the first of Bulk that waits for the end of this ban, or of these pages.
func (g *gate) announce(ctx context.Context, h *hold) {
	g.mu.Lock()
	announced := &g.breaker.announced
	if h.ban {
		announced = &g.ban.announced
	}
	first := !*announced
	*announced = true
	g.mu.Unlock()
	if first {
		g.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk calls wait",
			slog.String("cause", h.err.Error()), slog.Time("until", h.until))
	}
}

// enter reports whether a request may be sent, and whether it probes for the breaker. If so, record must be called.
func (g *gate) enter() (probe, ok bool) {
	if g.clear.Load() {
		return false, true
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	now := time.Now()
	if g.holdLocked(now) != nil {
		return false, false
	}
	return g.breaker.enter(now), true
}

// record learns from the end of an attempt, and completes its error.
func (g *gate) record(ctx context.Context, probe bool, res *result) {
	if g.clear.Load() && res.outcome.Blocked == 0 && !res.foreignPage {
		return
	}
	if res.outcome.Blocked > 0 {
		g.block(ctx, res.outcome.Blocked, res.banCause())
	}
	g.mu.Lock()
	now := time.Now()
	var log func()
	switch b := &g.breaker; {
	case res.documented:
		log = g.closeBreakerLocked(ctx, now)
	case res.foreignPage:
		log = g.openBreakerLocked(ctx, probe, now)
		res.err.RetryAfter = b.next.Sub(now)
		res.err.Err = &pageError{next: res.err.RetryAfter, cause: res.err.Err}
	case probe && !b.closed():
		b.probed(now, ctx.Err() != nil)
		g.changeLocked() // a call that waits may be the next probe
	}
	g.mu.Unlock()
	if log != nil {
		log()
	}
}

// changeLocked interrupts the calls that wait.
func (g *gate) changeLocked() {
	g.changed()
	g.change, g.changed = context.WithCancel(context.Background())
	g.clear.Store(g.ban.until.IsZero() && g.breaker.closed())
}
