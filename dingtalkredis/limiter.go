package dingtalkredis

import (
	"context"
	"crypto/rand"
	_ "embed"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	dingtalk "github.com/dingtalk-contacts/dingtalk-go"
)

// Limiter is a dingtalk.Limiter for a fleet, in Redis. Make it with NewLimiter, one for an app and a process.
//
// A permit is free again one full window after the answer of the call that used it: the call arrived no later
// than that, and the next one will be sent no earlier, so that the service, however it counts, never sees more
// than it permits. Calls that have to wait stand in line in their process, bulk ones behind the others, and
// only the first in each line talks to Redis: once per call, as a rule.
//
// While Redis is away, each process makes do with its part of the limits; see the README for what happens in
// between. What a process that dies had taken comes back after the attempt timeout, or 16 s if that is shorter: its
// calls may still arrive, as those that are given up may.
type Limiter struct {
	settings
	line line
	id   string // of this process

	mu       sync.Mutex
	lanes    map[string]*lane
	waiting  int
	turn     chan struct{} // closed and replaced when all lanes have to think again
	numbered uint64
	taken    []*call            // those whose permits are not free
	flying   int                // those of them that are under way
	news     map[*call]struct{} // of which Redis does not know the latest
	newsAt   time.Time          // when the first of them came
	owed     int                // how many calls are
	urgent   bool               // news that cannot wait
	frozen   time.Time          // until when the service refuses everything
	contact  contact
	tending  bool
	tendedAt time.Time // since when
	wake     chan struct{}
}

var _ dingtalk.Limiter = (*Limiter)(nil)

//go:embed limiter.lua
var script string

// NewLimiter returns a limiter that uses a client of any kind: redis.NewClient, redis.NewFailoverClient,
// redis.NewClusterClient. The client remains the caller's to close.
//
// The first call after the keys were lost, and so the very first of all, waits a few seconds: the limiter
// cannot know whether other processes have been busy.
func NewLimiter(client redis.Scripter, opts ...LimiterOption) *Limiter {
	s := newSettings(opts)
	span := max(s.endpoint.span, s.address.span)
	return &Limiter{
		settings: s,
		line:     line{client: client, script: redis.NewScript(script), timeout: s.timeout},
		id:       rand.Text()[:12],
		lanes:    map[string]*lane{},
		turn:     make(chan struct{}),
		news:     map[*call]struct{}{},
		contact:  contact{timeout: s.timeout, span: span, fleet: s.fleet},
		wake:     make(chan struct{}, 1),
	}
}

// Acquire waits until the call may go out. It fails at once, with a *dingtalk.LimitError, if that is certain to be
// after the deadline of ctx, and with the error of ctx when that ends first.
func (l *Limiter) Acquire(ctx context.Context, admission dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	w := &waiter{bulk: admission.Bulk}
	w.deadline, _ = ctx.Deadline()

	l.mu.Lock()
	n := l.lane(admission.Path)
	if wait, late := n.late(w, n.ahead(w), time.Now()); late {
		l.mu.Unlock()
		return nil, &dingtalk.LimitError{Wait: wait}
	}
	n.enqueue(w)
	for {
		l.attend(n) //nolint:contextcheck // what it gets is for the first in line
		l.mu.Unlock()
		select {
		case <-w.done:
		case <-ctx.Done():
			if l.leave(n, w) {
				return nil, ctx.Err()
			}
		}
		if w.err != nil {
			return nil, w.err
		}
		l.mu.Lock()
		if w.call.send(time.Now()) {
			l.mu.Unlock()
			return w.call, nil
		}
		n.enqueueFirst(w)
	}
}

// attend makes permits be got for a lane. It is called with the lock.
func (l *Limiter) attend(n *lane) {
	if !n.served {
		n.served = true
		go l.serve(n)
	}
	l.tend()
}

