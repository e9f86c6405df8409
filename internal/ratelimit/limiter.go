package ratelimit

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// Limits holds what the service permits.
type Limits struct {
	Endpoint int // calls to each endpoint per second; 0: unlimited
	Address  int // calls to all endpoints per addressSpan; 0: unlimited

	// Shared is set for a limiter of several clients. It has room for the endpoints of many apps and organizations, and refuses
	// calls while the service blocks all of them, because the clients do not know of each other's blocks.
	Shared bool
}

const (
	endpointSpan = time.Second
	addressSpan  = 20 * time.Second
)

// maxTransit is how long after its sending a call that was given up may still arrive: for 15 s if the service stops and
// then reads what lies in its sockets, whether or not the connection was closed. One more second covers the way there
// and the credit.
const maxTransit = 16 * time.Second

// Outcome describes the end of a call.
type Outcome struct {
	Unsent     bool          // nothing reached the service
	NoResponse bool          // it may have been sent, and no response came
	Throttled  bool          // it was refused because of the endpoint's rate limit
	Blocked    time.Duration // the service refuses all calls for this long
}

// LimitError is the error of a call that would have to wait beyond its deadline.
type LimitError struct {
	Wait    time.Duration
	Blocked bool  // until then the service refuses all calls; of a shared limiter
	Err     error // the context's error if the deadline passed while the call waited
}

func (e *LimitError) Error() string { return fmt.Sprintf("no permit for %v", e.Wait) }
func (e *LimitError) Unwrap() error { return e.Err }

// Limiter limits the rate of the calls of one app from one address. It has no goroutine, and a timer only while calls
// wait. Methods of its parts (endpoint, queue, window, rttWindow) are called with mu held.
type Limiter struct {
	limits Limits
	start  time.Time

	mu           sync.Mutex
	address      window
	blockedUntil instant // when the service accepts calls again
	endpoints    map[string]*endpoint
	waiting      []*endpoint // endpoints with queued calls
	enqueued     uint64      // calls that had to wait so far
	permits      []Permit    // allocated in batches; each is granted once
	timer        *time.Timer // nil: no call waits for a time
	timerAt      instant     // when the timer fires
}

// New returns a limiter with all permits free.
func New(limits Limits) *Limiter {
	return &Limiter{
		limits:    limits,
		start:     time.Now(),
		address:   window{limit: limits.Address, span: addressSpan},
		endpoints: map[string]*endpoint{},
	}
}

func (l *Limiter) now() instant { return time.Since(l.start) }

// Permit is the permission to send one call.
type Permit struct {
	limiter  *Limiter
	endpoint *endpoint
	sentAt   instant
	released bool
}

// Acquire waits until a call to this path may be sent. If that is certain to be after the deadline of ctx it fails
// at once, with a *LimitError; if ctx ends first, it returns the error of ctx.
func (l *Limiter) Acquire(ctx context.Context, path string, bulk bool) (*Permit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	l.mu.Lock()
	now := l.now()
	if l.limits.Shared && l.blockedUntil > now {
		err := l.blocked(now)
		l.mu.Unlock()
		return nil, err
	}
	e := l.endpoint(path, now)
	if p := l.grantAtOnce(e, bulk, now); p != nil {
		l.mu.Unlock()
		return p, nil
	}
	w := &waiter{endpoint: e, bulk: bulk, done: make(chan struct{})}
	if deadline, ok := ctx.Deadline(); ok {
		if at := l.earliest(e, e.queue.ahead(bulk), now); at >= deadline.Sub(l.start) {
			l.mu.Unlock()
			return nil, limitError(at-now, nil)
		}
	}
	l.enqueue(w)
	l.dispatch(now)
	l.mu.Unlock()

	select {
	case <-w.done:
		if w.refused != nil {
			return nil, w.refused
		}
		w.permit.sentAt = l.now() // when this goroutine runs, which may be long after the permit was granted
		return w.permit, nil
	case <-ctx.Done():
		return nil, l.cancel(ctx, w)
	}
}

// TryAcquire returns a permit, or nil if the call has to wait or ctx has ended.
func (l *Limiter) TryAcquire(ctx context.Context, path string, bulk bool) *Permit {
	if ctx.Err() != nil {
		return nil
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.now()
	return l.grantAtOnce(l.endpoint(path, now), bulk, now)
}

// grantAtOnce returns a permit for a call that need not wait, or nil.
func (l *Limiter) grantAtOnce(e *endpoint, bulk bool, now instant) *Permit {
	if len(l.waiting) > 0 || max(e.nextAt(bulk, now), l.address.freeAt(0, now, 0), l.blockedUntil) > now {
		return nil
	}
	return l.grant(e, bulk, now)
}

func (l *Limiter) grant(e *endpoint, bulk bool, now instant) *Permit {
	e.takePermit(bulk, now)
	l.address.take(now)
	if len(l.permits) == 0 {
		l.permits = make([]Permit, 16)
	}
	p := &l.permits[0]
	l.permits = l.permits[1:]
	*p = Permit{limiter: l, endpoint: e, sentAt: now}
	return p
}

// Release gives the permit back, with the outcome of the call. Only the first call of Release has an effect.
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
	coolFrom := now
	switch {
	case o.Unsent:
	case o.NoResponse: // it may still be in transit
		coolFrom = max(now, p.sentAt+max(maxTransit, e.rtt.total(now).max))
	default:
		e.rtt.add(now, now-p.sentAt)
	}
	e.release(now, coolFrom, o.Unsent)
	l.address.release(now, coolFrom, o.Unsent)
	if o.Throttled {
		e.rtt.penalize(now)
	}
	if until := now + o.Blocked; o.Blocked > 0 && until > l.blockedUntil {
		l.block(until, now)
	}
	l.dispatch(now)
}

// block stops all calls until a block has ended. Those that wait continue to: whether one is refused, the client decides,
// unless it is one of several.
func (l *Limiter) block(until, now instant) {
	l.blockedUntil = until
	l.address.block(until)
	for _, e := range l.endpoints {
		e.block(until)
		e.rtt.reset(now)
	}
	for l.limits.Shared && len(l.waiting) > 0 {
		w := l.waiting[0].queue.first()
		l.dequeue(w)
		w.refused = l.blocked(now)
		close(w.done)
	}
}

// blocked returns the error of a call that is refused because of a block.
func (l *Limiter) blocked(now instant) *LimitError {
	err := limitError(l.blockedUntil-now, nil)
	err.Blocked = true
	return err
}

// limitError rounds the wait up to milliseconds, because people read it.
func limitError(wait time.Duration, err error) *LimitError {
	return &LimitError{Wait: (max(wait, 1) + time.Millisecond - 1).Truncate(time.Millisecond), Err: err}
}
