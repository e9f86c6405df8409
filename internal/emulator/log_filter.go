package emulator

import (
	"net/http"
	"slices"
	"strings"
)

// LogFilter selects calls of a log. The zero filter selects all.
type LogFilter struct {
	Op        string // empty: any operation, and unknown paths
	UserID    string // a person whom the call names or its response is about; empty: any
	RequestID string // a part of the request ID; empty: any
	Failed    bool   // only calls that were refused or got no proper response
}

// selects reports whether a call is in the log.
func (f LogFilter) selects(e *entry) bool {
	return (f.Op == "" || f.Op == e.op) &&
		(f.UserID == "" || slices.Contains(e.users, f.UserID)) &&
		strings.Contains(e.requestID, f.RequestID) &&
		(!f.Failed || e.failed())
}

// failed reports whether a call was refused or got no proper response.
func (e *entry) failed() bool {
	return e.code != 0 || e.fault.breaksResponse() || e.ended && e.status == 0 || e.status >= http.StatusBadRequest
}

// CountLog returns how many calls in the journal a filter selects.
func (s *Server) CountLog(f LogFilter) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count(f)
}

func (s *Server) count(f LogFilter) int {
	if f == (LogFilter{}) {
		return len(s.journal.entries)
	}
	n := 0
	for _, e := range s.journal.entries {
		if f.selects(e) {
			n++
		}
	}
	return n
}