// leave ends waiting, and says no if the wait was over anyhow without a permit.
func (l *Limiter) leave(n *lane, w *waiter) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case w.place != nil:
		n.dequeue(w)
		if n.waiting() == 0 {
			n.rouse() // for nobody is left to want what was asked for
		}
	case w.call != nil:
		w.call.release(dingtalk.LimitOutcome{Unsent: true}, time.Now())
	default:
		return false
	}
	return true
}

// call is the dingtalk.LimitPermit of one.
type call struct {
	limiter  *Limiter
	lane     *lane
	id       string
	begin    time.Time // from when on it has its permit
	sent     time.Time // when it may go out
	held     time.Time // until when Redis holds its permit for it, while the answer is not there
	answered time.Time // zero: it is under way
	unsent   bool
	owed     bool // Redis keeps the part of the limit from which it is until it hears of it
	doubtful bool // it was asked for in vain, and Redis may get to that later than to the report of it
}

// newCall gives a call its name. It has no permit yet.
func (l *Limiter) newCall(n *lane) *call {
	l.mu.Lock()
	defer l.mu.Unlock()
	return &call{limiter: l, lane: n, id: l.nextID()}
}

func (l *Limiter) nextID() string {
	l.numbered++
	return l.id + "-" + strconv.FormatUint(l.numbered, 36)
}

// Release says what became of the call. Only the first time counts.
func (c *call) Release(o dingtalk.LimitOutcome) {
	c.limiter.mu.Lock()
	defer c.limiter.mu.Unlock()
	c.release(o, time.Now())
}

func (c *call) release(o dingtalk.LimitOutcome, now time.Time) {
	if !c.answered.IsZero() {
		return
	}
	l := c.limiter
	c.answered, c.unsent = now, o.Unsent
	if arrived := c.sent.Add(linger); o.Unanswered && arrived.After(now) {
		c.answered = arrived
	}
	l.flying--
	if until := now.Add(o.Blocked); o.Blocked > 0 && until.After(l.frozen) {
		l.frozen = until
		l.urgent = true
		l.think()
	}
	l.tell(c, now)
	c.lane.rouse()
}

// send notes that the call goes out, or gives its permit back because the process was stopped for so long that Redis
// may not hold the permit for all of the time that the call takes. It is called with the lock.
func (c *call) send(now time.Time) bool {
	if now.Sub(c.begin) > settle {
		c.release(dingtalk.LimitOutcome{Unsent: true}, now)
		return false
	}
	c.sent = now
	return true
}

// admit gives a call its permit, and the permit to who is first in line.
func (l *Limiter) admit(c *call, now time.Time) {
	c.held = now.Add(l.hold())
	l.flying++
	l.taken = append(l.stillTaken(now), c)
	w := c.lane.first()
	c.lane.dequeue(w)
	w.call = c
	close(w.done)
}

// stillTaken drops the calls whose permits are free.
func (l *Limiter) stillTaken(now time.Time) []*call {
	span := max(l.endpoint.span, l.address.span)
	return slices.DeleteFunc(l.taken, func(c *call) bool { return !c.freeAt(span, now).After(now) })
}

// freeAt is when the permit of a window is free; far ahead while the call is under way.
func (c *call) freeAt(span time.Duration, now time.Time) time.Time {
	switch {
	case c.answered.IsZero():
		return now.Add(never)
	case c.unsent:
		return c.answered
	}
	return c.answered.Add(span)
}

// discard gives back a permit that nobody will use.
func (l *Limiter) discard(c *call, now time.Time) {
	c.answered, c.unsent, c.held = now, true, now.Add(l.hold())
	l.tell(c, now)
}

// tell makes a call known to Redis at the next contact.
func (l *Limiter) tell(c *call, now time.Time) {
	if len(l.news) == 0 {
		l.newsAt = now
	}
	l.news[c] = struct{}{}
	l.tend()
	l.rouse()
}

// think makes all lanes reconsider.
func (l *Limiter) think() {
	close(l.turn)
	l.turn = make(chan struct{})
}
