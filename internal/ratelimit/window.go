package ratelimit

import "time"

// instant is a time since the limiter was created, by the monotonic clock.
type instant = time.Duration

// window is a limit of calls in any period of one span. Each of its permits is in flight with a call, cools down after
// the response, or is free.
type window struct {
	limit    int           // 0: unlimited
	span     time.Duration // of the period
	inFlight int
	cooling  ring // when the responses to the calls that still count arrived

	resumeAt instant // the end of a block, after which the permits come back one by one; 0: there was none
	resumed  int     // permits granted since
}

// freeAt returns when the n-th call from now, counted from 0, can have a permit at the earliest. It assumes that the
// calls in flight end now.
func (w *window) freeAt(n int, now instant, credit time.Duration) instant {
	if w.limit == 0 {
		return now
	}
	cooldown := w.span - credit
	at := now
	switch needed := w.inFlight + w.cooling.len() - w.limit + 1 + n%w.limit; { // of the oldest permits
	case needed > w.cooling.len():
		at = now + cooldown
	case needed > 0:
		at = max(at, w.cooling.at(needed-1)+cooldown)
	}
	at += time.Duration(n/w.limit) * cooldown
	if w.resumeAt > 0 && now < w.resumeAt+w.span {
		at = max(at, w.resumeAt+w.spacing(w.resumed+n))
	}
	return at
}

// spacing returns how long n calls take that are spread evenly.
func (w *window) spacing(n int) time.Duration {
	if w.limit == 0 {
		return 0
	}
	return time.Duration(float64(n) / float64(w.limit) * float64(w.span))
}

func (w *window) take(now instant) {
	w.inFlight++
	if now < w.resumeAt+w.span {
		w.resumed++
	}
}

// release lets a permit cool down, or frees it at once if the call was not sent.
func (w *window) release(now, coolFrom instant, unsent bool) {
	w.inFlight--
	if unsent {
		w.resumed = max(0, w.resumed-1)
		return
	}
	if w.limit == 0 {
		return
	}
	w.expire(now)
	w.cooling.insert(coolFrom)
}

// expire drops the responses that no longer count, with or without credit.
func (w *window) expire(now instant) {
	for w.cooling.len() > 0 && w.cooling.at(0)+w.span <= now {
		w.cooling.drop()
	}
}

// idle reports whether all permits are free.
func (w *window) idle(now instant) bool {
	w.expire(now)
	return w.inFlight == 0 && w.cooling.len() == 0
}

// block withholds all permits until a block has ended.
func (w *window) block(until instant) { w.resumeAt, w.resumed = until, 0 }

// ring is a ring buffer of instants in ascending order.
type ring struct {
	slots   []instant
	head, n int
}

func (r *ring) len() int            { return r.n }
func (r *ring) at(i int) instant    { return *r.slot(i) }
func (r *ring) slot(i int) *instant { return &r.slots[(r.head+i)%len(r.slots)] }

func (r *ring) drop() {
	r.head = (r.head + 1) % len(r.slots)
	r.n--
}

// insert adds t in order, which is at the end as a rule.
func (r *ring) insert(t instant) {
	if r.n == len(r.slots) {
		grown := make([]instant, max(16, 2*r.n))
		for i := range r.n {
			grown[i] = r.at(i)
		}
		r.slots, r.head = grown, 0
	}
	r.n++
	i := r.n - 1
	for ; i > 0 && r.at(i-1) > t; i-- {
		*r.slot(i) = r.at(i - 1)
	}
	*r.slot(i) = t
}
