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
	// pace is how far apart what a page is told is at least: a page that is loaded again takes a moment.
	pace = 200 * time.Millisecond

	// heartbeat is how long a stream may be silent.
	heartbeat = 15 * time.Second

	// backlog is how many calls are told at most to a page that comes back: as many as it shows.
	backlog = 300
)

// since is a moment from which on a page wants to know what happens.
type since struct {
	revision int64
	foreign  bool // it was another server's
}

// moment is the present moment. Numbers alone would be taken for those of a server that ran here before.
func (c *console) moment() string { return c.session + "-" + strconv.FormatInt(c.revision(), 10) }

func (c *console) revision() int64 { return c.server.News(0, 0).Revision }

// since reads the moment of a browser that returns, or that of the page that was loaded; without any it is now.
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

// eventsLink is where a page is told what happens after a moment, of the organisation alone unless it shows calls.
func (c *console) eventsLink(moment string, calls bool) string {
	query := url.Values{"after": {moment}}
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
	lang, most := languageOf(r), backlog
	if r.URL.Query().Get("only") == "organisation" {
		most = 0
	}
	bell := c.server.Watch(r.Context())
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
		news := c.server.News(at.revision, most)
		if news.Organisation {
			s.add("organisation", strconv.FormatInt(news.Revision, 10))
		}
		for _, entry := range news.Calls {
			s.add("call", c.row(lang, entry))
		}
		if news.Revision != at.revision || at.foreign {
			at = since{revision: news.Revision}
			s.mark(c.session + "-" + strconv.FormatInt(at.revision, 10))
		}
		if s.flush() != nil {
			return
		}
		if !await(r, bell, beat.C, s) {
			return
		}
	}
}

// await waits until there is something to tell, or for long enough that silence must be broken. It says whether to go
// on.
func await(r *http.Request, bell <-chan struct{}, beat <-chan time.Time, s *stream) bool {
	rest := time.NewTimer(pace)
	defer rest.Stop()
	select {
	case <-rest.C:
	case <-r.Context().Done():
		return false
	}
	select {
	case _, open := <-bell:
		return open
	case <-beat:
		s.comment()
		return true
	}
}

// row is a line of the log in HTML.
func (c *console) row(lang language, e emulator.Entry) string {
	var b bytes.Buffer
	_ = c.templates[lang]["log.html"].ExecuteTemplate(&b, "row", logged{e}) // a buffer takes everything
	return b.String()
}
