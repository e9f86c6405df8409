package console

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// eventsPerPage is the number of events on a page.
const eventsPerPage = 50

// events holds what the page of the events shows.
type events struct {
	Address      string // of the page without a form
	Server       string // the base URL for a client
	ClientID     string
	Connections  []connectionRow
	Type         string   // of the events that are shown; empty: all
	Types        []string // to choose from
	Rows         []eventRow
	Count        int    // of all events of the type
	Newest       string // the address of the latest events; empty if the page has them
	Older        string // likewise
	Disturbances []disturbanceRow
	Form         form // the submitted form, or one that keeps its choice
	Kinds        []eventKind
	Body         string // of the event to be sent
	First        emulator.Disturbance
	Seed         uint64
}

// connectionRow is a connection in a table.
type connectionRow struct {
	Transport, ID, Target string
	Since                 moment
	State                 outcome
	Controlled            bool // by the buttons
}

// connectionStates holds how the states of a connection are shown.
var connectionStates = map[emulator.StreamState]outcome{
	emulator.StreamLive:   {"✓", "good", "events.state.live"},
	emulator.StreamIdle:   {"○", "warn", "events.state.idle"},
	emulator.StreamEnding: {"…", "warn", "events.state.ending"},
	emulator.StreamFrozen: {"✗", "bad", "events.state.frozen"},
	emulator.StreamGone:   {"✗", "bad", "events.state.gone"},
}

// connections returns the open Stream connections and the HTTP callback.
func (c *console) connections() (rows []connectionRow) {
	for _, conn := range c.server.StreamConnections() {
		rows = append(rows, connectionRow{
			Transport: "stream", ID: conn.ID(), Target: conn.From(), Since: moment{conn.Opened()},
			State: connectionStates[conn.State()], Controlled: true,
		})
	}
	if callback := c.server.Callback(); callback != "" {
		rows = append(rows, connectionRow{
			Transport: "http", Target: withoutSecrets(callback), State: outcome{"✓", "good", "events.state.callback"},
		})
	}
	return rows
}

// withoutSecrets returns a URL without the parts that may hold secrets.
func withoutSecrets(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	u.User, u.RawQuery, u.Fragment = nil, "", ""
	return u.String()
}

// eventsPage returns the page of the events with its forms.
func (c *console) eventsPage() formPage {
	return formPage{"events", c.eventActions(), func(r *http.Request, f form) page { return c.showEvents(r, f, "", 0) }}
}

// events returns the page of the events, the newest first.
func (c *console) events(r *http.Request) (page, error) {
	query := r.URL.Query()
	f := form{Page: "events"}
	if query.Has("event") {
		f.Name, f.Values = "emit", url.Values{"event": query["event"], "other": query["other"]}
	}
	below, _ := strconv.ParseInt(query.Get("before"), 10, 64) // other values mean the latest page
	p := c.showEvents(r, f, strings.TrimSpace(query.Get("type")), max(below, 0))
	if key := "events.done." + query.Get("done"); eventsMessages.have(key) {
		p.notice = key
	}
	return p, nil
}

func (c *console) showEvents(r *http.Request, f form, typ string, below int64) page {
	entries, count := c.server.EventLog(typ, below, eventsPerPage+1)
	content := events{
		Address: c.eventsLink(typ, below), Server: c.address(r), ClientID: c.server.ClientID(), Connections: c.connections(),
		Type: typ, Types: c.server.SentEventTypes(), Count: count, Form: f, Kinds: eventKinds(),
	}
	if typ != "" && !slices.Contains(content.Types, typ) {
		content.Types = append(content.Types, typ)
	}
	if below > 0 {
		content.Newest = c.eventsLink(typ, 0)
	}
	if len(entries) > eventsPerPage {
		entries = entries[:eventsPerPage]
		content.Older = c.eventsLink(typ, entries[eventsPerPage-1].Number)
	}
	content.Rows = c.eventRows(entries)
	content.Body = f.Field("emit", "body", "").Value
	if f.Name != "emit" || !f.Values.Has("body") {
		chosen := cmp.Or(f.Field("emit", "event", "").Value, content.Kinds[0].Type)
		content.Body = indentJSON(c.server.ExampleEvent(chosen))
	}
	seed, disturbances := c.server.Disturbances()
	content.Seed = seed
	if len(disturbances) > 0 {
		content.First = disturbances[0]
	}
	for _, d := range disturbances {
		content.Disturbances = append(content.Disturbances, newDisturbanceRow(d))
	}
	p := page{template: "events.html", section: "events", events: true, content: content}
	if len(f.Errors) > 0 {
		p.status, p.address = http.StatusUnprocessableEntity, c.link("events")
	}
	return p
}

// eventsLink returns the address of a page of events.
func (c *console) eventsLink(typ string, before int64) string {
	query := url.Values{}
	if typ != "" {
		query.Set("type", typ)
	}
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	return strings.TrimSuffix(c.link("events")+"?"+query.Encode(), "?")
}

// address returns the base URL at which a request reached the server.
func (c *console) address(r *http.Request) string {
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + (&url.URL{Path: c.base}).EscapedPath()
}
