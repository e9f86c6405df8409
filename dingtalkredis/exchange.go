package dingtalkredis

import (
	"time"
)

// maxReports bounds what is reported at once.
const maxReports = 200

// longAgo is when a call was answered that did not go out.
const longAgo = 1000 * time.Hour

// exchange tells Redis the news and, for a lane, asks for a permit for c.
func (l *Limiter) exchange(n *lane, c *call) (reply, error) {
	l.mu.Lock()
	start := time.Now()
	k := &l.contact
	k.tried = start
	batch := l.gather(start)
	base := l.prefix + "{" + l.app + "}:"
	keys := []string{
		base + "limits", base + "processes", base + "holding", base + "freeze:" + l.label, base + "address:" + l.label,
	}
	asked, path, patience := "", "", time.Duration(-1)
	if n != nil {
		asked, path, patience = c.id, n.path, n.longest(start)
	}
	busy := l.busy()
	freeze := max(0, l.frozen.Sub(start))
	args := []any{
		l.id, bit(busy), k.state(l.owed > 0, start), k.epoch, k.given, micros(k.grace()), micros(freeze), micros(l.hold()),
		micros(horizon), l.endpoint.n, micros(l.endpoint.span), l.address.n, micros(l.address.span), asked, micros(patience), l.fleet,
	}
	index := map[string]int{}
	add := func(path string) int {
		i := index[path]
		if i == 0 {
			keys = append(keys, base+"endpoint:"+path)
			i = len(keys)
			index[path] = i
		}
		return i
	}
	add(path)
	for _, c := range batch {
		args = append(args, add(c.lane.path), c.id, micros(c.age(start)))
	}
	l.mu.Unlock()

	r, err := l.line.run(keys, args, func() { l.giveBack(c) })

	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if err != nil {
		for _, c := range batch {
			l.tell(c, now)
		}
		l.failed(start, now, err)
		return r, err
	}
	for _, c := range batch {
		l.settle(c)
		if c.doubtful {
			c.doubtful = false
			l.tell(c, now)
		}
	}
	l.succeeded(start, now, r)
	k.present = busy
	return r, nil
}

// gather takes what there is to report.
//
// While Redis is lost calls under way are kept back: if it hangs, it may get to this attempt after the one that
// reports the answer. Until it has heard of them it keeps the part of the limit from which they are.
func (l *Limiter) gather(now time.Time) []*call {
	var batch []*call
	lost := !l.contact.lost.IsZero()
	for c := range l.news {
		switch flying := c.answered.IsZero(); {
		case len(batch) == maxReports:
			l.newsAt = now
			return batch
		case flying && lost:
			continue
		case flying || now.Before(c.held.Add(l.span())):
			batch = append(batch, c)
		default: // it does not matter any more
			l.settle(c)
		}
		delete(l.news, c)
	}
	for _, c := range l.taken {
		if c.answered.IsZero() && now.Add(2*probeGap).After(c.held) && len(batch) < maxReports && !lost {
			c.held = now.Add(4 * probeGap) // it takes longer than a call may
			batch = append(batch, c)
		}
	}
	l.urgent = false
	return batch
}

// settle notes that Redis has heard of a call, or need not any more.
func (l *Limiter) settle(c *call) {
	if c.owed {
		c.owed = false
		l.owed--
	}
}

// age is how long ago the call was answered; less than 0: it is held to be answered then, at the latest.
func (c *call) age(now time.Time) time.Duration {
	switch {
	case c.unsent:
		return longAgo
	case c.answered.IsZero():
		return -max(0, c.held.Sub(now))
	}
	return now.Sub(c.answered)
}

// failed notes that Redis was not reached.
func (l *Limiter) failed(start, now time.Time, err error) {
	k := &l.contact
	if k.fail(start, now) {
		l.think()
	}
	if k.misses == 2 && !k.warned { // one alone is no news
		k.warned = true
		l.logger.Warn("dingtalkredis: Redis is lost: this process makes do with its part of the limits until it is back",
			"error", err)
	}
	l.tend()
	l.rouse()
}

// succeeded notes what Redis answered.
func (l *Limiter) succeeded(start, now time.Time, r reply) {
	k := &l.contact
	if k.succeed(start, now, r) {
		l.think()
		for c := range l.news {
			c.owed = true
		}
		l.owed = len(l.news)
		if k.warned {
			k.warned = false
			l.logger.Info("dingtalkredis: Redis is back", "pause", r.pause)
		}
	}
	if r.fleet >= k.fleet || now.Sub(k.counted) > recount {
		k.fleet, k.counted = r.fleet, now
	}
	if until := start.Add(r.freeze); r.freeze > 0 && until.After(l.frozen) {
		l.frozen = until
		l.think()
	}
	switch {
	case r.epoch == k.epoch:
		k.given = max(k.given, r.given)
	case start.Before(k.learned):
		// an answer from before Redis lost its memory
	default:
		k.epoch, k.given, k.learned = r.epoch, r.given, now
		for _, c := range l.taken { // it knows nothing of these
			if c.answered.IsZero() || c.answered.After(now) {
				l.tell(c, start)
			}
		}
	}
}

// giveBack returns a permit that came too late.
func (l *Limiter) giveBack(c *call) {
	if c == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.discard(c, time.Now())
}

// hold is how long Redis keeps the permit of a call of whose end it does not learn: until it has arrived.
func (l *Limiter) hold() time.Duration { return settle + max(l.attempt, linger) }

// span is the longer one of the windows.
func (l *Limiter) span() time.Duration { return max(l.endpoint.span, l.address.span) }

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// micros rounds what is left down and what is past up, either to the safe side.
func micros(d time.Duration) int64 { return d.Microseconds() }
