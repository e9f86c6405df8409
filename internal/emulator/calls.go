package emulator

import (
	"net/url"
	"time"
)

// Call is one call as it arrived and its result. The values of access tokens, app secrets, passwords and login
// codes read "REDACTED".
type Call struct {
	Op     string // empty for an unknown path
	Method string
	Path   string // without the base path
	Query  url.Values
	Body   map[string]any // as sent: numbers are json.Number, values of a form are text; nil if unreadable
	Time   time.Time      // the server's
	Admin  bool           // made by an administrator, not by the app

	// Code is the effective code of the response: sub_code where errcode is 88, and the number that stands for a string
	// code of the new API, or its HTTP status where there is none. 0 is success, or no code.
	Code       int
	Reason     string // the string code of a refusal by the new API; empty on the legacy one
	HTTPStatus int    // 0 where no response was sent, or not yet
}

// Calls returns the calls of an operation, in order, or of all operations and unknown paths for the empty name. The
// journal keeps the latest 10,000 calls, or fewer if their paths, queries and bodies, and the responses where they are
// recorded, exceed 64 MiB.
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

// remembered returns copies of journal entries, so that they are parsed without the lock.
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
		Op: e.op, Method: e.method, Path: e.path, Query: r.sentQuery(e.op),
		Time: e.time, Admin: e.admin, Code: e.code, Reason: e.reason, HTTPStatus: e.status,
	}
	if !r.malformed {
		c.Body = r.sentBody(e.op)
	}
	return c
}
