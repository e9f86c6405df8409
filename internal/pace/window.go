package pace

import "time"

// instant is a time since the limiter was made, by the monotonic clock.
type instant = time.Duration

// window is the limit of so many calls in any period of one span. Each of its permits is out with a call, cools
// down after the answer, or is free.
type window struct {
	limit int           // 0: none
	span  time.Duration // of the period
	out   int
	cool  ring // when the calls that still count were answered

	thaw   instant // the end of a block, after which the permits come back one by one; 0: there was none
	thawed int     // permits given out since
}

// at is when the n-th call from now, counted from 0, can have a permit at the earliest. Those that are out come
// back now, for all it knows.
func (w *window) at(n int, now instant, credit time.Duration) instant {
	if w.limit == 0 {
		return now
	}
	cooling := w.span - credit
	at := now
	switch needed := w.out + w.cool.len() - w.limit + 1 + n%w.limit; { // of the oldest permits
	case needed > w.cool.len():
		at = now + cooling
	case needed > 0:
		at = max(at, w.cool.at(needed-1)+cooling)
	}
	at += time.Duration(n/w.limit) * cooling
	if w.thaw > 0 && now < w.thaw+w.span {
		at = max(at, w.thaw+w.apart(w.thawed+n))
	}
	return at
}

// apart is how long n calls take that are spread evenly.
func (w *window) apart(n int) time.Duration {
	if w.limit == 0 {
		return 0
	}
	return time.Duration(float64(n) / float64(w.limit) * float64(w.span))
}

func (w *window) take(now instant) {
	w.out++
	if now < w.thaw+w.span {
		w.thawed++
	}
}

// giveBack lets a permit cool down from the answer on, or makes it free at once.
func (w *window) giveBack(now, answered instant, unsent bool) {
	w.out--
	if unsent {
		w.thawed = max(0, w.thawed-1)
		return
	}
	if w.limit == 0 {
		return
	}
	w.forget(now)
	w.cool.insert(answered)
}

// forget drops the answers that count no more, with or without credit.
func (w *window) forget(now instant) {
	for w.cool.len() > 0 && w.cool.at(0)+w.span <= now {
		w.cool.drop()
	}
}

func (w *window) idle(now instant) bool {
	w.forget(now)
	return w.out == 0 && w.cool.len() == 0
}

// freeze keeps all permits back until a block has ended.
func (w *window) freeze(until instant) { w.thaw, w.thawed = until, 0 }

// ring is a queue of instants, the earliest first.
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

// insert adds t where it belongs, as a rule at the end.
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
