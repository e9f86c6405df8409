package emulator

import (
	"context"
	"slices"
)

// watch is who wants to know that something happened. What it was, they ask Changes.
type watch struct {
	notifyCh chan struct{} // holds one ring at most: whoever is slow hears one for many
	stop     func() bool   // stops waiting for the end of the context
}

// Watch returns a channel that gets a value when a call arrives or is answered and when the organisation or the
// clock changes, or one value for several such events if nobody takes it. It is closed when the context ends or the
// server is closed.
func (s *Server) Watch(ctx context.Context) <-chan struct{} {
	w := &watch{notifyCh: make(chan struct{}, 1)}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		close(w.notifyCh)
		return w.notifyCh
	}
	s.watches[w] = struct{}{}
	w.stop = context.AfterFunc(ctx, func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.unsubscribe(w)
	})
	return w.notifyCh
}

// dismiss ends a watch, if it has not ended.
func (s *Server) unsubscribe(w *watch) {
	if _, there := s.watches[w]; there {
		delete(s.watches, w)
		close(w.notifyCh)
	}
}

// happened tells who watches, without waiting for any of them, and returns the number of what happened.
func (s *Server) notify() int64 {
	s.revision++
	for w := range s.watches {
		select {
		case w.notifyCh <- struct{}{}:
		default:
		}
	}
	return s.revision
}

// notifyOrgChanged notifies that the organization or the clock changed.
func (s *Server) notifyOrgChanged() { s.changed = s.notify() }

// Changes is what happened after a revision.
type Changes struct {
	Revision     int64      // of the latest that is told here
	Organisation bool       // it changed, or its clock did
	Calls        []LogEntry // that arrived or were answered, in the order of their arrival
}

// Changes tells what happened after a revision, which an earlier Changes had; 0 is before all. Of many calls it tells the
// latest ones, so many at most.
func (s *Server) Changes(after int64, most int) Changes {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.censor()
	n := Changes{Revision: s.revision, Organisation: s.changed > after}
	for _, e := range slices.Backward(s.journal.entries) {
		if len(n.Calls) == most || s.revision == after {
			break
		}
		if e.revision > after {
			n.Calls = append(n.Calls, e.logEntry(c))
		}
	}
	slices.Reverse(n.Calls)
	return n
}
