package mirror

import (
	"container/heap"
	"time"
)

// queue is what a leader keeps in memory of the dirty records: what is due when.
type queue struct {
	items map[Key]*item // those that wait, and those that are read
	lanes [3]lane       // 0 before 1 before 2
	clock func() time.Time
}

// item is a dirty key that waits, or is read.
type item struct {
	key      Key
	record   dirty
	due      time.Time
	reading  bool
	alone    bool // read by itself, not with others by a list
	failures int  // in a row
	lane     int
	index    int // in the lane; -1 if it is in none
}

func newQueue(clock func() time.Time) *queue { return &queue{items: map[Key]*item{}, clock: clock} }

// put adds a dirty key, or what is newer of it.
func (q *queue) put(k Key, d dirty, now time.Time) {
	i := q.items[k]
	switch {
	case i == nil:
		i = &item{key: k, index: -1}
		q.items[k] = i
	case i.record.Generation > d.Generation:
		return
	}
	q.set(i, d, now)
	q.place(i)
}

// set gives an item a record. Records are due by the clock of the machine. That it was set back must not delay a read for
// longer than a record may wait.
func (q *queue) set(i *item, d dirty, now time.Time) {
	i.record, i.alone = d, false
	i.due = now.Add(min(time.UnixMilli(d.Due).Sub(q.clock()), recheckDelays[len(recheckDelays)-1]+recheckStep))
}

// place puts an item into the lane where it waits.
func (q *queue) place(i *item) {
	if i.index >= 0 {
		heap.Remove(&q.lanes[i.lane], i.index)
	}
	if i.reading || i.record.Held {
		return
	}
	switch {
	case i.record.Low:
		i.lane = 2
	case i.record.Listed:
		i.lane = 1
	default:
		i.lane = 0
	}
	heap.Push(&q.lanes[i.lane], i)
}

// take returns an item that is due, to be read, or nil and when the next one is due; zero if none is.
func (q *queue) take(now time.Time) (*item, time.Time) {
	var next time.Time
	for n := range q.lanes {
		if len(q.lanes[n]) == 0 {
			continue
		}
		i := q.lanes[n][0]
		if !i.due.After(now) {
			heap.Pop(&q.lanes[n])
			i.reading = true
			return i, time.Time{}
		}
		if next.IsZero() || i.due.Before(next) {
			next = i.due
		}
	}
	return nil, next
}

// remove takes an item from its lane, to be read.
func (q *queue) remove(i *item) {
	heap.Remove(&q.lanes[i.lane], i.index)
	i.reading = true
}

// restore ends the reading of an item by a list. It is read by itself, unless the list has changed its record.
func (q *queue) restore(i *item) {
	i.reading = false
	q.place(i)
}

// done ends the reading of an item that was taken with a generation. The record is what the store has of it now; nil if
// it is settled. There may be a later mark already.
func (q *queue) done(k Key, generation uint64, d *dirty, now time.Time) {
	i := q.items[k]
	i.reading, i.failures = false, 0
	switch {
	case d != nil && d.Generation >= i.record.Generation:
		q.set(i, *d, now)
	case i.record.Generation <= generation:
		delete(q.items, k)
		return
	}
	q.place(i)
}

// failed ends the reading of an item after an error: it is read again after a while.
func (q *queue) failed(k Key, now time.Time) {
	i := q.items[k]
	i.reading = false
	i.failures++
	i.due = now.Add(min(time.Second<<min(i.failures, 10), maxRetryDelay))
	q.place(i)
}

// maxRetryDelay is the longest time between two reads of a dirty key that fail, besides the repetitions of the client.
const maxRetryDelay = 5 * time.Minute

// lane is a heap of items by the time when they are due.
type lane []*item

func (l lane) Len() int           { return len(l) }
func (l lane) Less(a, b int) bool { return l[a].due.Before(l[b].due) }
func (l lane) Swap(a, b int) {
	l[a], l[b] = l[b], l[a]
	l[a].index, l[b].index = a, b
}

func (l *lane) Push(x any) {
	i := x.(*item)
	i.index = len(*l)
	*l = append(*l, i)
}

func (l *lane) Pop() any {
	old := *l
	i := old[len(old)-1]
	old[len(old)-1] = nil
	*l = old[:len(old)-1]
	i.index = -1
	return i
}
