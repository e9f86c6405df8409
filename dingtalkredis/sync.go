package dingtalkredis

import "time"

// sync reports the pending calls to Redis and, with a queue, requests a permit for c.
func (l *Limiter) sync(q *endpointQueue, c *call) (reply, error) {
	l.mu.Lock()
	start := time.Now()
	l.health.lastAttempt = start
	batch := l.ledger.takeReports(l.health.down(), start)
	l.reportBlock = false
	busy := l.busyLocked()
	keys, args := l.scriptInputLocked(q, c, batch, busy, start)
	l.mu.Unlock()

	r, err := l.script.run(keys, args, func() { l.discardLate(c) })

	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	if err != nil {
		for _, c := range batch {
			l.reportLocked(c, now)
		}
		l.syncFailedLocked(start, now, err)
		return r, err
	}
	for _, c := range batch {
		l.ledger.acknowledge(c)
		if c.maybeGranted {
			c.maybeGranted = false
			l.reportLocked(c, now)
		}
	}
	l.syncSucceededLocked(start, now, r)
	l.health.registered = busy
	return r, nil
}

// scriptInputLocked returns the keys and arguments of limiter.lua, which describes them.
func (l *Limiter) scriptInputLocked(q *endpointQueue, c *call, batch []*call, busy bool, now time.Time) ([]string, []any) {
	base := l.prefix + "{" + l.app + "}:"
	keys := []string{
		base + "limits", base + "processes", base + "holding", base + "freeze:" + l.label, base + "address:" + l.label,
	}
	callID, endpoint, maxWait := "", "", time.Duration(-1)
	if q != nil {
		callID, endpoint, maxWait = c.id, q.endpoint, q.maxWait(now)
	}
	h := &l.health
	blocked := max(0, l.blockedUntil.Sub(now))
	args := []any{
		l.id, bit(busy), h.state(l.ledger.unreported > 0, now), h.epoch, h.given, micros(h.recoveryPause()), micros(blocked),
		micros(l.hold()), micros(horizon), l.endpoint.n, micros(l.endpoint.span), l.address.n, micros(l.address.span), callID,
		micros(maxWait), l.fleet,
	}
	index := map[string]int{}
	keyIndex := func(endpoint string) int {
		i := index[endpoint]
		if i == 0 {
			keys = append(keys, base+"endpoint:"+endpoint)
			i = len(keys)
			index[endpoint] = i
		}
		return i
	}
	keyIndex(endpoint)
	for _, c := range batch {
		args = append(args, keyIndex(c.queue.endpoint), c.id, micros(c.age(now)))
	}
	return keys, args
}

// syncFailedLocked records that Redis was not reached.
func (l *Limiter) syncFailedLocked(start, now time.Time, err error) {
	h := &l.health
	if h.recordFailure(start, now) {
		l.wakeAllLocked()
	}
	if h.failures == 2 && !h.warned { // a single failure is not worth a warning
		h.warned = true
		l.logger.Warn("dingtalkredis: Redis is down: this process uses its part of the limits until it is back",
			"error", err)
	}
	l.ensureHeartbeatLocked()
	l.wakeHeartbeat()
}

// syncSucceededLocked records the reply of Redis.
func (l *Limiter) syncSucceededLocked(start, now time.Time, r reply) {
	h := &l.health
	if h.recordSuccess(start, now, r) {
		l.wakeAllLocked()
		l.ledger.markUnreported()
		if h.warned {
			h.warned = false
			l.logger.Info("dingtalkredis: Redis is back", "pause", r.pause)
		}
	}
	if r.fleet >= h.fleet || now.Sub(h.fleetCountedAt) > fleetTTL {
		h.fleet, h.fleetCountedAt = r.fleet, now
	}
	if until := start.Add(r.blocked); r.blocked > 0 && until.After(l.blockedUntil) {
		l.blockedUntil = until
		l.wakeAllLocked()
	}
	switch {
	case r.epoch == h.epoch:
		h.given = max(h.given, r.given)
	case start.Before(h.epochSince):
		// a reply from before Redis lost its memory
	default:
		h.epoch, h.given, h.epochSince = r.epoch, r.given, now
		for _, c := range l.ledger.taken { // Redis does not know these
			if c.inFlight() || c.coolsFrom.After(now) {
				l.reportLocked(c, start)
			}
		}
	}
}

// discardLate gives back a permit whose grant came too late.
func (l *Limiter) discardLate(c *call) {
	if c == nil {
		return
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.discardLocked(c, time.Now())
}

func bit(b bool) int {
	if b {
		return 1
	}
	return 0
}

// micros rounds toward zero. Times that are left get shorter and times past get longer, both on the safe side.
func micros(d time.Duration) int64 { return d.Microseconds() }
