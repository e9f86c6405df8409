package pace

import (
	"container/list"
	"context"
	"errors"
	"math"
	"slices"
	"time"
)

const (
	// patience is how many interactive calls in a row may go ahead of a bulk one.
	patience = 20

	// never is an instant that does not come.
	never = instant(math.MaxInt64)
)

// waiter is a call in line.
type waiter struct {
	endpoint *endpoint
	bulk     bool
	number   uint64        // in the order of arrival
	place    *list.Element // in its line; nil once it has left
	deadline instant       // 0: none

	done   chan struct{} // closed when it is decided:
	permit *Permit
	err    error
}

// goesBefore says who of two that could both go now goes first.
func (w *waiter) goesBefore(v *waiter) bool {
	if w.yields() != v.yields() {
		return v.yields()
	}
	return w.number < v.number
}

func (w *waiter) yields() bool { return w.bulk && w.endpoint.passed < patience }

func (l *Limiter) enqueue(w *waiter) {
	l.arrivals++
	w.number = l.arrivals
	w.place = w.endpoint.line(w.bulk).PushBack(w)
	if !slices.Contains(l.crowded, w.endpoint) {
		l.crowded = append(l.crowded, w.endpoint)
	}
}

func (l *Limiter) dequeue(w *waiter) {
	e := w.endpoint
	e.line(w.bulk).Remove(w.place)
	w.place = nil
	if e.waiting() == 0 {
		e.passed = 0
		l.crowded = slices.DeleteFunc(l.crowded, func(other *endpoint) bool { return other == e })
	}
}

// dispatch lets go whoever can go now, and sets the alarm for who can go next.
func (l *Limiter) dispatch(now instant) {
	for {
		w, at := l.next(now)
		if at > now {
			l.wakeAt(at, now)
			return
		}
		l.dequeue(w)
		w.permit = l.grant(w.endpoint, w.bulk, now)
		close(w.done)
	}
}

// next is who goes next, and when that can be at the earliest.
func (l *Limiter) next(now instant) (first *waiter, at instant) {
	if len(l.crowded) == 0 {
		return nil, never
	}
	at = never
	for _, e := range l.crowded {
		w := e.head()
		open := e.open(w.bulk, now)
		if open < at || open == at && w.goesBefore(first) {
			first, at = w, open
		}
	}
	return first, max(at, l.address.at(0, now, 0), l.frozen)
}

// wakeAt sets the alarm, which goes with the last who waits.
func (l *Limiter) wakeAt(at, now instant) {
	switch {
	case at == never:
		if l.timer != nil {
			l.timer.Stop() // one that rings all the same does no harm
			l.timer = nil
		}
	case l.timer == nil:
		l.timer = time.AfterFunc(at-now, l.wake)
	case at != l.alarm:
		l.timer.Reset(at - now)
	}
	l.alarm = at
}

func (l *Limiter) wake() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.alarm = 0 // it has rung
	l.dispatch(l.now())
}

// earliest is when a call with so many ahead of it can go at the earliest.
func (l *Limiter) earliest(e *endpoint, ahead int, now instant) instant {
	return max(e.at(ahead, now, e.credit(now)), l.address.at(ahead, now, 0), l.frozen)
}

// leave is the end of waiting for whoever waits no longer.
func (l *Limiter) leave(ctx context.Context, w *waiter) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	switch {
	case w.place == nil && w.permit == nil: // refused just now
		return w.err
	case w.place == nil: // let go just now
		w.permit.release(now, Outcome{Unsent: true})
		return ctx.Err()
	}
	at := l.earliest(w.endpoint, w.endpoint.aheadOf(w), now)
	l.dequeue(w)
	l.dispatch(now)
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return exceeded(at-now, ctx.Err())
	}
	return ctx.Err()
}

// refuse sends those away whose deadline comes before the end of a block.
func (l *Limiter) refuse(until, now instant) {
	for _, e := range slices.Clone(l.crowded) {
		for _, bulk := range []bool{false, true} {
			for place := e.line(bulk).Front(); place != nil; {
				w := place.Value.(*waiter)
				place = place.Next()
				if w.deadline == 0 || w.deadline > until {
					continue
				}
				l.dequeue(w)
				w.err = exceeded(until-now, nil)
				close(w.done)
			}
		}
	}
}
