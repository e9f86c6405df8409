package console

import (
	"bytes"
	"net/http"
	"strings"
	"time"
)

// writeTimeout is how long a browser may leave what it is sent untaken before it counts as gone.
const writeTimeout = 10 * time.Second

// stream is a connection of server-sent events.
type stream struct {
	w          http.ResponseWriter
	controller *http.ResponseController
	pending    bytes.Buffer
}

func openStream(w http.ResponseWriter) *stream {
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	return &stream{w: w, controller: http.NewResponseController(w)}
}

// newlines are what ends a line of a stream. The path of a call may hold any of them.
var newlines = strings.NewReplacer("\r\n", "\n", "\r", "\n")

// add puts an event down to be sent. One without data would not be an event.
func (s *stream) add(event, data string) {
	s.pending.WriteString("event: " + event + "\n")
	for line := range strings.SplitSeq(newlines.Replace(data), "\n") {
		s.pending.WriteString("data: " + line + "\n")
	}
	s.pending.WriteByte('\n')
}

// mark lets the browser know what it has when it has everything up to here: it asks for what comes after it when
// it returns.
func (s *stream) mark(id string) { s.pending.WriteString("id: " + id + "\n\n") }

// comment is what a browser does not see. It keeps a connection that is silent from being closed on the way.
func (s *stream) comment() { s.pending.WriteString(":\n\n") }

// flush sends what was put down. A server of one's own may bound how long it takes to answer, which here is for
// ever.
func (s *stream) flush() error {
	_ = s.controller.SetWriteDeadline(time.Now().Add(writeTimeout)) // as far as the connection knows one
	if _, err := s.w.Write(s.pending.Bytes()); err != nil {
		return err
	}
	s.pending.Reset()
	return s.controller.Flush()
}

// end leaves the connection as it was.
func (s *stream) end() { _ = s.controller.SetWriteDeadline(time.Time{}) }
