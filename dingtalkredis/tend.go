package dingtalkredis

import (
	"context"
	"time"
)

// tend sees to it that Redis hears from this process while it has calls to make, and of their ends. It is called with
// the lock.
func (l *Limiter) tend() {
	if l.tending {
		return
	}
	l.tending, l.tendedAt = true, time.Now()
	go l.keepInTouch()
}

// keepInTouch contacts Redis where nobody asks it for a permit, until there is no more to tell.
func (l *Limiter) keepInTouch() {
	for {
		l.mu.Lock()
		at, ok := l.nextContact()
		if !ok {
			l.tending = false
			l.mu.Unlock()
			return
		}
		l.mu.Unlock()
		if wait := time.Until(at); wait > 0 {
			timer := time.NewTimer(wait)
			select {
			case <-timer.C:
			case <-l.wake:
			}
			timer.Stop()
			continue
		}
		_, _ = l.exchange(nil, nil) // what it means was noted
	}
}

// nextContact is when Redis has to hear from this process, or no if it need not.
func (l *Limiter) nextContact() (at time.Time, ok bool) {
	k := &l.contact
	busy, news := l.busy(), len(l.news) > 0
	switch {
	case !k.lost.IsZero():
		gap := probeGap
		if k.misses == 1 {
			gap = retryGap
		}
		return k.tried.Add(gap), busy || news
	case l.urgent:
		return k.tried, true
	}
	at = k.tried.Add(probeGap)
	if first := l.tendedAt.Add(probeGap); first.After(at) { // who came will ask soon
		at = first
	}
	if flush := l.newsAt.Add(l.endpoint.span / 4); news && (!busy || flush.Before(at)) {
		at = flush
	}
	return at, busy || news || k.present
}

// busy says whether there are calls to make, or under way.
func (l *Limiter) busy() bool { return l.waiting > 0 || l.flying > 0 }

// rouse makes the time of the next contact be reconsidered.
func (l *Limiter) rouse() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Flush reports what has not been reported yet. A program that ends soon after its last call should call it: else
// the permits of its last calls come back to the others after 16 s or the attempt timeout, and they may pause for
// some seconds because they cannot tell whether it lives. The limiter can be used on.
func (l *Limiter) Flush(ctx context.Context) error {
	done := make(chan error, 1)
	go func() { //nolint:contextcheck // what it learns is for all
		_, err := l.exchange(nil, nil)
		done <- err
	}()
	select {
	case err := <-done:
		return failure("report to Redis", err)
	case <-ctx.Done():
		return ctx.Err()
	}
}
