package emulator

import (
	"cmp"
	"maps"
	"slices"
	"time"
)

// EventEntry is an event as a log shows it, without secrets.
type EventEntry struct {
	Event
	Deliveries []DeliveryEntry // in order
}

// DeliveryEntry is an attempt to deliver an event as a log shows it, or what a disturbance holds back before the first one.
type DeliveryEntry struct {
	Delivery
	Next time.Time // when the next attempt begins, by the server's clock; zero if none is planned
}

// EventLog returns up to max of the latest events of a type, newest first, and how many of the type the feed has. The empty
// type is all of them. Only events with a number less than below are returned; 0 is no bound.
func (s *Server) EventLog(typ string, below int64, max int) (entries []EventEntry, count int) {
	s.mu.Lock()
	var events []*feedEvent
	for _, e := range slices.Backward(s.feed.events) {
		if typ != "" && e.typ != typ {
			continue
		}
		count++
		if len(events) < max && (below == 0 || e.number < below) {
			events = append(events, e)
		}
	}
	deliveries, c := s.deliveriesOf(events), s.censor()
	s.mu.Unlock()

	for _, e := range events {
		entry := EventEntry{e.event(), deliveries[e]}
		entry.Body = []byte(c.Replace(withoutTokens(entry.Body)))
		for i := range entry.Deliveries {
			answer := &entry.Deliveries[i].Answer
			*answer = c.Replace(*answer)
		}
		entries = append(entries, entry)
	}
	return entries, count
}

// deliveriesOf returns the attempts to deliver events, and what is held back.
func (s *Server) deliveriesOf(events []*feedEvent) map[*feedEvent][]DeliveryEntry {
	out := map[*feedEvent][]DeliveryEntry{}
	for _, e := range events {
		out[e] = nil
	}
	for _, p := range s.deliveries.pushes {
		d := p.delivery
		if _, wanted := out[d.event]; !wanted {
			continue
		}
		entry := DeliveryEntry{Delivery: p.record()}
		if p == d.latest {
			entry.Next = s.timeOf(d.next)
		}
		out[d.event] = append(out[d.event], entry)
	}
	held := slices.SortedFunc(maps.Keys(s.underWay), func(a, b *delivery) int { return cmp.Compare(a.copy, b.copy) })
	for _, d := range held {
		if _, wanted := out[d.event]; wanted && d.latest == nil {
			out[d.event] = append(out[d.event], DeliveryEntry{
				Delivery{EventID: d.event.id, Type: d.event.typ, Transport: d.transport.name(), Outcome: Held}, s.timeOf(d.next),
			})
		}
	}
	return out
}

// timeOf returns when a task runs, by the server's clock, or the zero time for a task that has left the queue.
func (s *Server) timeOf(t *task) time.Time {
	if t == nil || t.index < 0 {
		return time.Time{}
	}
	return s.now().Add(t.at.Sub(time.Now().Add(s.ahead)))
}

// SentEventTypes returns the types of the events in the feed, sorted.
func (s *Server) SentEventTypes() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	types := map[string]struct{}{}
	for _, e := range s.feed.events {
		types[e.typ] = struct{}{}
	}
	return slices.Sorted(maps.Keys(types))
}
