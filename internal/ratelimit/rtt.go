package ratelimit

import "time"

// rttHalf is half of the time for which round trips are remembered.
const rttHalf = 30 * time.Second

// How long a throttle suspends the credit. The penalty is forgotten maxPenalty after its end.
const (
	firstPenalty = time.Minute
	maxPenalty   = time.Hour
)

// rttWindow holds the range of the round-trip times of one endpoint's calls in the last half minute to minute, as two
// half windows of which the older one is dropped.
type rttWindow struct {
	currentSince      instant
	current, previous rttRange

	throttledAt   instant       // the last throttle
	creditPenalty time.Duration // how long it suspends the credit; 0: there was none
}

// rttRange is the range of n round-trip times.
type rttRange struct {
	min, max time.Duration
	n        int
}

func (r *rttRange) add(d time.Duration) {
	if r.n == 0 {
		r.min = d
	}
	r.min, r.max = min(r.min, d), max(r.max, d)
	r.n++
}

func (w *rttWindow) add(now instant, d time.Duration) {
	w.rotate(now)
	w.current.add(d)
}

// rotate drops the half windows that have expired.
func (w *rttWindow) rotate(now instant) {
	switch age := now - w.currentSince; {
	case age >= 2*rttHalf:
		w.reset(now)
	case age >= rttHalf:
		w.currentSince += rttHalf
		w.current, w.previous = rttRange{}, w.current
	}
}

// reset drops all round trips.
func (w *rttWindow) reset(now instant) {
	w.currentSince = now
	w.current, w.previous = rttRange{}, rttRange{}
}

// penalize suspends the credit after a throttle, for it may have been too large.
func (w *rttWindow) penalize(now instant) {
	switch age := now - w.throttledAt; {
	case w.creditPenalty == 0, age >= w.creditPenalty+maxPenalty:
		w.creditPenalty = firstPenalty
	case age >= w.creditPenalty: // the credit may have been in use again
		w.creditPenalty = min(2*w.creditPenalty, maxPenalty)
	}
	w.throttledAt = now
}

// total returns the range over both half windows.
func (w *rttWindow) total(now instant) rttRange {
	w.rotate(now)
	switch {
	case w.previous.n == 0:
		return w.current
	case w.current.n == 0:
		return w.previous
	}
	return rttRange{
		min(w.previous.min, w.current.min), max(w.previous.max, w.current.max), w.previous.n + w.current.n,
	}
}

// credit returns how much earlier than a whole window after its response a permit is free: half of the steady part of
// the round trips, or 0 if the previous half window holds fewer than enough of them.
func (w *rttWindow) credit(now instant, enough int) time.Duration {
	r := w.total(now)
	if w.previous.n < enough || w.creditPenalty > 0 && now < w.throttledAt+w.creditPenalty {
		return 0
	}
	return max(0, (r.min-(r.max-r.min))/2)
}
