package console

import "net/http"

// search is who was searched for.
func (c *console) search(r *http.Request) (page, error) {
	return page{template: "search.html", section: "organisation", live: true, query: r.URL.Query().Get("q")}, nil
}

var searchTexts = texts{
	"search.title": {"Search", "搜索"},
}
