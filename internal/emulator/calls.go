package emulator

import (
	"net/url"
	"time"
)

// Call is one call as it arrived and how it was answered. The values of access tokens, app secrets and
// passwords read "REDACTED".
type Call struct {
	Op     string // empty on a path that leads nowhere
	Method string
	Path   string // without the base path
	Query  url.Values
	Body   map[string]any // as sent: numbers are json.Number, values of a form are text; nil if unreadable
	Time   time.Time      // the server's

	Code       int // the effective code worked out: sub_code where errcode is 88, and what a word stands for. 0 where none was
	HTTPStatus int // 0 where no answer was sent, or not yet
}

// Calls returns what arrived for an operation, in order; for the empty name everything, unknown paths
// included. The latest 10,000 calls are remembered, or fewer if their paths, queries and bodies, and the answers
// where they are recorded, exceed 64 MiB.
func (s *Server) Calls(op string) ([]Call, error) {
	if op != "" {
		if err := s.checkOp(op); err != nil {
			return nil, err
		}
	}
	var out []Call
	for _, e := range s.remembered(op) {
		out = append(out, e.call())
	}
	return out, nil
}

// remembered copies entries, so that they are taken apart while the server goes on.
func (s *Server) remembered(op string) []entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []entry
	for _, e := range s.journal.entries {
		if op == "" || op == e.op {
			out = append(out, *e)
		}
	}
	return out
}

func (e entry) call() Call {
	r := e.request()
	c := Call{
		Op: e.op, Method: e.method, Path: e.path, Query: r.sentQuery(),
		Time: e.time, Code: e.code, HTTPStatus: e.status,
	}
	if !r.malformed {
		c.Body = r.sentBody()
	}
	return c
}
