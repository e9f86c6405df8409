package dingtalk

import (
	"context"
	"fmt"
	"log/slog"
	"time"
)

// breaker is a circuit breaker against HTML pages that come in place of responses: behind the login page of a network or a
// proxy every call would get one. While it is open one request at a time is sent as a probe. The first documented
// response closes it.
type breaker struct {
	since     time.Time     // when it opened; zero: it is closed
	next      time.Time     // when the next probe may be sent
	delay     time.Duration // until then
	probing   bool
	announced bool // that calls of Bulk wait
}

const (
	firstProbeDelay = 5 * time.Second
	maxProbeDelay   = 5 * time.Minute
	// maxPageWait is how long a call of Bulk waits for responses in place of pages.
	maxPageWait = time.Minute
)

// pageError is the error of a call that got a page, or was not sent because the breaker is open.
type pageError struct {
	next  time.Duration // until the next probe
	cause error         // nil if the call was not sent
}

func (e *pageError) Error() string {
	return "an HTML page came in place of a response: a proxy's or network's login page? next attempt in " + roundedUp(e.next)
}

func (e *pageError) Unwrap() error { return e.cause }

// roundedUp returns a duration in whole seconds, or in whole minutes if it is longer than two of them.
func roundedUp(d time.Duration) string {
	if d > 2*time.Minute {
		return fmt.Sprintf("%d min", (d+time.Minute-1)/time.Minute)
	}
	return fmt.Sprintf("%d s", (d+time.Second-1)/time.Second)
}

func (b *breaker) closed() bool { return b.since.IsZero() }

// mayEnter reports whether a request may be sent. If not, it returns when one may be at the earliest.
func (b *breaker) mayEnter(now time.Time) (at time.Time, ok bool) {
	switch {
	case b.closed(), !b.probing && !now.Before(b.next):
		return now, true
	case b.next.After(now):
		return b.next, false
	}
	return now.Add(time.Second), false // the probe takes longer than the delay
}

// enter notes that a request is sent, and reports whether it is a probe.
func (b *breaker) enter(now time.Time) (probe bool) {
	if b.closed() {
		return false
	}
	b.delay = min(2*b.delay, maxProbeDelay)
	b.probing, b.next = true, now.Add(b.delay)
	return true
}

// probed notes that a probe ended with neither a documented response nor a page. One that its caller gave up proves
// nothing, and another may follow at once.
func (b *breaker) probed(now time.Time, givenUp bool) {
	b.probing, b.next = false, now.Add(b.delay)
	if givenUp {
		b.delay, b.next = max(b.delay/2, firstProbeDelay), now
	}
}

// openBreakerLocked notes a page. It returns what logs that the breaker opened, or nil.
func (g *gate) openBreakerLocked(ctx context.Context, probe bool, now time.Time) (log func()) {
	b := &g.breaker
	switch {
	case b.closed():
		*b = breaker{since: now, next: now.Add(firstProbeDelay), delay: firstProbeDelay}
		log = func() {
			g.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk breaker opens",
				slog.String("cause", "an HTML page came in place of a response"), slog.Time("next_attempt", now.Add(firstProbeDelay)))
		}
	case probe:
		b.probed(now, false)
	default: // the request was sent before the breaker opened
		return nil
	}
	g.changeLocked()
	return log
}

// closeBreakerLocked notes a documented response. It returns what logs that the breaker closed, or nil.
func (g *gate) closeBreakerLocked(ctx context.Context, now time.Time) (log func()) {
	if g.breaker.closed() {
		return nil
	}
	open := now.Sub(g.breaker.since)
	g.breaker = breaker{}
	g.changeLocked()
	return func() {
		g.logger.LogAttrs(ctx, slog.LevelWarn, "dingtalk breaker closes",
			slog.String("cause", "a response came"), slog.Duration("open", open))
	}
}
