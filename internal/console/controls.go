package console

import "net/http"

// controls is what changes how the server behaves.
func (c *console) controls(*http.Request) (page, error) {
	return page{template: "controls.html", section: "controls"}, nil
}

// control turns one of the controls.
func (c *console) control(w http.ResponseWriter, r *http.Request) { http.NotFound(w, r) }

var controlsTexts = texts{
	"controls.title": {"Controls", "控制台"},
}
