package dingtalkredis

import (
	"context"
	"time"
)

// ensureHeartbeatLocked starts the heartbeat unless it runs: Redis hears from this process while it has calls to make,
// and learns how they end.
func (l *Limiter) ensureHeartbeatLocked() {
	if l.heartbeatOn {
		return
	}
	l.heartbeatOn, l.heartbeatSince = true, time.Now()
	go l.heartbeat()
}

// heartbeat syncs with Redis when no permit is requested, until there is nothing left to report.
func (l *Limiter) heartbeat() {
	for {
		l.mu.Lock()
		at, ok := l.nextHeartbeatLocked()
		if !ok {
			l.heartbeatOn = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		if wait := time.Until(at); wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-l.heartbeatWake:
			}
			timer.Stop()
			continue
		}
		_, _ = l.sync(nil, nil) // which records its own result
	}
}

// nextHeartbeatLocked returns when the next heartbeat is due, and false if none is.
func (l *Limiter) nextHeartbeatLocked() (at time.Time, ok bool) {
	h := &l.health
	busy, pending := l.busyLocked(), len(l.ledger.pendingReports) > 0
	switch {
	case h.down():
		delay := probeInterval
		if h.failures == 1 {
			delay = retryDelay
		}
		return h.lastAttempt.Add(delay), busy || pending
	case l.reportBlock:
		return h.lastAttempt, true
	}
	at = h.lastAttempt.Add(probeInterval)
	if first := l.heartbeatSince.Add(probeInterval); first.After(at) { // the call that started it will request a permit soon
		at = first
	}
	if flush := l.ledger.pendingSince.Add(l.endpoint.span / 4); pending && (!busy || flush.Before(at)) {
		at = flush
	}
	return at, busy || pending || h.registered
}

// wakeHeartbeat makes the heartbeat compute its time again.
func (l *Limiter) wakeHeartbeat() {
	select {
	case l.heartbeatWake <- struct{}{}:
	default:
	}
}

// Flush reports the calls that are not reported yet. A program that ends soon after its last call should call it:
// otherwise the permits of its last calls come back to other processes after 16 s, or the attempt timeout if that is
// longer, and these may pause for some seconds because they cannot know whether it is alive. The limiter remains usable.
func (l *Limiter) Flush(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { //nolint:contextcheck // the reply is for all calls, not only for this one
		_, err := l.sync(nil, nil)
		done <- err
	}()
	select {
	case err := <-done:
		return wrapError("report to Redis", err)
	case <-ctx.Done():
		return ctx.Err()
	}
}
