package console

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

const (
	// minUpdateGap is the shortest time between two updates of a page, because reloading a page takes some time.
	minUpdateGap = 200 * time.Millisecond

	// heartbeat is the longest time without data on a stream.
	heartbeat = 15 * time.Second

	// maxBacklog is how many calls a page receives at most when it reconnects: as many as it shows.
	maxBacklog = 300
)

// startPoint is the point from which on a page wants updates.
type startPoint struct {
	revision int64
	foreign  bool // the page was loaded from another server
}

// updateID returns the ID of the latest update. A number alone could be mistaken for one of an earlier server.
func (c *console) updateID() string { return c.session + "-" + strconv.FormatInt(c.revision(), 10) }

func (c *console) revision() int64 { return c.server.Changes(0, emulator.LogFilter{}, 0).Revision }

// startOf returns where the updates of a page begin: after Last-Event-ID or ?after=, else now.
func (c *console) startOf(r *http.Request) startPoint {
	last := r.Header.Get("Last-Event-ID")
	if last == "" {
		last = r.URL.Query().Get("after")
	}
	session, number, _ := strings.Cut(last, "-")
	revision, err := strconv.ParseInt(number, 10, 64)
	if session == c.session && err == nil {
		return startPoint{revision: revision}
	}
	return startPoint{c.revision(), last != ""}
}

// updatesLink returns the address of the updates after an ID: of the organization, and of the calls
// or events that the page shows.
func (c *console) updatesLink(updateID string, p page) string {
	query := queryOf(p.filter)
	query.Set("after", updateID)
	if !p.calls {
		query.Set("only", "organization")
	}
	if p.events {
		query.Set("events", "1")
	}
	return c.link("updates") + "?" + query.Encode()
}

// updates streams updates to a page. It ends with the connection or the server, whichever ends first.
func (c *console) updates(w http.ResponseWriter, r *http.Request) {
	s := openUpdateStream(w)
	defer s.end()
	if r.Method == http.MethodHead {
		return // the stream would not end
	}
	lang, filter, most := languageOf(r), filterOf(r.URL.Query()), maxBacklog
	if r.URL.Query().Get("only") == "organization" {
		most = 0
	}
	events := r.URL.Query().Get("events") != ""
	notifyCh := c.server.Watch(r.Context())
	at := c.startOf(r)
	s.pending.WriteString("retry: 1000\n")
	s.comment()
	if at.foreign {
		s.add("restart", c.session)
		s.add("organization", c.session)
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		changes := c.server.Changes(at.revision, filter, most)
		if changes.Organization {
			s.add("organization", strconv.FormatInt(changes.Revision, 10))
		}
		if events && (changes.Events || at.foreign) {
			s.add("event", strconv.FormatInt(changes.Revision, 10))
		}
		for _, entry := range changes.Calls {
			s.add("call", c.logRow(lang, entry))
		}
		if len(changes.Calls) > 0 {
			text, _ := logMessages.in(lang, countKey(filter), changes.Count) // the message exists
			s.add("count", text)
		}
		if changes.Revision != at.revision || at.foreign {
			at = startPoint{revision: changes.Revision}
			s.mark(c.session + "-" + strconv.FormatInt(at.revision, 10))
		}
		if s.flush() != nil {
			return
		}
		if !await(r, notifyCh, beat.C, s) {
			return
		}
	}
}

// await waits for the next update or heartbeat. It reports whether the stream goes on.
func await(r *http.Request, notifyCh <-chan struct{}, beat <-chan time.Time, s *updateStream) bool {
	gap := time.NewTimer(minUpdateGap)
	defer gap.Stop()
	select {
	case <-gap.C:
	case <-r.Context().Done():
		return false
	}
	select {
	case _, open := <-notifyCh:
		return open
	case <-beat:
		s.comment()
		return true
	}
}

// logRow returns a row of the log in HTML.
func (c *console) logRow(lang language, e emulator.LogEntry) string {
	var b bytes.Buffer
	_ = c.templates[lang]["log.html"].ExecuteTemplate(&b, "row", logRow{e}) // writing to a buffer does not fail
	return b.String()
}
