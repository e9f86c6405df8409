package console

import "net/http"

// maxFound is the number of people that a search shows.
const maxFound = 50

// searchResult holds what the page of a search shows.
type searchResult struct {
	Query string
	Rows  []personRow
	Total int
}

// search returns the page of a search.
func (c *console) search(r *http.Request) (page, error) {
	query := r.URL.Query().Get("q")
	people, total := c.server.Search(query, maxFound)
	result := searchResult{query, c.rows(people, 0), total}
	return page{template: "search.html", section: "search", live: true, query: query, content: result}, nil
}

var searchMessages = messages{
	"search.title": {"Search", "搜索"},
	"search.hint": {
		"Enter a part of a name, mobile number, userid or job number.",
		"请输入姓名、手机号、userid 或工号的一部分。",
	},
	"search.none":  {"No one matches “%s”.", "没有找到“%s”。"},
	"search.found": {"People found: %d", "共找到 %d 人"},
	"search.more": {
		"The %d best matches are shown. Type more to narrow them down.",
		"仅显示最匹配的 %d 人，请输入更多内容以缩小范围。",
	},
}
