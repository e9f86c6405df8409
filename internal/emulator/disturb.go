package emulator

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"time"
)

// Disturbance describes what goes wrong with the delivery of events. A probability is between 0, never, and 1, always.
type Disturbance struct {
	Types []string // the types of events that it concerns; empty: all

	Lose    float64       // probability that an event is never sent
	Double  float64       // that an event is sent twice
	Delay   time.Duration // the longest time for which an event is held back; the times are random, the order remains
	Reorder float64       // that an event is held back until the next one was sent, for a second at most
	OmitID  float64       // that an event has no eventId
	NoAck   float64       // that the acknowledgement of an attempt is lost
	Break   float64       // over Stream: that the connection ends when an acknowledgement arrives, before it counts

	WrongSignature float64 // over HTTP: that an attempt has a wrong signature
	WrongOwner     float64 // over HTTP: that an attempt is for another owner
	OtherPadding   float64 // over HTTP: that an attempt is padded to blocks of 16 in place of 32
}

// check refuses a disturbance that cannot be.
func (d Disturbance) check() error {
	for _, p := range []float64{
		d.Lose, d.Double, d.Reorder, d.OmitID, d.NoAck, d.Break, d.WrongSignature, d.WrongOwner, d.OtherPadding,
	} {
		if !(p >= 0 && p <= 1) {
			return fmt.Errorf("a probability is between 0 and 1: %v", p)
		}
	}
	if d.Delay < 0 {
		return fmt.Errorf("a delay must not be negative: %v", d.Delay)
	}
	return nil
}

// Disturb disturbs the delivery of all events from now on, instead of earlier disturbances. Of several disturbances the
// first that concerns an event is in effect; none ends them. The seed and the number of an event fix what happens to it.
func (s *Server) Disturb(seed uint64, disturbances ...Disturbance) error {
	for _, d := range disturbances {
		if err := d.check(); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.disturbances, s.disturbSeed = slices.Clone(disturbances), seed
	s.notifyEventsChanged()
	return nil
}

// Disturbances returns what Disturb has set.
func (s *Server) Disturbances() (seed uint64, disturbances []Disturbance) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.disturbSeed, slices.Clone(s.disturbances)
}

// disturbance returns what concerns an event.
func (s *Server) disturbance(e *feedEvent) Disturbance {
	for _, d := range s.disturbances {
		if len(d.Types) == 0 || slices.Contains(d.Types, e.typ) {
			return d
		}
	}
	return Disturbance{}
}

// draws returns the random numbers of an event, or of an attempt to deliver it. They do not depend on when they are drawn.
func (s *Server) draws(e *feedEvent, of ...any) *rand.Rand {
	h := fnv.New64a()
	_, _ = fmt.Fprintln(h, append(of, e.number)...) // never fails
	return rand.New(rand.NewPCG(s.disturbSeed, h.Sum64()))
}

// reorderTime is the longest time for which an event waits to be overtaken.
const reorderTime = time.Second

// deliver begins to deliver an event over the transports that want it.
func (s *Server) deliver(e *feedEvent) {
	for _, t := range s.transports {
		if !t.wants(e) {
			continue
		}
		dist, draws := s.disturbance(e), s.draws(e, t.name())
		lose, double := draws.Float64() < dist.Lose, draws.Float64() < dist.Double
		delay := time.Duration(draws.Float64() * float64(dist.Delay))
		reorder, omitID := draws.Float64() < dist.Reorder, draws.Float64() < dist.OmitID

		copies := 1
		if double {
			copies = 2
		}
		for i := range copies {
			d := &delivery{event: e, transport: t, copy: i, omitID: omitID}
			switch {
			case lose || len(s.underWay) >= maxDeliveries:
				s.lose(d)
				continue
			case reorder:
				s.begin(d, delay, s.hold)
			default:
				s.begin(d, delay, s.send)
			}
		}
	}
}

// begin calls a function after a delay, but not before the delay of an earlier event of the transport is over.
func (s *Server) begin(d *delivery, delay time.Duration, send func(*delivery)) {
	s.underWay[d] = struct{}{}
	at := s.now().Add(delay)
	if last := s.lastSent[d.transport]; last.After(at) {
		at = last
	}
	s.lastSent[d.transport] = at
	if wait := at.Sub(s.now()); wait > 0 {
		d.next = s.after(wait, func() { send(d) })
		return
	}
	send(d)
}

// hold keeps a delivery back until another one is sent.
func (s *Server) hold(d *delivery) {
	s.held = append(s.held, d)
	d.next = s.after(reorderTime, func() { s.release(d) })
}

// send makes the first attempt of a delivery and of those that were held back for it.
func (s *Server) send(d *delivery) {
	s.attempt(d)
	for _, h := range slices.Clone(s.held) {
		if h.transport == d.transport {
			s.drop(h.next)
			s.release(h)
		}
	}
}

func (s *Server) release(d *delivery) {
	s.held = slices.DeleteFunc(s.held, func(h *delivery) bool { return h == d })
	if !d.done {
		s.attempt(d)
	}
}
