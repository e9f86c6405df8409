package dingtalk

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
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

// paceContext is the context that a limiter gets: it also ends when the gate changes, and at a deadline that WithMaxWait
// sets. The call counts as waiting from when the limiter first asks for Done.
type paceContext struct {
	context.Context // the caller's

	gate     *gate
	waits    *waits
	deadline time.Time // of WithMaxWait; zero: none
	waiting  atomic.Pointer[pacedWait]
	start    sync.Once
}

// pacedWait is what a paceContext consists of once its call waits.
type pacedWait struct {
	context.Context
	cancel context.CancelFunc
	stop   func() bool // ignores the gate from now on
}

func (p *paceContext) Deadline() (time.Time, bool) {
	if !p.deadline.IsZero() {
		return p.deadline, true
	}
	return p.Context.Deadline()
}

func (p *paceContext) Err() error {
	if w := p.waiting.Load(); w != nil {
		return w.Err()
	}
	return p.Context.Err()
}

func (p *paceContext) Done() <-chan struct{} {
	p.start.Do(func() {
		w := &pacedWait{}
		if p.deadline.IsZero() {
			w.Context, w.cancel = context.WithCancel(p.Context)
		} else {
			w.Context, w.cancel = context.WithDeadline(p.Context, p.deadline)
		}
		w.stop = p.gate.onChange(w.cancel)
		p.waits.add(p)
		p.waiting.Store(w)
	})
	return p.waiting.Load().Done()
}

// end ends the wait.
func (p *paceContext) end() {
	if w := p.waiting.Load(); w != nil {
		w.stop()
		w.cancel()
		p.waits.remove(p)
	}
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
	since  map[*paceContext]time.Time
	timer  *time.Timer // nil: no call waits
	logged time.Time
}

func (w *waits) add(p *paceContext) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.since == nil {
		w.since = map[*paceContext]time.Time{}
	}
	w.since[p] = time.Now()
	if w.timer == nil {
		w.timer = time.AfterFunc(longWait, w.check)
	}
}

func (w *waits) remove(p *paceContext) {
	w.mu.Lock()
	defer w.mu.Unlock()
	delete(w.since, p)
}

// check logs if a call has waited for long, and sets the timer for the next time.
func (w *waits) check() {
	w.mu.Lock()
	if len(w.since) == 0 {
		w.timer = nil
		w.mu.Unlock()
		return
	}
	now := time.Now()
	oldest := now
	for _, since := range w.since {
		if since.Before(oldest) {
			oldest = since
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
	waiting := len(w.since)
	w.mu.Unlock()
	if log {
		w.logger.LogAttrs(context.Background(), slog.LevelWarn, "dingtalk calls wait",
			slog.String("cause", "the rate limit"), slog.Int("waiting", waiting), slog.Duration("longest", now.Sub(oldest)))
	}
}
