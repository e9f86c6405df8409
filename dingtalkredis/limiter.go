package dingtalkredis

import (
	"context"
	"crypto/rand"
	_ "embed"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Limiter is a dingtalk.Limiter for a fleet, in Redis. NewLimiter creates one for an app and a process. It counts each endpoint
// for itself, that of each organization apart if the app is one of many (see dingtalk.WithCorpToken), and all of them together
// for the limit of the address.
//
// A permit is free again one full window after the response to the call that used it: the call arrived no later
// than that, and the next one is sent no earlier, so that the service never sees more than it permits, however it
// counts. Calls that have to wait queue in their process, bulk calls behind the others, and only the first of each
// queue asks Redis: once per call, as a rule.
//
// While Redis is down, each process uses its part of the limits; the README describes what happens in between. The
// permits of a process that dies come back after the attempt timeout, or 16 s if that is longer: its calls may still
// arrive, like those that are given up.
type Limiter struct {
	settings
	script scriptRunner
	id     string // of this process

	// mu guards everything below, and what it points to. Methods whose names end in Locked are called with it held, and
	// so are all methods of ledger, redisHealth and endpointQueue except wait.
	mu             sync.Mutex
	queues         map[string]*endpointQueue // by endpoint
	waiting        int                       // calls in all queues
	changed        chan struct{}             // closed and replaced when all queues have to recheck
	lastID         uint64                    // of a call
	ledger         ledger
	blockedUntil   time.Time // when the service accepts calls again
	reportBlock    bool      // Redis does not know of the block yet
	health         redisHealth
	heartbeatOn    bool
	heartbeatSince time.Time
	heartbeatWake  chan struct{}
}

var _ dingtalk.Limiter = (*Limiter)(nil)

//go:embed limiter.lua
var script string

// NewLimiter returns a limiter for the app of this client ID, of which only a hash is stored in Redis. The client may
// be of any kind: redis.NewClient, redis.NewFailoverClient, redis.NewClusterClient. The caller closes it. The error
// names everything that is wrong with the arguments.
//
// The first call after the keys were lost, and so the very first of all, waits a few seconds: the limiter
// cannot know whether other processes have made calls.
func NewLimiter(client redis.Scripter, clientID string, opts ...LimiterOption) (*Limiter, error) {
	s, err := newSettings(client, clientID, opts)
	if err != nil {
		return nil, err
	}
	span := s.longestSpan()
	return &Limiter{
		settings:      s,
		script:        scriptRunner{client: client, script: redis.NewScript(script), timeout: s.timeout},
		id:            rand.Text()[:12],
		queues:        map[string]*endpointQueue{},
		changed:       make(chan struct{}),
		ledger:        ledger{span: span, pendingReports: map[*call]struct{}{}},
		health:        redisHealth{timeout: s.timeout, span: span, fleet: s.fleet},
		heartbeatWake: make(chan struct{}, 1),
	}, nil
}

// Acquire waits until the call may be sent. If that is certain to be after the deadline of ctx, it fails at once with a
// *dingtalk.LimitError; if ctx ends first, it returns the error of ctx. While the service blocks the fleet, which any of
// its processes may have learned, it fails at once with a *dingtalk.LimitError whose Blocked is set.
func (l *Limiter) Acquire(ctx context.Context, request dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := &waiter{bulk: request.Bulk}
	w.deadline, _ = ctx.Deadline()

	l.mu.Lock()
	now := time.Now()
	if left := l.blockedUntil.Sub(now); left > horizon {
		l.mu.Unlock()
		return nil, &dingtalk.LimitError{Wait: left, Blocked: true}
	}
	q := l.queueLocked(endpointOf(request))
	if wait, late := q.missesDeadline(w, q.ahead(w), now); late {
		l.mu.Unlock()
		return nil, &dingtalk.LimitError{Wait: wait}
	}
	q.enqueue(w)
	for {
		l.ensureDispatchLocked(q) //nolint:contextcheck // the permit goes to the first call of the queue, not to this one
		l.mu.Unlock()
		select {
		case <-w.done:
		case <-ctx.Done():
			if l.cancel(q, w) { //nolint:contextcheck // what it reports to Redis is not for this call alone
				return nil, ctx.Err()
			}
		}
		if w.err != nil {
			return nil, w.err
		}
		l.mu.Lock()
		if w.call.sendLocked(time.Now()) { //nolint:contextcheck // as above
			l.mu.Unlock()
			return w.call, nil
		}
		q.enqueueFirst(w)
	}
}

// cancel ends the wait of a call whose context has ended, and reports whether it did: false if the call was rejected
// before.
func (l *Limiter) cancel(q *endpointQueue, w *waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case w.elem != nil:
		q.dequeue(w)
		if q.len() == 0 {
			q.wake() // no call is left for the permit that was requested
		}
	case w.call != nil:
		w.call.releaseLocked(dingtalk.LimitOutcome{Unsent: true}, time.Now())
	default:
		return false
	}
	return true
}

// endpointOf returns the name of what a call counts for: an endpoint, which each organization of an app of many has for itself.
// Only a hash of the organization is stored in Redis.
func endpointOf(request dingtalk.LimitRequest) string {
	if request.CorpID == "" {
		return request.Path
	}
	return digest(request.CorpID) + request.Path
}

// queueLocked returns the queue of an endpoint, and creates it if necessary.
func (l *Limiter) queueLocked(endpoint string) *endpointQueue {
	if q := l.queues[endpoint]; q != nil {
		return q
	}
	if len(l.queues) >= maxQueues {
		for endpoint, q := range l.queues {
			if !q.dispatching { // calls in flight hold their queue themselves
				delete(l.queues, endpoint)
			}
		}
	}
	q := &endpointQueue{limiter: l, endpoint: endpoint, recheck: make(chan struct{}, 1)}
	l.queues[endpoint] = q
	return q
}

// newCallLocked returns a call with a new ID. It has no permit yet.
func (l *Limiter) newCallLocked(q *endpointQueue) *call {
	l.lastID++
	return &call{limiter: l, queue: q, id: l.id + "-" + strconv.FormatUint(l.lastID, 36)}
}

// grantLocked gives a permit to a call, which stands for the first one in the queue.
func (l *Limiter) grantLocked(c *call, now time.Time) {
	c.heldUntil = now.Add(l.hold())
	l.ledger.add(c, now)
	w := c.queue.first()
	c.queue.dequeue(w)
	w.call = c
	close(w.done)
}

// discardLocked gives back a permit that no call will use.
func (l *Limiter) discardLocked(c *call, now time.Time) {
	c.coolsFrom, c.unsent, c.heldUntil = now, true, now.Add(l.hold())
	l.reportLocked(c, now)
}

// reportLocked reports a call to Redis with the next sync.
func (l *Limiter) reportLocked(c *call, now time.Time) {
	l.ledger.report(c, now)
	l.ensureHeartbeatLocked()
	l.wakeHeartbeat()
}

// wakeAllLocked makes all queues recheck.
func (l *Limiter) wakeAllLocked() {
	close(l.changed)
	l.changed = make(chan struct{})
}

// busyLocked reports whether calls wait or are in flight.
func (l *Limiter) busyLocked() bool { return l.waiting > 0 || l.ledger.inFlight > 0 }
