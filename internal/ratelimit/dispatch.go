package ratelimit

import (
	"context"
	"errors"
	"math"
	"slices"
	"time"
)

// never is later than any other instant.
const never = instant(math.MaxInt64)

func (l *Limiter) enqueue(w *waiter) {
	l.enqueued++
	w.seq = l.enqueued
	w.endpoint.queue.enqueue(w)
	if !slices.Contains(l.waiting, w.endpoint) {
		l.waiting = append(l.waiting, w.endpoint)
	}
}

func (l *Limiter) dequeue(w *waiter) {
	e := w.endpoint
	e.queue.dequeue(w)
	if e.queue.len() == 0 {
		l.waiting = slices.DeleteFunc(l.waiting, func(other *endpoint) bool { return other == e })
	}
}

// dispatch grants permits to all calls that can be sent now, and sets the timer for the next one.
func (l *Limiter) dispatch(now instant) {
	for {
		w, at := l.next(now)
		if at > now {
			l.setTimer(at, now)
			return
		}
		l.dequeue(w)
		w.permit = l.grant(w.endpoint, w.bulk, now)
		close(w.done)
	}
}

// next returns the call that goes next, and when it can be sent at the earliest.
func (l *Limiter) next(now instant) (first *waiter, at instant) {
	if len(l.waiting) == 0 {
		return nil, never
	}
	at = never
	for _, e := range l.waiting {
		w := e.queue.first()
		nextAt := e.nextAt(w.bulk, now)
		if nextAt < at || nextAt == at && w.less(first) {
			first, at = w, nextAt
		}
	}
	return first, max(at, l.address.freeAt(0, now, 0), l.blockedUntil)
}

// setTimer sets the timer, or stops it when no call waits.
func (l *Limiter) setTimer(at, now instant) {
	switch {
	case at == never:
		if l.timer != nil {
			l.timer.Stop() // a timer that fires all the same does no harm
			l.timer = nil
		}
	case l.timer == nil:
		l.timer = time.AfterFunc(at-now, l.onTimer)
	case at != l.timerAt:
		l.timer.Reset(at - now)
	}
	l.timerAt = at
}

func (l *Limiter) onTimer() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.timerAt = 0 // it has fired
	l.dispatch(l.now())
}

// earliest returns when a call with that many ahead of it can be sent at the earliest.
func (l *Limiter) earliest(e *endpoint, ahead int, now instant) instant {
	return max(e.freeAt(ahead, now, e.credit(now)), l.address.freeAt(ahead, now, 0), l.blockedUntil)
}

// cancel ends the wait of a call whose context has ended, and returns its error.
func (l *Limiter) cancel(ctx context.Context, w *waiter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now, err := l.now(), ctx.Err()
	if w.elem == nil { // granted or refused at the same time
		if w.permit != nil {
			w.permit.release(now, Outcome{Unsent: true})
		}
		return err
	}
	if errors.Is(err, context.DeadlineExceeded) {
		err = limitError(l.earliest(w.endpoint, w.endpoint.queue.aheadOf(w), now)-now, err)
	}
	l.dequeue(w)
	l.dispatch(now)
	return err
}
