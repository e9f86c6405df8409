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
	Op         string // empty: all
	Operations []string
	Calls      []logRow
	Latest     bool // the page has the latest calls
	Newest     string
	Older      string // the address of older calls; empty if there are none
	Max        int    // how many calls the page holds while it grows
}

// log returns the page of the calls that arrived, newest first.
func (c *console) log(r *http.Request) (page, error) {
	query := r.URL.Query()
	op := query.Get("op")
	below, _ := strconv.ParseInt(query.Get("before"), 10, 64) // other values mean the latest page
	entries := c.server.Log(emulator.LogFilter{Op: op}, max(below, 0), callsPerPage+1)
	l := log{
		Op: op, Operations: emulator.Operations(), Latest: below <= 0, Newest: c.logLink(op, 0), Max: maxBacklog,
	}
	if len(entries) > callsPerPage {
		entries = entries[:callsPerPage]
		l.Older = c.logLink(op, entries[callsPerPage-1].Number)
	}
	for _, e := range entries {
		l.Calls = append(l.Calls, logRow{e})
	}
	return page{template: "log.html", section: "requests", calls: true, content: l}, nil
}

// logLink returns the address of a page of the log.
func (c *console) logLink(op string, before int64) string {
	query := url.Values{}
	if op != "" {
		query.Set("op", op)
	}
	if before > 0 {
		query.Set("before", strconv.FormatInt(before, 10))
	}
	return strings.TrimSuffix(c.link("log")+"?"+query.Encode(), "?")
}
