package dingtalkredis

import (
	"slices"
	"time"
)

// takeFallbackLocked grants a permit from this process's part of the limits while Redis is down, and returns how long to
// wait before the next one.
func (l *Limiter) takeFallbackLocked(q *endpointQueue, now time.Time) time.Duration {
	if wait, ok := l.health.mayUseFallback(now); !ok {
		return wait
	}
	l.ledger.prune(now)
	taken := l.ledger.taken
	var sameEndpoint []*call
	for _, c := range taken {
		if c.queue.endpoint == q.endpoint {
			sameEndpoint = append(sameEndpoint, c)
		}
	}
	at := l.endpoint.part(l.health.fleet).earliest(sameEndpoint, l.blockedUntil, now)
	if other := l.address.part(l.health.fleet).earliest(taken, l.blockedUntil, now); other.After(at) {
		at = other
	}
	if wait := at.Sub(now); wait > 0 {
		if wait > never/2 { // the response to a call in flight will wake the queue
			return l.endpoint.span
		}
		q.rejectLate(at, now)
		return wait
	}
	c := l.newCallLocked(q)
	c.validFrom = now
	l.grantLocked(c, now)
	l.reportLocked(c, now)
	return 0
}

// part returns one process's part of a limit. If the limit has less than one call for each process, each gets one call in
// a longer window, at half of the rate in all, because the processes cannot arrange their turns.
func (m limit) part(fleet int) limit {
	if m.n >= fleet {
		return limit{m.n / fleet, m.span}
	}
	return limit{1, m.span * time.Duration(2*fleet) / time.Duration(m.n)}
}

// earliest returns when another call may be sent beside those whose permits are taken. After a block calls are sent one
// by one, spread over the first window.
func (m limit) earliest(taken []*call, blockedUntil, now time.Time) time.Time {
	at := now
	if blockedUntil.After(now) {
		at = blockedUntil
	}
	freeAt := make([]time.Time, 0, len(taken))
	for _, c := range taken {
		if t := c.freeAt(m.span, now); t.After(at) {
			freeAt = append(freeAt, t)
		}
	}
	spaced := blockedUntil.Add(m.span * time.Duration(len(freeAt)) / time.Duration(m.n))
	resuming := at.Before(blockedUntil.Add(m.span))
	if len(freeAt) >= m.n {
		slices.SortFunc(freeAt, time.Time.Compare)
		at = freeAt[len(freeAt)-m.n]
	}
	if resuming && spaced.After(at) {
		at = spaced
	}
	return at
}
