package dingtalkredis

import (
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

const (
	// maxSendDelay is how long after the start of its permit a call may arrive, unless its process reports that it is in
	// flight.
	maxSendDelay = 500 * time.Millisecond

	// maxTransit is how long after its sending a call that was given up may still arrive: for 15 s if the service stops
	// and then reads what lies in its sockets, whether or not the connection was closed, and a second for the way there.
	maxTransit = 16 * time.Second

	// longAgo is the age of the response that is reported for a call that was not sent: its permit is free at once.
	longAgo = 1000 * time.Hour

	// never is further ahead than any time that matters.
	never = 1000 * time.Hour
)

// call is a call and its dingtalk.LimitPermit.
type call struct {
	limiter      *Limiter
	queue        *endpointQueue
	id           string
	validFrom    time.Time // when its permit starts
	sentAt       time.Time // when Acquire returned its permit
	heldUntil    time.Time // how long Redis holds its permit without a response
	coolsFrom    time.Time // when the response arrived, or the call that was given up at the latest; zero: in flight
	unsent       bool
	unreported   bool // made without Redis, which reserves this process's part of the limit until it is reported
	maybeGranted bool // the request timed out; Redis may still grant it, even after the call was reported
}

// Release gives the permit back, with the outcome of the call. Only the first call of Release has an effect.
func (c *call) Release(o dingtalk.LimitOutcome) {
	c.limiter.mu.Lock()
	defer c.limiter.mu.Unlock()
	c.releaseLocked(o, time.Now())
}

func (c *call) releaseLocked(o dingtalk.LimitOutcome, now time.Time) {
	if !c.inFlight() {
		return
	}
	l := c.limiter
	c.coolsFrom, c.unsent = now, o.Unsent
	if arrived := c.sentAt.Add(maxTransit); o.NoResponse && arrived.After(now) {
		c.coolsFrom = arrived
	}
	l.ledger.inFlight--
	if until := now.Add(o.Blocked); o.Blocked > 0 && until.After(l.blockedUntil) {
		l.blockedUntil = until
		l.reportBlock = true
		l.wakeAllLocked()
	}
	l.reportLocked(c, now)
	c.queue.wake()
}

// sendLocked records that the call is sent, and reports whether it may be. If the process was stopped for so long that
// Redis may not hold the permit for as long as the call takes, it gives the permit back.
func (c *call) sendLocked(now time.Time) bool {
	if now.Sub(c.validFrom) > maxSendDelay {
		c.releaseLocked(dingtalk.LimitOutcome{Unsent: true}, now)
		return false
	}
	c.sentAt = now
	return true
}

// inFlight reports whether the call has not ended.
func (c *call) inFlight() bool { return c.coolsFrom.IsZero() }

// freeAt returns when the call's permit of a window is free; far in the future while the call is in flight.
func (c *call) freeAt(span time.Duration, now time.Time) time.Time {
	switch {
	case c.inFlight():
		return now.Add(never)
	case c.unsent:
		return c.coolsFrom
	}
	return c.coolsFrom.Add(span)
}

// age returns how long ago the call's permit began to cool down; negative: it does so in the future, at the latest.
func (c *call) age(now time.Time) time.Duration {
	switch {
	case c.unsent:
		return longAgo
	case c.inFlight():
		return -max(0, c.heldUntil.Sub(now))
	}
	return now.Sub(c.coolsFrom)
}
