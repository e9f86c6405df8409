package dingtalkredis

import "time"

// ensureDispatchLocked starts what gets permits for a queue, unless it runs.
func (l *Limiter) ensureDispatchLocked(q *endpointQueue) {
	if !q.dispatching {
		q.dispatching = true
		go l.dispatch(q)
	}
	l.ensureHeartbeatLocked()
}

// dispatch gets permits for a queue, one after the other, until it is empty. A permit goes to the call that is the first
// when it arrives, which may have come after the request.
func (l *Limiter) dispatch(q *endpointQueue) {
	for {
		l.mu.Lock()
		now := time.Now()
		changed := l.changed
		if q.len() == 0 {
			q.dispatching = false
			l.mu.Unlock()
			return
		}
		var wait time.Duration
		switch {
		case l.blockedUntil.Sub(now) > horizon:
			q.rejectBlocked(l.blockedUntil.Sub(now))
		case l.health.inFallback(now):
			wait = l.takeFallbackLocked(q, now)
		default:
			l.mu.Unlock()
			wait = l.requestPermit(q)
			l.mu.Lock()
		}
		l.mu.Unlock()
		if wait > 0 {
			q.wait(wait, changed)
		}
	}
}

// requestPermit gets a permit from Redis, and returns how long to wait before the next request.
func (l *Limiter) requestPermit(q *endpointQueue) time.Duration {
	l.mu.Lock()
	c := l.newCallLocked(q)
	l.mu.Unlock()
	r, err := l.sync(q, c)

	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch {
	case err != nil:
		c.maybeGranted = true
		l.discardLocked(c, now)
		return retryDelay
	case !r.granted && l.blockedUntil.Sub(now) > horizon:
		return 0 // dispatch rejects the calls
	case !r.granted:
		q.rejectLate(now.Add(r.minWait), now)
		return r.wait
	}
	at := now.Add(r.wait)
	c.validFrom = at
	q.rejectLate(at, now)
	for q.len() > 0 && !l.blockedUntil.After(at) {
		now = time.Now()
		wait := at.Sub(now)
		if wait <= 0 {
			l.grantLocked(c, now)
			return 0
		}
		changed := l.changed
		l.mu.Unlock()
		q.wait(wait, changed)
		l.mu.Lock()
	}
	l.discardLocked(c, time.Now())
	return 0
}
