package emulator

import (
	"math/rand/v2"
	"slices"
	"time"
)

// eventTransport is a way in which events reach the app: Stream connections or the HTTP callback. The server calls its
// methods with the lock held: they must not wait. What takes time runs in background and calls settle with the lock held.
type eventTransport interface {
	// name returns what deliveries call it.
	name() string
	// wants reports whether an event is to be delivered this way.
	wants(e *feedEvent) bool
	// push begins an attempt, which ends with settle.
	push(p *push)
	// retries returns how long after each attempt that failed the next one begins. After the last the server gives up.
	retries() []time.Duration
	// gaveUp is called when the last attempt has failed.
	gaveUp(e *feedEvent)
}

// delivery is an event on its way to the app over one transport.
type delivery struct {
	event     *feedEvent
	transport eventTransport
	copy      int  // 1 for the second delivery of an event that is sent twice
	omitID    bool // the event is sent without its ID
	attempts  int
	latest    *push
	next      *task // the next attempt; nil: none is planned
	done      bool  // accepted, given up or lost
}

// push is one attempt to deliver an event.
type push struct {
	delivery    *delivery
	number      int // 1 for the first attempt; 0: it was never sent
	begun       time.Time
	draws       *rand.Rand  // for what is left to chance
	disturbance Disturbance // that concerns the event
	noAck       bool        // what the app returns is lost
	connection  string      // set by the transport, like the next one
	messageID   string

	answer  string // what the app returned, or why it did not; empty while it is waited for
	ended   time.Time
	outcome Outcome
}

// chance reports whether something of a probability happens. Every call draws, so that what follows does not depend on it.
func (p *push) chance(probability float64) bool { return p.draws.Float64() < probability }

// Outcome is how an attempt to deliver an event has ended.
type Outcome string

// The outcomes.
const (
	Waiting  Outcome = "waiting"  // for the app
	Accepted Outcome = "accepted" // by the app
	Refused  Outcome = "refused"  // by the app, or not answered in time
	Lost     Outcome = "lost"     // never sent: because of Disturb, or of too many deliveries under way
	Held     Outcome = "held"     // back before the first attempt, because of Disturb; Deliveries does not have it
)

// maxDeliveries is how many deliveries may be under way. Beyond it an event is lost.
const maxDeliveries = 10_000

// lose records a delivery that is never made.
func (s *Server) lose(d *delivery) {
	d.done = true
	now := s.now()
	s.deliveries.add(&push{delivery: d, begun: now, ended: now, outcome: Lost})
}

// attempt makes the next attempt.
func (s *Server) attempt(d *delivery) {
	d.attempts++
	p := &push{
		delivery: d, number: d.attempts, begun: s.now(), outcome: Waiting,
		draws: s.draws(d.event, d.transport.name(), d.copy, d.attempts),
	}
	p.disturbance = s.disturbance(d.event)
	p.noAck = p.chance(p.disturbance.NoAck)
	d.latest, d.next = p, nil
	s.deliveries.add(p)
	d.transport.push(p)
	s.notifyEventsChanged()
}

// settle ends an attempt with what the app returned. An app may accept late, before the next attempt.
func (s *Server) settle(p *push, accepted bool, answer string) {
	d := p.delivery
	if p.outcome == Accepted || p.outcome == Refused && !accepted {
		return
	}
	p.outcome, p.answer, p.ended = Refused, answer, s.now()
	if accepted {
		p.outcome = Accepted
	}
	s.notifyEventsChanged()
	switch {
	case d.done || !accepted && p != d.latest:
	case accepted:
		s.drop(d.next)
		s.finish(d)
	case d.attempts > len(d.transport.retries()):
		s.finish(d)
		d.transport.gaveUp(d.event)
	default:
		wait := d.transport.retries()[d.attempts-1] - s.now().Sub(p.begun)
		d.next = s.after(max(wait, 0), func() { s.attempt(d) })
	}
}

func (s *Server) finish(d *delivery) {
	d.done = true
	delete(s.underWay, d)
}

// Delivery is one attempt to deliver an event.
type Delivery struct {
	EventID    string
	Type       string // of the event
	Transport  string // "stream" or "http"
	Connection string // over Stream: its ID
	MessageID  string // over Stream: of the push
	Attempt    int    // 1 for the first; 0 for an event that was never sent
	Time       time.Time
	Outcome    Outcome
	Answer     string // what the app returned, or why it did not
	Ended      time.Time
}

// deliveryLog holds the latest attempts in their order.
type deliveryLog struct{ pushes []*push }

func (l *deliveryLog) add(p *push) {
	if l.pushes = append(l.pushes, p); len(l.pushes) > feedSize {
		l.pushes[0] = nil // so that the array behind the slice does not keep it
		l.pushes = l.pushes[1:]
	}
}

// Deliveries returns the attempts to deliver events of these types, in order, or of all types if there are none. The latest
// 10,000 are kept.
func (s *Server) Deliveries(types ...string) []Delivery {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Delivery
	for _, p := range s.deliveries.pushes {
		if len(types) == 0 || slices.Contains(types, p.delivery.event.typ) {
			out = append(out, p.record())
		}
	}
	return out
}

func (p *push) record() Delivery {
	e := p.delivery.event
	return Delivery{
		EventID: e.id, Type: e.typ, Transport: p.delivery.transport.name(), Connection: p.connection, MessageID: p.messageID,
		Attempt: p.number, Time: p.begun, Outcome: p.outcome, Answer: p.answer, Ended: p.ended,
	}
}

// dropDeliveries ends all deliveries under way.
func (s *Server) dropDeliveries() {
	for d := range s.underWay {
		s.drop(d.next)
		s.finish(d)
	}
	s.held, s.stream.waiting = nil, nil
	clear(s.lastSent)
	s.notifyEventsChanged()
}
