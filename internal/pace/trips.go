package pace

import "time"

// half is half of the time for which round trips are remembered.
const half = 30 * time.Second

// For how long a throttle ends the credit. So much later than the longest it is forgotten.
const (
	firstDoubt   = time.Minute
	longestDoubt = time.Hour
)

// trips is how long the calls of one endpoint took, from sending to answer, in the last half minute to minute.
type trips struct {
	turned         instant // when the present half minute began
	recent, former band

	throttled instant       // when it was last
	doubt     time.Duration // for how long that ends the credit; 0: it never was
}

// band is the range of some round trips.
type band struct {
	least, most time.Duration
	n           int
}

func (b *band) add(d time.Duration) {
	if b.n == 0 {
		b.least = d
	}
	b.least, b.most = min(b.least, d), max(b.most, d)
	b.n++
}

func (t *trips) add(now instant, d time.Duration) {
	t.turn(now)
	t.recent.add(d)
}

func (t *trips) turn(now instant) {
	switch past := now - t.turned; {
	case past >= 2*half:
		t.forget(now)
	case past >= half:
		t.turned += half
		t.recent, t.former = band{}, t.recent
	}
}

// forget has everything learned anew.
func (t *trips) forget(now instant) {
	t.turned = now
	t.recent, t.former = band{}, band{}
}

// throttle ends the credit for a while: it may have been too much.
func (t *trips) throttle(now instant) {
	switch past := now - t.throttled; {
	case t.doubt == 0, past >= t.doubt+longestDoubt:
		t.doubt = firstDoubt
	case past >= t.doubt: // there may have been a credit again
		t.doubt = min(2*t.doubt, longestDoubt)
	}
	t.throttled = now
}

// all is the range over both halves.
func (t *trips) all(now instant) band {
	t.turn(now)
	switch {
	case t.former.n == 0:
		return t.recent
	case t.recent.n == 0:
		return t.former
	}
	return band{
		min(t.former.least, t.recent.least), max(t.former.most, t.recent.most), t.former.n + t.recent.n,
	}
}

// credit is how much earlier than a whole window after its answer a permit is free, given enough answers to judge
// by: half of what is steady of the round trips.
func (t *trips) credit(now instant, enough int) time.Duration {
	b := t.all(now)
	if t.former.n < enough || t.doubt > 0 && now < t.throttled+t.doubt {
		return 0
	}
	return max(0, (b.least-(b.most-b.least))/2)
}
