package emulator

import (
	"context"
	"slices"
)

// watch is a subscription to notifications. Changes returns what has changed.
type watch struct {
	notifyCh chan struct{} // holds at most one notification, which stands for all that were missed
	stop     func() bool   // stops watching the context
}

// Watch returns a channel that receives a value when a call arrives or ends and when the organization, the clock or
// the delivery of events changes. Several such events may be one value. The channel is closed when the context ends or the server is closed.
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

// unsubscribe ends a watch, if it has not ended.
func (s *Server) unsubscribe(w *watch) {
	if _, subscribed := s.watches[w]; subscribed {
		delete(s.watches, w)
		close(w.notifyCh)
	}
}

// notify notifies all watches without blocking and returns the new revision.
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

// notifyEventsChanged notifies that the feed, a delivery, a connection or the disturbances changed.
func (s *Server) notifyEventsChanged() { s.eventChanged = s.notify() }

// Changes describes what happened after a revision.
type Changes struct {
	Revision     int64      // the latest revision
	Organization bool       // the organization or the clock changed
	Events       bool       // the feed, a delivery, a connection or the disturbances changed
	Calls        []LogEntry // calls that arrived or ended, in the order of their arrival
	Count        int        // how many calls in the journal the filter selects; 0 if the limit is 0
}

// Changes returns what happened after a revision, which an earlier Changes returned; 0 is the beginning. Of the calls that
// a filter selects it returns the latest, at most limit of them.
func (s *Server) Changes(after int64, f LogFilter, limit int) Changes {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.censor()
	n := Changes{Revision: s.revision, Organization: s.changed > after, Events: s.eventChanged > after}
	for _, e := range slices.Backward(s.journal.entries) {
		if len(n.Calls) == limit || s.revision == after {
			break
		}
		if e.revision > after && f.selects(e) {
			n.Calls = append(n.Calls, e.logEntry(c))
		}
	}
	slices.Reverse(n.Calls)
	if limit > 0 {
		n.Count = s.count(f)
	}
	return n
}
