package dingtalkredis

import "time"

// serve gets permits for a lane, one after the other, until nobody waits in it. So whoever comes may still
// get the permit that was asked for before.
func (l *Limiter) serve(n *lane) {
	for {
		l.mu.Lock()
		now := time.Now()
		turn := l.turn
		if n.waiting() == 0 {
			n.served = false
			l.mu.Unlock()
			return
		}
		var again time.Duration
		switch {
		case l.frozen.Sub(now) > horizon:
			n.refuse(l.frozen, now)
			again = l.frozen.Sub(now) - horizon/2
		case l.contact.fallback(now):
			again = l.takeShare(n, now)
		default:
			l.mu.Unlock()
			again = l.ask(n)
			l.mu.Lock()
		}
		l.mu.Unlock()
		if again > 0 {
			n.pause(again, turn)
		}
	}
}

// ask gets a permit from Redis, and says when to ask again.
func (l *Limiter) ask(n *lane) time.Duration {
	c := l.newCall(n)
	r, err := l.exchange(n, c)

	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	switch {
	case err != nil:
		c.doubtful = true
		l.discard(c, now)
		return retryGap
	case !r.granted:
		n.refuse(now.Add(r.least), now)
		return r.wait
	}
	at := now.Add(r.wait)
	c.begin = at
	n.refuse(at, now)
	for n.waiting() > 0 && !l.frozen.After(at) {
		now = time.Now()
		wait := at.Sub(now)
		if wait <= 0 {
			l.admit(c, now)
			return 0
		}
		turn := l.turn
		l.mu.Unlock()
		n.pause(wait, turn)
		l.mu.Lock()
	}
	l.discard(c, time.Now())
	return 0
}
