package console

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// writeTimeout is how long a browser may block a write before it counts as gone.
const writeTimeout = 10 * time.Second

// updateStream is a connection of server-sent events.
type updateStream struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	pending    bytes.Buffer
}

// openUpdateStream begins a response of server-sent events.
func openUpdateStream(w http.ResponseWriter) *updateStream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	return &updateStream{w: w, controller: http.NewResponseController(w)}
}

// newlines replaces all line ends of a stream by one. The path of a call may hold any of them.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// add buffers an event. Browsers ignore an event without data.
func (s *updateStream) add(event, data string) {
	s.pending.WriteString("event: " + event + "\n")
	for line := range strings.SplitSeq(newlines.Replace(data), "\n") {
		s.pending.WriteString("data: " + line + "\n")
	}
	s.pending.WriteByte('\n')
}

// mark buffers the ID of the latest event. A browser that reconnects asks for the events after it.
func (s *updateStream) mark(id string) { s.pending.WriteString("id: " + id + "\n\n") }

// comment buffers a comment, which browsers ignore. It keeps proxies from closing an idle connection.
func (s *updateStream) comment() { s.pending.WriteString(":\n\n") }

// flush sends what is buffered. It extends the write deadline, because a server may limit the time of a response.
func (s *updateStream) flush() error {
	_ = s.controller.SetWriteDeadline(time.Now().Add(writeTimeout)) // some connections have no deadlines
	if _, err := s.w.Write(s.pending.Bytes()); err != nil {
		return err
	}
	s.pending.Reset()
	return s.controller.Flush()
}

// end removes the write deadline.
func (s *updateStream) end() { _ = s.controller.SetWriteDeadline(time.Time{}) }
