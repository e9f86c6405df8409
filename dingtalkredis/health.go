package dingtalkredis

import "time"

const (
	// horizon is how far ahead Redis grants a permit.
	horizon = 500 * time.Millisecond

	// probeInterval is how often a process tries Redis while it is down, and retryDelay how soon after the first failure.
	probeInterval = 400 * time.Millisecond
	retryDelay    = 50 * time.Millisecond

	// redialDelay is how long go-redis refuses to dial a server again that was down for long.
	redialDelay = time.Second

	// heartbeatTimeout is how long a busy process may be silent before Redis counts it as missing.
	heartbeatTimeout = time.Second

	// fleetTTL is how long the largest number of processes seen is used: a server that was restarted has to count anew.
	fleetTTL = 30 * time.Second
)

// The change between the shared limit and the parts of it has to stay within the limit, whichever process notices it
// first:
//
//   - Redis goes down. Before that, other processes may have been granted permits, as far ahead as the horizon, and
//     their calls may arrive later by maxSendDelay, and count for a window. So a process takes nothing for that long
//     (blackout), and then its part. If only this process has lost Redis, which then reserves its part, Redis has to
//     have counted it as missing first.
//   - Redis comes back, perhaps without its memory. Other processes may not have noticed, and continue with their parts
//     as long as they have no chance to: until the client dials again and the next probe succeeds. So the first process
//     that comes back makes Redis grant nothing for that long, and until the last call of a fallback has arrived and no
//     longer counts (recoveryPause). Processes that know when the pause ends use their parts until shortly before.
//   - A process in fallback whose last attempt is not a recent failure, because it was idle or stopped, takes nothing
//     before the next one.

// redisHealth holds what a process knows about its connection to Redis. The limiter's lock guards it.
type redisHealth struct {
	timeout time.Duration
	span    time.Duration // the longer one of the windows

	lastAttempt   time.Time
	lastSuccess   time.Time // the start of the last attempt that succeeded
	lastReply     time.Time // when its reply arrived
	lastFailure   time.Time // the start of the last attempt that failed
	downSince     time.Time // when the first of consecutive failures was noticed; zero: the last attempt succeeded
	failures      int       // since then
	warned        bool
	fallbackUntil time.Time // when the fallback ends although Redis is back

	epoch, given   int64 // Redis's epoch, and the permits that it has granted in it
	epochSince     time.Time
	fleet          int       // processes to divide the limits by
	fleetCountedAt time.Time // when there were that many
	registered     bool      // Redis expects heartbeats of this process
}

// blackout returns how long nothing is known of other processes after Redis went down.
func (h *redisHealth) blackout() time.Duration { return horizon + maxSendDelay + h.span }

// failureTTL returns how long a failed attempt shows that Redis is down.
func (h *redisHealth) failureTTL() time.Duration {
	return probeInterval + h.timeout + 100*time.Millisecond
}

// recoveryPause returns how long Redis grants nothing when permits may have been lost.
func (h *redisHealth) recoveryPause() time.Duration {
	return redialDelay + h.failureTTL() + maxSendDelay + h.span
}

// down reports whether the last attempt failed.
func (h *redisHealth) down() bool { return !h.downSince.IsZero() }

// inFallback reports whether this process does not use the shared limit.
func (h *redisHealth) inFallback(now time.Time) bool { return h.down() || now.Before(h.fallbackUntil) }

// mayUseFallback reports whether this process may use its part of the limits, or how long to wait before the next try.
func (h *redisHealth) mayUseFallback(now time.Time) (time.Duration, bool) {
	if now.Before(h.fallbackUntil) {
		return 0, true
	}
	since := h.downSince
	if missing := h.lastReply.Add(heartbeatTimeout); missing.After(since) {
		since = missing
	}
	if wait := since.Add(h.blackout()).Sub(now); wait > 0 {
		return wait, false
	}
	return retryDelay, now.Before(h.lastFailure.Add(h.failureTTL()))
}

// The states of a connection, as limiter.lua knows them.
const (
	stateUp       = 0
	stateFailed   = 1 // the last attempt failed, or calls made without Redis are not reported yet
	stateFallback = 2 // processes may have begun to use their parts
)

// state returns the state that the next sync reports to Redis.
func (h *redisHealth) state(unreported bool, now time.Time) int {
	switch {
	case h.down() && now.After(h.downSince.Add(h.blackout()-redialDelay)):
		return stateFallback
	case h.down() || unreported:
		return stateFailed
	}
	return stateUp
}

// recordFailure records that the attempt begun at start failed, and reports whether Redis was up before.
func (h *redisHealth) recordFailure(start, now time.Time) (first bool) {
	if start.Before(h.lastSuccess) || start.Before(h.lastFailure) {
		return false
	}
	before := h.lastFailure
	h.lastFailure = start
	h.failures++
	h.fallbackUntil = time.Time{}
	if h.down() && start.Sub(before) <= h.failureTTL()+probeInterval {
		return false
	}
	first = !h.down()
	h.downSince, h.failures = now, 1 // after a longer gap Redis may have come and gone unnoticed
	return first
}

// recordSuccess records that the attempt begun at start succeeded, and reports whether Redis was down before.
func (h *redisHealth) recordSuccess(start, now time.Time, r reply) bool {
	if start.Before(h.lastFailure) {
		return false
	}
	_, fallback := h.mayUseFallback(start)
	h.lastSuccess, h.lastReply = start, now
	if !h.down() {
		return false
	}
	if fallback {
		h.fallbackUntil = start.Add(r.pause - maxSendDelay - h.span)
	}
	h.downSince, h.failures = time.Time{}, 0
	return true
}
