package console

import "net/http"

// log is the calls that arrived.
func (c *console) log(*http.Request) (page, error) {
	return page{template: "log.html", section: "requests"}, nil
}

// call is one of them.
func (c *console) call(*http.Request) (page, error) { return page{}, errNotFound }

var logTexts = texts{
	"log.title": {"Requests", "请求记录"},
}
