package emulator

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"time"
)

// LogEntry is a call as a log shows it, without secrets.
type LogEntry struct {
	Number  int64 // 1 for the first call of the server
	Op      string
	Method  string
	Path    string
	From    string // the caller's address
	Time    time.Time
	Admin   bool       // as in Call
	Fault   FaultParts // the fault that it met
	Code    int        // as in Call
	Reason  string     // likewise
	Message string     // of a refusal

	Ended      bool // the response was sent, or the caller no longer waits
	Broken     bool // the fault leaves no response of the service, or a part of one
	HTTPStatus int  // 0 where no response was sent, or not yet
	RequestID  string
	Duration   time.Duration // measured by the machine's clock
}

// JournalEntry is a call with its request and response, without secrets.
type JournalEntry struct {
	LogEntry
	Query    url.Values
	Body     string // indented; empty if there was none or it is unreadable
	Response string // indented if it is JSON; empty if none was recorded
}

// RecordResponses makes the journal keep the responses of all calls from now on.
func (s *Server) RecordResponses() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recording = true
}

// Log returns up to max of the latest calls that a filter selects, newest first. Only calls with a number less than below
// are returned; 0 is no bound.
func (s *Server) Log(f LogFilter, below int64, max int) []LogEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.censor()
	var out []LogEntry
	for _, e := range slices.Backward(s.journal.entries) {
		if len(out) == max {
			break
		}
		if (below == 0 || e.number < below) && f.selects(e) {
			out = append(out, e.logEntry(c))
		}
	}
	return out
}

// JournalEntry returns the call with a number, if the journal has it.
func (s *Server) JournalEntry(number int64) (JournalEntry, bool) {
	s.mu.Lock()
	found := s.journal.find(number)
	if found == nil {
		s.mu.Unlock()
		return JournalEntry{}, false
	}
	e, c := *found, s.censor()
	s.mu.Unlock()

	r := e.request()
	out := JournalEntry{LogEntry: e.logEntry(c), Query: c.values(r.sentQuery(e.op)), Response: c.Replace(withoutTokens(e.response))}
	if body := r.sentBody(e.op); len(body) > 0 {
		out.Body = indented(string(encode(c.value(body))))
	}
	out.Response = indented(out.Response)
	return out, true
}

// logEntry returns the entry as a log shows it.
func (e *entry) logEntry(c censor) LogEntry {
	return LogEntry{
		Number: e.number, Op: e.op, Method: e.method, Path: c.Replace(e.path), From: e.ip, Time: e.time,
		Admin: e.admin, Fault: e.fault.Parts(), Code: e.code, Reason: e.reason, Message: c.Replace(e.message),
		Ended: e.ended, Broken: e.fault.breaksResponse(), HTTPStatus: e.status, RequestID: e.requestID, Duration: e.took,
	}
}

// indented indents JSON and leaves other text as it is.
func indented(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}
