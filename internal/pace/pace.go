package pace

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Limits are what the service permits.
type Limits struct {
	Endpoint int // calls to each endpoint within a Second; 0: any number
	Address  int // calls to all of them within AddressSpan; 0: any number
}

const (
	endpointSpan = time.Second
	addressSpan  = 20 * time.Second
)

// linger is how long after its sending a call that was given up may still arrive: for 15 s if the service stops and
// then takes what lies in its sockets, whether or not the connection was closed. One more second covers the way there
// and the credit.
const linger = 16 * time.Second

// Outcome is what became of a call.
type Outcome struct {
	Unsent     bool          // nothing reached the service
	Unanswered bool          // it may have been sent, and no answer came
	Throttled  bool          // it was refused for the endpoint's rate
	Blocked    time.Duration // the service refuses everything for so long
}

// Exceeded is the refusal of a call that would have to wait beyond its deadline.
type Exceeded struct {
	Wait time.Duration
	Err  error // the context's, if its deadline came while the call waited
}

func (e *Exceeded) Error() string { return fmt.Sprintf("no room for %v", e.Wait) }
func (e *Exceeded) Unwrap() error { return e.Err }

// Limiter paces the calls of one app from one address. It has no goroutine, and a timer only while calls wait.
type Limiter struct {
	limits Limits
	start  time.Time

	mu        sync.Mutex
	address   window
	frozen    instant // until when the service refuses everything
	endpoints map[string]*endpoint
	crowded   []*endpoint // where calls wait
	arrivals  uint64      // calls that had to wait so far
	permits   []Permit    // ungranted: made some at a time, each granted once
	timer     *time.Timer // nil: nobody waits for a time
	alarm     instant     // when it rings
}

// New returns a limiter that knows of no calls yet.
func New(limits Limits) *Limiter {
	return &Limiter{
		limits:    limits,
		start:     time.Now(),
		address:   window{limit: limits.Address, span: addressSpan},
		endpoints: map[string]*endpoint{},
	}
}

func (l *Limiter) now() instant { return time.Since(l.start) }

// Permit is the leave for one call.
type Permit struct {
	limiter  *Limiter
	endpoint *endpoint
	sent     instant
	released bool
}

// Acquire waits until a call to this path may go out. If that is certain to be after the deadline of ctx it fails
// at once, with *Exceeded; otherwise with the error of ctx, should that end first.
func (l *Limiter) Acquire(ctx context.Context, path string, bulk bool) (*Permit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	now := l.now()
	e := l.endpoint(path, now)
	if len(l.crowded) == 0 && max(e.open(bulk, now), l.address.at(0, now, 0), l.frozen) <= now {
		p := l.grant(e, bulk, now)
		l.mu.Unlock()
		return p, nil
	}
	w := &waiter{endpoint: e, bulk: bulk, done: make(chan struct{})}
	if deadline, ok := ctx.Deadline(); ok {
		w.deadline = deadline.Sub(l.start)
		if at := l.earliest(e, e.ahead(bulk), now); at >= w.deadline {
			l.mu.Unlock()
			return nil, exceeded(at-now, nil)
		}
	}
	l.enqueue(w)
	l.dispatch(now)
	l.mu.Unlock()

	select {
	case <-w.done:
		if w.permit != nil {
			w.permit.sent = l.now() // not when it was given, but now that it is this goroutine's turn
		}
		return w.permit, w.err
	case <-ctx.Done():
		return nil, l.leave(ctx, w)
	}
}

func (l *Limiter) grant(e *endpoint, bulk bool, now instant) *Permit {
	e.sent(bulk, now)
	l.address.take(now)
	if len(l.permits) == 0 {
		l.permits = make([]Permit, 16)
	}
	p := &l.permits[0]
	l.permits = l.permits[1:]
	*p = Permit{limiter: l, endpoint: e, sent: now}
	return p
}

// Release says what became of the call. Only the first time counts.
func (p *Permit) Release(o Outcome) {
	p.limiter.mu.Lock()
	defer p.limiter.mu.Unlock()
	p.release(p.limiter.now(), o)
}

func (p *Permit) release(now instant, o Outcome) {
	l, e := p.limiter, p.endpoint
	if p.released {
		return
	}
	p.released = true
	answered := now
	switch {
	case o.Unsent:
	case o.Unanswered: // it may still be on its way
		answered = max(now, p.sent+max(linger, e.trips.all(now).most))
	default:
		e.trips.add(now, now-p.sent)
	}
	e.giveBack(now, answered, o.Unsent)
	l.address.giveBack(now, answered, o.Unsent)
	if o.Throttled {
		e.trips.throttle(now)
	}
	if until := now + o.Blocked; o.Blocked > 0 && until > l.frozen {
		l.freeze(until, now)
	}
	l.dispatch(now)
}

// freeze stops everything until a block has ended.
func (l *Limiter) freeze(until, now instant) {
	l.frozen = until
	l.address.freeze(until)
	for _, e := range l.endpoints {
		e.freeze(until)
		e.trips.forget(now)
	}
	l.refuse(until, now)
}

// exceeded rounds up to what people read.
func exceeded(wait time.Duration, err error) *Exceeded {
	return &Exceeded{Wait: (max(wait, 1) + time.Millisecond - 1).Truncate(time.Millisecond), Err: err}
}
