package console

import (
	"bytes"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

const (
	// minEventGap is how far apart what a page is told is at least: a page that is loaded again takes a eventID.
	minEventGap = 200 * time.Millisecond

	// heartbeat is how long a stream may be silent.
	heartbeat = 15 * time.Second

	// maxBacklog is how many calls are told at most to a page that comes back: as many as it shows.
	maxBacklog = 300
)

// since is a eventID from which on a page wants to know what happens.
type since struct {
	revision int64
	foreign  bool // it was another server's
}

// eventID is the present eventID. Numbers alone would be taken for those of a server that ran here before.
func (c *console) eventID() string { return c.session + "-" + strconv.FormatInt(c.revision(), 10) }

func (c *console) revision() int64 { return c.server.Changes(0, 0).Revision }

// since reads the eventID of a browser that returns, or that of the page that was loaded; without any it is now.
func (c *console) since(r *http.Request) since {
	told := r.Header.Get("Last-Event-ID")
	if told == "" {
		told = r.URL.Query().Get("after")
	}
	session, number, _ := strings.Cut(told, "-")
	revision, err := strconv.ParseInt(number, 10, 64)
	if session == c.session && err == nil {
		return since{revision: revision}
	}
	return since{c.revision(), told != ""}
}

// eventsLink is where a page is told what happens after a eventID, of the organisation alone unless it shows calls.
func (c *console) eventsLink(eventID string, calls bool) string {
	query := url.Values{"after": {eventID}}
	if !calls {
		query.Set("only", "organisation")
	}
	return c.link("events") + "?" + query.Encode()
}

// events tells a page what happens, as it happens. It ends with the connection or the server, whichever ends first.
func (c *console) events(w http.ResponseWriter, r *http.Request) {
	s := openStream(w)
	defer s.end()
	if r.Method == http.MethodHead {
		return // there is no end of what would follow
	}
	lang, most := languageOf(r), maxBacklog
	if r.URL.Query().Get("only") == "organisation" {
		most = 0
	}
	notifyCh := c.server.Watch(r.Context())
	at := c.since(r)
	s.pending.WriteString("retry: 1000\n")
	s.comment()
	if at.foreign {
		s.add("restart", c.session)
		s.add("organisation", c.session)
	}
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		changes := c.server.Changes(at.revision, most)
		if changes.Organisation {
			s.add("organisation", strconv.FormatInt(changes.Revision, 10))
		}
		for _, entry := range changes.Calls {
			s.add("call", c.row(lang, entry))
		}
		if changes.Revision != at.revision || at.foreign {
			at = since{revision: changes.Revision}
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

// await waits until there is something to tell, or for long enough that silence must be broken. It says whether to go
// on.
func await(r *http.Request, notifyCh <-chan struct{}, beat <-chan time.Time, s *stream) bool {
	rest := time.NewTimer(minEventGap)
	defer rest.Stop()
	select {
	case <-rest.C:
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

// row is a line of the log in HTML.
func (c *console) row(lang language, e emulator.LogEntry) string {
	var b bytes.Buffer
	_ = c.templates[lang]["log.html"].ExecuteTemplate(&b, "row", logRow{e}) // a buffer takes everything
	return b.String()
}
