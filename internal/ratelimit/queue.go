package ratelimit

import "container/list"

// maxBypass is how many interactive calls in a row may go before the first bulk call.
const maxBypass = 20

// queue is the fair queue of one endpoint: first in, first out, interactive calls before bulk calls, but for one bulk
// call after maxBypass interactive ones. The module dingtalkredis has its own copy.
type queue struct {
	lists    [2]list.List // of interactive calls and of bulk calls
	bypassed int          // interactive calls that went before the first bulk call
}

// waiter is a call in a queue.
type waiter struct {
	endpoint *endpoint
	bulk     bool
	seq      uint64        // in the order of arrival, over all queues
	elem     *list.Element // in its queue; nil once it was removed

	done    chan struct{} // closed when permit or refused is set
	permit  *Permit
	refused *LimitError
}

func (q *queue) list(bulk bool) *list.List {
	if bulk {
		return &q.lists[1]
	}
	return &q.lists[0]
}

func (q *queue) len() int { return q.lists[0].Len() + q.lists[1].Len() }

// ahead returns how many calls would go before a new one, bypassing aside.
func (q *queue) ahead(bulk bool) int {
	if bulk {
		return q.len()
	}
	return q.lists[0].Len()
}

// aheadOf returns how many calls go before one in the queue, bypassing aside.
func (q *queue) aheadOf(w *waiter) (n int) {
	for elem := w.elem.Prev(); elem != nil; elem = elem.Prev() {
		n++
	}
	if w.bulk {
		n += q.lists[0].Len()
	}
	return n
}

// first returns the call that goes next. The queue is not empty.
func (q *queue) first() *waiter {
	interactive, bulk := q.lists[0].Front(), q.lists[1].Front()
	if interactive == nil || bulk != nil && q.bypassed >= maxBypass {
		return bulk.Value.(*waiter)
	}
	return interactive.Value.(*waiter)
}

func (q *queue) enqueue(w *waiter) { w.elem = q.list(w.bulk).PushBack(w) }

func (q *queue) dequeue(w *waiter) {
	q.list(w.bulk).Remove(w.elem)
	w.elem = nil
	if q.len() == 0 {
		q.bypassed = 0
	}
}

// countSent notes that a call is sent, which may bypass a bulk call.
func (q *queue) countSent(bulk bool) {
	switch {
	case bulk:
		q.bypassed = 0
	case q.lists[1].Len() > 0:
		q.bypassed++
	}
}

// less reports whether w goes before v if both could be sent now.
func (w *waiter) less(v *waiter) bool {
	if w.yields() != v.yields() {
		return v.yields()
	}
	return w.seq < v.seq
}

// yields reports whether interactive calls go before w.
func (w *waiter) yields() bool { return w.bulk && w.endpoint.queue.bypassed < maxBypass }
