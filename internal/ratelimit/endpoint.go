package ratelimit

import "time"

// maxEndpoints bounds the endpoints in memory, because a caller may pass any path. Further paths share one limit.
const maxEndpoints = 256

// maxSharedEndpoints is the same of a shared limiter, which counts each organization for itself.
const maxSharedEndpoints = 16_384

// bulkBurst is how many bulk calls may be sent at once. With a burst of one, calls delayed by jitter cost throughput.
const bulkBurst = 3

// endpoint holds the limit of one path and its waiting calls.
type endpoint struct {
	window
	rtt        rttWindow
	queue      queue
	nextBulkAt instant // no bulk call is sent before
}

// endpoint returns the endpoint of a path, and creates it if necessary.
func (l *Limiter) endpoint(path string, now instant) *endpoint {
	if l.limits.Endpoint == 0 {
		path = "" // without a limit all paths share one queue
	}
	if e := l.endpoints[path]; e != nil {
		return e
	}
	if len(l.endpoints) >= l.maxEndpoints() {
		l.evictIdle(now)
	}
	// As long as the shared endpoint remembers calls, calls to this path may be among them.
	shared := l.endpoints[""]
	if shared != nil && !shared.idle(now) {
		return shared
	}
	if len(l.endpoints) >= l.maxEndpoints() {
		path = ""
		if shared != nil {
			return shared
		}
	}
	e := &endpoint{window: window{limit: l.limits.Endpoint, span: endpointSpan, resumeAt: l.blockedUntil}}
	l.endpoints[path] = e
	return e
}

func (l *Limiter) maxEndpoints() int {
	if l.limits.Shared {
		return maxSharedEndpoints
	}
	return maxEndpoints
}

// evictIdle removes the endpoints that hold nothing that a new one would lack.
func (l *Limiter) evictIdle(now instant) {
	for path, e := range l.endpoints {
		if e.idle(now) && now >= e.resumeAt+e.span {
			delete(l.endpoints, path)
		}
	}
}

// idle reports whether no call waits, is in flight, or still counts.
func (e *endpoint) idle(now instant) bool { return e.window.idle(now) && e.queue.len() == 0 }

// nextAt returns when the next call can be sent as far as this endpoint is concerned.
func (e *endpoint) nextAt(bulk bool, now instant) instant {
	at := e.freeAt(0, now, e.credit(now))
	if bulk {
		at = max(at, e.nextBulkAt)
	}
	return at
}

// credit returns the credit of the endpoint, which needs as many round trips as there are permits.
func (e *endpoint) credit(now instant) time.Duration {
	return min(e.rtt.credit(now, e.limit), e.span)
}

// takePermit takes a permit for a call that is sent now.
func (e *endpoint) takePermit(bulk bool, now instant) {
	e.take(now)
	e.queue.countSent(bulk)
	if bulk {
		interval := e.spacing(1)
		e.nextBulkAt = max(e.nextBulkAt, now-(bulkBurst-1)*interval) + interval
	}
}
