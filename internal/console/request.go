package console

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// exchange is what the page of one call shows.
type requestPage struct {
	logRow
	Query          []parameter
	Body, Response []token
	BodyCut        bool // the messages go on
	ResponseCut    bool
	Older, Newer   bool // the calls beside it are remembered
}

type parameter struct{ Name, Value string }

// mostText is how much of a body or an answer is shown. A browser takes long to lay more out.
const mostText = 256 << 10

// call is one of the calls.
func (c *console) call(r *http.Request) (page, error) {
	number, err := strconv.ParseInt(r.PathValue("n"), 10, 64)
	if err != nil {
		return page{}, errNotFound
	}
	found, ok := c.server.JournalEntry(number)
	if !ok {
		return page{}, errNotFound
	}
	x := requestPage{logRow: logRow{found.LogEntry}}
	for _, name := range slices.Sorted(maps.Keys(found.Query)) {
		for _, value := range found.Query[name] {
			x.Query = append(x.Query, parameter{name, value})
		}
	}
	x.Body, x.BodyCut = cut(found.Body)
	x.Response, x.ResponseCut = cut(found.Response)
	x.Older = len(c.server.Log("", number, 1)) > 0
	x.Newer = c.server.Log("", 0, 1)[0].Number > number // the latest is never forgotten
	return page{template: "request.html", section: "requests", content: x}, nil
}

// cut breaks as much of a text as is shown into the pieces of JSON, and says whether that is less than all.
func cut(text string) (shown []token, less bool) {
	switch {
	case text == "":
		return nil, false
	case len(text) > mostText:
		return []token{{"", strings.ToValidUTF8(text[:mostText], "")}}, true
	}
	return tokens([]byte(text)), false
}

// Previous and Next are the numbers of the calls beside it.
func (e logRow) Previous() int64 { return e.Number - 1 }
func (e logRow) Next() int64     { return e.Number + 1 }
