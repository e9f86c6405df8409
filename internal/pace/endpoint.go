package pace

import (
	"container/list"
	"time"
)

// maxEndpoints bounds what is remembered of paths, which may come from anywhere. Those beyond share a limit.
const maxEndpoints = 256

// bulkBurst is how many bulk calls may go out at once. With one, those that jitter holds up cost throughput.
const bulkBurst = 3

// endpoint is the limit of one path, and who waits for it.
type endpoint struct {
	window
	trips  trips
	lines  [2]list.List // of interactive calls and of bulk ones
	passed int          // interactive calls that went ahead of the first bulk one
	bulkAt instant      // before which no bulk call goes out
}

// endpoint is the one of a path.
func (l *Limiter) endpoint(path string, now instant) *endpoint {
	if l.limits.Endpoint == 0 {
		path = "" // one line for all
	}
	if e := l.endpoints[path]; e != nil {
		return e
	}
	if len(l.endpoints) >= maxEndpoints {
		l.tidy(now)
	}
	// While the shared one remembers calls, those of this path may be among them.
	shared := l.endpoints[""]
	if shared != nil && !shared.idle(now) {
		return shared
	}
	if len(l.endpoints) >= maxEndpoints {
		path = ""
		if shared != nil {
			return shared
		}
	}
	e := &endpoint{window: window{limit: l.limits.Endpoint, span: endpointSpan, thaw: l.frozen}}
	l.endpoints[path] = e
	return e
}

// tidy forgets the endpoints of which nothing is known that a new one would not have.
func (l *Limiter) tidy(now instant) {
	for path, e := range l.endpoints {
		if e.idle(now) && now >= e.thaw+e.span {
			delete(l.endpoints, path)
		}
	}
}

func (e *endpoint) idle(now instant) bool { return e.window.idle(now) && e.waiting() == 0 }

func (e *endpoint) line(bulk bool) *list.List {
	if bulk {
		return &e.lines[1]
	}
	return &e.lines[0]
}

func (e *endpoint) waiting() int { return e.lines[0].Len() + e.lines[1].Len() }

// ahead is how many there are before a newcomer.
func (e *endpoint) ahead(bulk bool) int {
	if bulk {
		return e.waiting()
	}
	return e.lines[0].Len()
}

// aheadOf is how many there are before one who waits.
func (e *endpoint) aheadOf(w *waiter) (n int) {
	for place := w.place.Prev(); place != nil; place = place.Prev() {
		n++
	}
	if w.bulk {
		n += e.lines[0].Len()
	}
	return n
}

// head is who of those who wait goes next.
func (e *endpoint) head() *waiter {
	interactive, bulk := e.lines[0].Front(), e.lines[1].Front()
	if interactive == nil || bulk != nil && e.passed >= patience {
		return bulk.Value.(*waiter)
	}
	return interactive.Value.(*waiter)
}

// open is when the next call can go, as far as this endpoint is concerned.
func (e *endpoint) open(bulk bool, now instant) instant {
	at := e.at(0, now, e.credit(now))
	if bulk {
		at = max(at, e.bulkAt)
	}
	return at
}

// credit takes as many answers to judge by as there are permits.
func (e *endpoint) credit(now instant) time.Duration {
	return min(e.trips.credit(now, e.limit), e.span)
}

// sent counts a call that goes out.
func (e *endpoint) sent(bulk bool, now instant) {
	e.take(now)
	switch {
	case bulk:
		e.passed = 0
		apart := e.apart(1)
		e.bulkAt = max(e.bulkAt, now-(bulkBurst-1)*apart) + apart
	case e.lines[1].Len() > 0:
		e.passed++
	}
}
