package console

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wire is a connection whose writes block until they are read.
type wire struct {
	*io.PipeWriter
	header http.Header
}

func (w wire) Header() http.Header { return w.header }
func (wire) WriteHeader(int)       {}
func (wire) Flush()                {}

// update is an event of a stream of updates.
type update struct{ event, data string }

// listener reads a stream of events as a browser does.
type listener struct {
	messages chan update // closed when the stream ends
	last     string      // the latest ID, to be read when the listener rests
	count    string      // the latest number of calls, likewise; it is not among the messages
	comments int
	stop     context.CancelFunc
}

// listen opens a stream in a bubble.
func listen(t *testing.T, h http.Handler, target string, header ...string) *listener {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, target, nil)
	r.Header.Set("Accept-Language", "en")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	out, in := io.Pipe()
	go func() {
		h.ServeHTTP(wire{in, http.Header{}}, r)
		_ = in.Close()
	}()
	l := &listener{messages: make(chan update, 1000), stop: cancel}
	t.Cleanup(cancel)
	go l.read(out)
	synctest.Wait()
	return l
}

func (l *listener) read(from io.Reader) {
	defer close(l.messages)
	var m update
	for lines := bufio.NewScanner(from); lines.Scan(); {
		name, value, _ := strings.Cut(lines.Text(), ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case lines.Text() == "":
			switch {
			case m.event == "count":
				l.count = m.data
			case m.data != "":
				l.messages <- m
			}
			m = update{}
		case name == "":
			l.comments++
		case name == "event":
			m.event = value
		case name == "data":
			m.data += value + "\n"
		case name == "id":
			l.last = value
		}
	}
}

// heard returns the events so far, and the calls in them with their codes.
func (l *listener) heard() (events []string) {
	synctest.Wait()
	for {
		select {
		case m, open := <-l.messages:
			if !open {
				return append(events, "end")
			}
			if m.event == "call" {
				m.event = strings.Join(calls(m.data), ",")
			}
			events = append(events, m.event)
		default:
			return events
		}
	}
}

func TestUpdateStream_AnEventEndsWithItsData(t *testing.T) {
	t.Parallel()
	var s updateStream
	s.add("call", "a\rb\r\revent: organization\r\nc\nd")
	assert.Equal(t, "event: call\ndata: a\ndata: b\ndata: \ndata: event: organization\ndata: c\ndata: d\n\n", s.pending.String())
}

func TestUpdateStream_OutlivesTheWriteTimeout(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	host := httptest.NewUnstartedServer(New(s, ""))
	host.Config.WriteTimeout = 20 * time.Millisecond
	host.Start()
	t.Cleanup(host.Close)
	t.Cleanup(s.Close) // before the host, which waits for its streams
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, host.URL+"/console/updates", nil)
	require.NoError(t, err)
	begun := time.Now()
	res, err := host.Client().Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	lines := bufio.NewScanner(res.Body)
	for time.Since(begun) < 10*host.Config.WriteTimeout { // the event of a call comes 200 ms after the one before, or later
		sendRaw(t, s, getPath, `{}`)
		for lines.Scan() && !strings.HasPrefix(lines.Text(), "id:") {
		}
		require.NoError(t, lines.Err())
	}
	sendRaw(t, s, subPath, `{}`)
	for lines.Scan() && !strings.Contains(lines.Text(), "ListSubDepartmentIDs") {
	}
	assert.Contains(t, lines.Text(), "ListSubDepartmentIDs")
}
