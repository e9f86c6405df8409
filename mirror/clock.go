package mirror

import "math"

// clock is the logical clock of a leader. It orders reads: one that began after another one ended shows a later state,
// whatever the clocks of machines say.
//
// It is not stored. A leader writes no read that began before its lease, and a former one writes nothing any more, so
// all that a leader finds in the store is older than its own reads. And it remembers what a row was read by only as long
// as an earlier read is under way, since any other one is later. The caller holds the lock of the leader.
type clock struct {
	now      uint64
	underway map[uint64]struct{} // the begin of reads that are not written yet
	latest   map[Key]reading     // the latest read that a row agrees with, or is gone by
	pruneAt  int                 // entries of latest
}

// reading is the time of a read: it shows the entity at one moment between begin and end.
type reading struct {
	begin, end uint64
	forgets    uint64 // of counters, before the read or at its beginning
}

// relation is how a read stands to the latest one of the same row.
type relation int

const (
	later relation = iota
	overlapping
	earlier
)

func newClock() clock {
	return clock{underway: map[uint64]struct{}{}, latest: map[Key]reading{}, pruneAt: minPrune}
}

const minPrune = 1024

// begin begins a read.
func (c *clock) begin() reading {
	c.now++
	c.underway[c.now] = struct{}{}
	return reading{begin: c.now}
}

// end notes that the response to a read is there.
func (c *clock) end(r *reading) {
	c.now++
	r.end = c.now
}

// finish ends a read, whose result is written or given up.
func (c *clock) finish(r reading) { delete(c.underway, r.begin) }

func (c *clock) relation(k Key, r reading) relation {
	last, known := c.latest[k]
	switch {
	case !known || r.begin > last.end:
		return later
	case r.end < last.begin:
		return earlier
	}
	return overlapping
}

// note records that a row agrees with a read. Of two reads that overlap, the one that ended later counts.
func (c *clock) note(k Key, r reading) {
	if last, known := c.latest[k]; known && last.end > r.end {
		return
	}
	c.latest[k] = r
	if len(c.latest) < c.pruneAt {
		return
	}
	oldest := uint64(math.MaxUint64)
	for begin := range c.underway {
		oldest = min(oldest, begin)
	}
	for k, last := range c.latest {
		if last.end < oldest {
			delete(c.latest, k)
		}
	}
	c.pruneAt = max(minPrune, 2*len(c.latest))
}
