package emulator

import (
	"bytes"
	"encoding/json"
	"net/url"
	"slices"
	"time"
)

// LogEntry is a call as a line of a log, without secrets.
type LogEntry struct {
	Number  int64 // 1 for the first call of the server
	Op      string
	Method  string
	Path    string
	From    string // the address of the caller
	Time    time.Time
	Fault   string // the fault it met, as FaultName has it
	Code    int    // as in Call
	Message string // of a refusal

	Ended      bool // answered, or the caller does not wait any more
	Broken     bool // the fault leaves no answer of the service, or a part of one
	HTTPStatus int  // 0 where no answer was sent, or not yet
	RequestID  string
	Duration   time.Duration // by the machine's clock
}

// JournalEntry is a call with what was sent both ways, without secrets.
type JournalEntry struct {
	LogEntry
	Query    url.Values
	Body     string // indented; empty where there was none or it is unreadable
	Response string // indented if it is JSON; empty where none was recorded
}

// RecordResponses makes the journal keep the answers of all calls from now on.
func (s *Server) RecordResponses() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recording = true
}

// Log returns the latest calls of an operation, or of all for the empty name, that have a number below one
// and are not more than so many, newest first. There is no call below 1, and 0 stands for no bound.
func (s *Server) Log(op string, below int64, most int) []LogEntry {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.censor()
	var out []LogEntry
	for _, e := range slices.Backward(s.journal.entries) {
		if len(out) == most {
			break
		}
		if (op == "" || op == e.op) && (below == 0 || e.number < below) {
			out = append(out, e.logEntry(c))
		}
	}
	return out
}

// JournalEntry returns the call of a number, if it is remembered.
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
	out := JournalEntry{LogEntry: e.logEntry(c), Query: c.values(r.sentQuery()), Response: c.Replace(withoutTokens(e.response))}
	if body := r.sentBody(); len(body) > 0 {
		out.Body = indented(string(encode(c.value(body))))
	}
	out.Response = indented(out.Response)
	return out, true
}

func (e *entry) logEntry(c censor) LogEntry {
	return LogEntry{
		Number: e.number, Op: e.op, Method: e.method, Path: c.Replace(e.path), From: e.ip, Time: e.time,
		Fault: FaultName(e.fault), Code: e.code, Message: c.Replace(e.message),
		Ended: e.ended, Broken: e.fault.breaksResponse(), HTTPStatus: e.status, RequestID: e.requestID, Duration: e.took,
	}
}

// indented lays out JSON to be read, and leaves anything else as it is.
func indented(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}
