package stream

import (
	"context"
	"sync"
	"time"
)

// work counts what is under way. Its zero value is ready for use.
type work struct {
	mu      sync.Mutex
	count   int
	stopped bool
	idle    chan struct{} // closed when count becomes 0; nil while nothing waits for that
}

// begin counts one more, and reports whether more may begin.
func (w *work) begin() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.stopped {
		w.count++
	}
	return !w.stopped
}

// end counts one less.
func (w *work) end() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.count--; w.count == 0 && w.idle != nil {
		close(w.idle)
		w.idle = nil
	}
}

// stop lets nothing more begin.
func (w *work) stop() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.stopped = true
}

// wait waits until nothing is under way, and reports whether that was so before d had passed and ctx had ended.
func (w *work) wait(ctx context.Context, d time.Duration) bool {
	w.mu.Lock()
	if w.count == 0 {
		w.mu.Unlock()
		return true
	}
	if w.idle == nil {
		w.idle = make(chan struct{})
	}
	idle := w.idle
	w.mu.Unlock()
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-idle:
		return true
	case <-ctx.Done():
	case <-timer.C:
	}
	return false
}
