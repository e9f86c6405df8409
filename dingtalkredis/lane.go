package dingtalkredis

import (
	"container/list"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

const (
	// patience is how many interactive calls in a row may go ahead of a bulk one.
	patience = 20

	// maxLanes bounds what is remembered of paths.
	maxLanes = 256

	never   = 1000 * time.Hour
	forever = -time.Second
)

// lane is the line of one endpoint. Its methods are called with the limiter's lock.
type lane struct {
	limiter *Limiter
	path    string
	lines   [2]list.List // of interactive calls and of bulk ones
	passed  int          // interactive calls that went ahead of the first bulk one
	served  bool         // a goroutine gets permits for it
	open    time.Time    // no call can go before
	roused  chan struct{}
}

// waiter is a call in line.
type waiter struct {
	bulk     bool
	deadline time.Time     // zero: none
	place    *list.Element // nil once it has left

	done chan struct{} // closed when it is decided:
	call *call
	err  error
}

func (l *Limiter) lane(path string) *lane {
	if n := l.lanes[path]; n != nil {
		return n
	}
	if len(l.lanes) >= maxLanes {
		for path, n := range l.lanes {
			if !n.served { // calls know their lane themselves
				delete(l.lanes, path)
			}
		}
	}
	n := &lane{limiter: l, path: path, roused: make(chan struct{}, 1)}
	l.lanes[path] = n
	return n
}

func (n *lane) line(bulk bool) *list.List {
	if bulk {
		return &n.lines[1]
	}
	return &n.lines[0]
}

func (n *lane) waiting() int { return n.lines[0].Len() + n.lines[1].Len() }

// ahead is how many will go before a newcomer, at the least.
func (n *lane) ahead(w *waiter) int {
	if !w.bulk {
		return n.lines[0].Len()
	}
	return n.aheadOfBulk(n.lines[0].Len(), n.lines[1].Len())
}

// aheadOfBulk is that for a bulk call behind so many interactive and bulk ones.
func (n *lane) aheadOfBulk(interactive, bulk int) int {
	return bulk + min(interactive, max(0, patience*(bulk+1)-n.passed))
}

func (n *lane) enqueue(w *waiter) {
	w.done = make(chan struct{})
	w.place = n.line(w.bulk).PushBack(w)
	n.limiter.waiting++
}

// enqueueFirst puts a call back whose permit has passed.
func (n *lane) enqueueFirst(w *waiter) {
	n.enqueue(w)
	n.line(w.bulk).MoveToFront(w.place)
}

func (n *lane) dequeue(w *waiter) {
	n.line(w.bulk).Remove(w.place)
	w.place = nil
	n.limiter.waiting--
	switch {
	case w.bulk || n.lines[1].Len() == 0:
		n.passed = 0
	default:
		n.passed++
	}
}

// first is who goes next.
func (n *lane) first() *waiter {
	interactive, bulk := n.lines[0].Front(), n.lines[1].Front()
	if interactive == nil || bulk != nil && n.passed >= patience {
		return bulk.Value.(*waiter)
	}
	return interactive.Value.(*waiter)
}

// late says whether a call with so many before it is certain to miss its deadline, and by what wait.
func (n *lane) late(w *waiter, ahead int, now time.Time) (time.Duration, bool) {
	of := n.limiter.endpoint
	at := n.open.Add(time.Duration(ahead/of.n) * of.span)
	return at.Sub(now), !w.deadline.IsZero() && at.After(now) && at.After(w.deadline)
}

// refuse sends those away who are certain to miss their deadlines.
func (n *lane) refuse(open, now time.Time) {
	n.open = open
	var kept [2]int
	for i := range n.lines {
		for place := n.lines[i].Front(); place != nil; {
			w := place.Value.(*waiter)
			place = place.Next()
			ahead := kept[0]
			if w.bulk {
				ahead = n.aheadOfBulk(kept[0], kept[1])
			}
			wait, late := n.late(w, ahead, now)
			if !late {
				kept[i]++
				continue
			}
			passed := n.passed
			n.dequeue(w)
			n.passed = passed
			w.err = &dingtalk.LimitError{Wait: wait}
			close(w.done)
		}
	}
}

// longest is how long the most patient in line can wait; forever: without an end.
func (n *lane) longest(now time.Time) time.Duration {
	var longest time.Duration
	for i := range n.lines {
		for place := n.lines[i].Front(); place != nil; place = place.Next() {
			w := place.Value.(*waiter)
			if w.deadline.IsZero() {
				return forever
			}
			longest = max(longest, w.deadline.Sub(now))
		}
	}
	return longest
}

// rouse makes the lane reconsider.
func (n *lane) rouse() {
	select {
	case n.roused <- struct{}{}:
	default:
	}
}

// pause waits for a while, or until there is something to reconsider.
func (n *lane) pause(d time.Duration, turn <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-turn:
	case <-n.roused:
	}
}
