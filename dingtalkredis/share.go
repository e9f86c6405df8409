package dingtalkredis

import (
	"slices"
	"time"
)

// takeShare gets a permit from the part of the limits that is this process's while Redis is away, and says when
// there will be another. It is called with the lock, which it keeps.
func (l *Limiter) takeShare(n *lane, now time.Time) time.Duration {
	if wait, ok := l.contact.mayShare(now); !ok {
		return wait
	}
	l.taken = l.stillTaken(now)
	var here []*call
	for _, c := range l.taken {
		if c.lane.path == n.path {
			here = append(here, c)
		}
	}
	at := l.endpoint.part(l.contact.fleet).soonest(here, l.frozen, now)
	if other := l.address.part(l.contact.fleet).soonest(l.taken, l.frozen, now); other.After(at) {
		at = other
	}
	if wait := at.Sub(now); wait > 0 {
		if wait > never/2 { // an answer will rouse the lane
			return l.endpoint.span
		}
		n.refuse(at, now)
		return wait
	}
	c := &call{limiter: l, lane: n, id: l.nextID(), begin: now}
	l.admit(c, now)
	l.tell(c, now)
	return 0
}

// part is a limit divided among so many. If there is not one call for each, they take turns by chance, at half of
// the rate, for nobody is there to arrange it.
func (of limit) part(fleet int) limit {
	if of.n >= fleet {
		return limit{of.n / fleet, of.span}
	}
	return limit{1, of.span * time.Duration(2*fleet) / time.Duration(of.n)}
}

// soonest is when another call may go out, given those whose permits are taken. After a freeze they go one
// by one, spread over the first window.
func (of limit) soonest(taken []*call, frozen, now time.Time) time.Time {
	at := now
	if frozen.After(now) {
		at = frozen
	}
	free := make([]time.Time, 0, len(taken))
	for _, c := range taken {
		if t := c.freeAt(of.span, now); t.After(at) {
			free = append(free, t)
		}
	}
	spaced := frozen.Add(of.span * time.Duration(len(free)) / time.Duration(of.n))
	resuming := at.Before(frozen.Add(of.span))
	if len(free) >= of.n {
		slices.SortFunc(free, time.Time.Compare)
		at = free[len(free)-of.n]
	}
	if resuming && spaced.After(at) {
		at = spaced
	}
	return at
}
