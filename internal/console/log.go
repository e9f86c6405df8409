package console

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// callsPerPage is how many calls a page of the log has. The latest page grows as calls arrive.
const callsPerPage = 100

// log is what the page of the calls shows.
type log struct {
	Op         string // empty: all
	Operations []string
	Calls      []logRow
	Latest     bool // nothing newer is left out
	Newest     string
	Older      string // where older calls are; empty is nowhere
	Most       int    // how many calls the page holds while it grows
}

// log is the calls that arrived, newest first.
func (c *console) log(r *http.Request) (page, error) {
	query := r.URL.Query()
	op := query.Get("op")
	below, _ := strconv.ParseInt(query.Get("before"), 10, 64) // anything else is the latest page
	entries := c.server.Log(op, max(below, 0), callsPerPage+1)
	l := log{
		Op: op, Operations: operations(), Latest: below <= 0, Newest: c.logLink(op, 0), Most: maxBacklog,
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

// operations are the names of what can be called, in the order of the documentation.
func operations() []string {
	var names []string
	for _, e := range contract.All() {
		names = append(names, e.Name)
	}
	return names
}
