package dingtalkredis

import (
	"slices"
	"time"
)

// maxReports bounds the calls that one sync reports.
const maxReports = 200

// ledger holds the calls whose permits are taken, and those whose latest state Redis does not know. The limiter's lock
// guards it.
type ledger struct {
	span           time.Duration // the longer one of the windows
	taken          []*call       // calls whose permits are not free
	inFlight       int           // those of them that are in flight
	pendingReports map[*call]struct{}
	pendingSince   time.Time // when the first of them was added
	unreported     int       // calls that were made without Redis and are not reported yet
}

// add records a call that has its permit, and drops the calls whose permits are free.
func (g *ledger) add(c *call, now time.Time) {
	g.inFlight++
	g.prune(now)
	g.taken = append(g.taken, c)
}

// prune drops the calls whose permits are free.
func (g *ledger) prune(now time.Time) {
	g.taken = slices.DeleteFunc(g.taken, func(c *call) bool { return !c.freeAt(g.span, now).After(now) })
}

// report adds a call to the pending reports.
func (g *ledger) report(c *call, now time.Time) {
	if len(g.pendingReports) == 0 {
		g.pendingSince = now
	}
	g.pendingReports[c] = struct{}{}
}

// takeReports returns the calls to report with the next sync, at most maxReports, and removes them from the pending
// ones.
//
// While Redis is down, reports of calls in flight are kept back: if Redis hangs, it may process this sync after the one
// that reports the response. It reserves this process's part of the limit until they are reported.
func (g *ledger) takeReports(down bool, now time.Time) []*call {
	var batch []*call
	for c := range g.pendingReports {
		switch {
		case len(batch) == maxReports:
			g.pendingSince = now
			return batch
		case c.inFlight() && down:
			continue
		case c.inFlight() || now.Before(c.heldUntil.Add(g.span)):
			batch = append(batch, c)
		default: // its permit is free in Redis anyway
			g.acknowledge(c)
		}
		delete(g.pendingReports, c)
	}
	for _, c := range g.taken {
		if c.inFlight() && now.Add(2*probeInterval).After(c.heldUntil) && len(batch) < maxReports && !down {
			c.heldUntil = now.Add(4 * probeInterval) // the call takes longer than the attempt timeout
			batch = append(batch, c)
		}
	}
	return batch
}

// acknowledge records that Redis knows of a call, or no longer needs to.
func (g *ledger) acknowledge(c *call) {
	if c.unreported {
		c.unreported = false
		g.unreported--
	}
}

// markUnreported marks all pending calls as unreported, when Redis is back.
func (g *ledger) markUnreported() {
	for c := range g.pendingReports {
		c.unreported = true
	}
	g.unreported = len(g.pendingReports)
}
