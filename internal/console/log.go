package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// callsPerPage is the number of calls on a page of the log. The latest page grows as calls arrive.
const callsPerPage = 100

// log holds what the page of the calls shows.
type log struct {
	emulator.LogFilter
	Operations []string
	Calls      []logRow
	Count      int  // of all calls that the filter selects
	Latest     bool // the page has the latest calls
	Newest     string
	Older      string // the address of older calls; empty if there are none
	Max        int    // how many calls the page holds while it grows
}

// Filtered reports whether the page shows a selection of the calls.
func (l log) Filtered() bool { return l.LogFilter != emulator.LogFilter{} }

// CountKey returns the key of the message with the number of calls.
func (l log) CountKey() string { return countKey(l.LogFilter) }

func countKey(f emulator.LogFilter) string {
	if f == (emulator.LogFilter{}) {
		return "log.count"
	}
	return "log.count.matching"
}

// log returns the page of the calls that arrived, newest first.
func (c *console) log(r *http.Request) (page, error) {
	query := r.URL.Query()
	filter := filterOf(query)
	below, _ := strconv.ParseInt(query.Get("before"), 10, 64) // other values mean the latest page
	entries := c.server.Log(filter, max(below, 0), callsPerPage+1)
	l := log{
		LogFilter: filter, Operations: emulator.Operations(), Count: c.server.CountLog(filter), Latest: below <= 0,
		Newest: c.logLink(filter, 0), Max: maxBacklog,
	}
	if len(entries) > callsPerPage {
		entries = entries[:callsPerPage]
		l.Older = c.logLink(filter, entries[callsPerPage-1].Number)
	}
	for _, e := range entries {
		l.Calls = append(l.Calls, logRow{e})
	}
	return page{template: "log.html", section: "requests", calls: true, filter: filter, content: l}, nil
}

// filterOf returns the filter in a query.
func filterOf(query url.Values) emulator.LogFilter {
	return emulator.LogFilter{
		Op: query.Get("op"), UserID: strings.TrimSpace(query.Get("userid")), RequestID: strings.TrimSpace(query.Get("request_id")),
		Failed: query.Get("failed") != "",
	}
}

// queryOf returns the query that holds a filter.
func queryOf(f emulator.LogFilter) url.Values {
	query := url.Values{"op": {f.Op}, "userid": {f.UserID}, "request_id": {f.RequestID}}
	if f.Failed {
		query.Set("failed", "1")
	}
	for name := range query {
		if query.Get(name) == "" {
			query.Del(name)
		}
	}
	return query
}

// logLink returns the address of a page of the log.
func (c *console) logLink(f emulator.LogFilter, before int64) string {
	query := queryOf(f)
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	return strings.TrimSuffix(c.link("log")+"?"+query.Encode(), "?")
}

// callsLink returns the address of the log of the calls that concern a person.
func (c *console) callsLink(userid string) string {
	return c.logLink(emulator.LogFilter{UserID: userid}, 0)
}
