package dingtalkredis

import (
	"container/list"
	"time"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

const (
	// maxBypass is how many interactive calls in a row may go before the first bulk call.
	maxBypass = 20

	// maxQueues bounds the queues in memory.
	maxQueues = 256

	// unlimited is the maxWait of a queue with a call that has no deadline.
	unlimited = -time.Second
)

// endpointQueue is the fair queue of one endpoint: first in, first out, interactive calls before bulk calls, but for one
// bulk call after maxBypass interactive ones. It is a copy of the root module's, whose internal packages a module with
// its own versions must not use.
type endpointQueue struct {
	limiter     *Limiter
	endpoint    string       // of endpointOf
	lists       [2]list.List // of interactive calls and of bulk calls
	bypassed    int          // interactive calls that went before the first bulk call
	dispatching bool         // a goroutine gets permits for it
	notBefore   time.Time    // no call can be sent before
	recheck     chan struct{}
}

// waiter is a call in a queue.
type waiter struct {
	bulk     bool
	deadline time.Time     // zero: none
	elem     *list.Element // in its queue; nil once it was removed

	done chan struct{} // closed when call or err is set
	call *call
	err  error
}

func (q *endpointQueue) list(bulk bool) *list.List {
	if bulk {
		return &q.lists[1]
	}
	return &q.lists[0]
}

func (q *endpointQueue) len() int { return q.lists[0].Len() + q.lists[1].Len() }

// ahead returns the minimum number of calls that go before a new one.
func (q *endpointQueue) ahead(w *waiter) int {
	if !w.bulk {
		return q.lists[0].Len()
	}
	return q.aheadOfBulk(q.lists[0].Len(), q.lists[1].Len())
}

// aheadOfBulk returns how many calls go before a bulk call that is queued behind these numbers of calls.
func (q *endpointQueue) aheadOfBulk(interactive, bulk int) int {
	return bulk + min(interactive, max(0, maxBypass*(bulk+1)-q.bypassed))
}

func (q *endpointQueue) enqueue(w *waiter) {
	w.done = make(chan struct{})
	w.elem = q.list(w.bulk).PushBack(w)
	q.limiter.waiting++
}

// enqueueFirst puts a call back whose permit has expired.
func (q *endpointQueue) enqueueFirst(w *waiter) {
	q.enqueue(w)
	q.list(w.bulk).MoveToFront(w.elem)
}

func (q *endpointQueue) dequeue(w *waiter) {
	q.list(w.bulk).Remove(w.elem)
	w.elem = nil
	q.limiter.waiting--
	switch {
	case w.bulk || q.lists[1].Len() == 0:
		q.bypassed = 0
	default:
		q.bypassed++
	}
}

// first returns the call that goes next. The queue is not empty.
func (q *endpointQueue) first() *waiter {
	interactive, bulk := q.lists[0].Front(), q.lists[1].Front()
	if interactive == nil || bulk != nil && q.bypassed >= maxBypass {
		return bulk.Value.(*waiter)
	}
	return interactive.Value.(*waiter)
}

// missesDeadline reports whether a call with that many ahead of it is certain to miss its deadline, and its wait.
func (q *endpointQueue) missesDeadline(w *waiter, ahead int, now time.Time) (time.Duration, bool) {
	limit := q.limiter.endpoint
	at := q.notBefore.Add(time.Duration(ahead/limit.n) * limit.span)
	return at.Sub(now), !w.deadline.IsZero() && at.After(now) && at.After(w.deadline)
}

// rejectLate rejects the calls that are certain to miss their deadlines if none can be sent before the given time.
func (q *endpointQueue) rejectLate(notBefore, now time.Time) {
	q.notBefore = notBefore
	var kept [2]int
	for i := range q.lists {
		for elem := q.lists[i].Front(); elem != nil; {
			w := elem.Value.(*waiter)
			elem = elem.Next()
			ahead := kept[0]
			if w.bulk {
				ahead = q.aheadOfBulk(kept[0], kept[1])
			}
			wait, late := q.missesDeadline(w, ahead, now)
			if !late {
				kept[i]++
				continue
			}
			bypassed := q.bypassed
			q.dequeue(w)
			q.bypassed = bypassed
			w.err = &dingtalk.LimitError{Wait: wait}
			close(w.done)
		}
	}
}

// rejectBlocked rejects all calls because the service blocks them for a while.
func (q *endpointQueue) rejectBlocked(wait time.Duration) {
	for i := range q.lists {
		for elem := q.lists[i].Front(); elem != nil; elem = q.lists[i].Front() {
			w := elem.Value.(*waiter)
			q.dequeue(w)
			w.err = &dingtalk.LimitError{Wait: wait, Blocked: true}
			close(w.done)
		}
	}
}

// maxWait returns how long the call with the latest deadline can wait.
func (q *endpointQueue) maxWait(now time.Time) time.Duration {
	var longest time.Duration
	for i := range q.lists {
		for elem := q.lists[i].Front(); elem != nil; elem = elem.Next() {
			w := elem.Value.(*waiter)
			if w.deadline.IsZero() {
				return unlimited
			}
			longest = max(longest, w.deadline.Sub(now))
		}
	}
	return longest
}

// wake makes the queue recheck.
func (q *endpointQueue) wake() {
	select {
	case q.recheck <- struct{}{}:
	default:
	}
}

// wait waits for d, or until this queue or all queues have to recheck. It is called without the lock.
func (q *endpointQueue) wait(d time.Duration, changed <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-changed:
	case <-q.recheck:
	}
}
