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

	Code       int // the effective code worked out: sub_code where errcode is 88. 0 where none was
	HTTPStatus int // 0 where no answer was sent, or not yet
}

// entry is a call in the journal, taken apart only when somebody asks.
type entry struct {
	op      string
	request *request
	time    time.Time

	code, status int
}

// journalSize is how many calls are remembered.
const journalSize = 10_000

// journal holds the latest calls in the order of their arrival.
type journal struct {
	entries []*entry
	next    int // the oldest entry's place once the journal is full
}

func (j *journal) add(e *entry) {
	if len(j.entries) < journalSize {
		j.entries = append(j.entries, e)
		return
	}
	j.entries[j.next] = e
	j.next = (j.next + 1) % journalSize
}

// Calls returns what arrived for an operation, in order; for the empty name everything, unknown paths
// included. The latest 10,000 calls are remembered.
func (s *Server) Calls(op string) ([]Call, error) {
	if op != "" {
		if err := s.knows(op); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Call
	for i := range s.journal.entries {
		e := s.journal.entries[(s.journal.next+i)%len(s.journal.entries)]
		if op == "" || op == e.op {
			out = append(out, e.call())
		}
	}
	return out, nil
}

func (e *entry) call() Call {
	c := Call{
		Op: e.op, Method: e.request.method, Path: e.request.path, Query: e.request.sentQuery(),
		Time: e.time, Code: e.code, HTTPStatus: e.status,
	}
	if !e.request.malformed {
		c.Body = e.request.sentBody()
	}
	return c
}
