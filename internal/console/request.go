package console

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// requestPage holds what the page of one call shows.
type requestPage struct {
	logRow
	Query          []parameter
	Body, Response []token
	BodyCut        bool // more than is shown
	ResponseCut    bool
	Older, Newer   bool // the journal has the neighboring calls
}

type parameter struct{ Name, Value string }

// maxText is how many bytes of a body or a response are shown. Browsers are slow with more.
const maxText = 256 << 10

// request returns the page of a call.
func (c *console) request(r *http.Request) (page, error) {
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
	x.Older = len(c.server.Log(emulator.LogFilter{}, number, 1)) > 0
	x.Newer = c.server.Log(emulator.LogFilter{}, 0, 1)[0].Number > number // the journal always has the latest
	return page{template: "request.html", section: "requests", content: x}, nil
}

// cut returns the tokens of a text, up to maxText bytes, and whether the rest is cut.
func cut(text string) (shown []token, isCut bool) { return cutAt(text, maxText) }

func cutAt(text string, most int) (shown []token, isCut bool) {
	switch {
	case text == "":
		return nil, false
	case len(text) > most:
		return []token{{"", strings.ToValidUTF8(text[:most], "")}}, true
	}
	return tokens([]byte(text)), false
}

// Previous returns the number of the call before.
func (e logRow) Previous() int64 { return e.Number - 1 }

// Next returns the number of the call after.
func (e logRow) Next() int64 { return e.Number + 1 }
