package console

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// controls holds what the page of the controls shows.
type controls struct {
	Done       string // the key of the message about what was just done; empty for none
	Now        string
	Ahead      time.Duration
	Limit      int
	Faults     []queuedFault
	Operations []string
	Groups     []faultGroup
	Form       form // the submitted form, if it has errors
}

// controls returns the page of the controls.
func (c *console) controls(r *http.Request) (page, error) {
	return c.showControls(form{}, r.URL.Query().Get("done")), nil
}

func (c *console) showControls(f form, done string) page {
	now, ahead := c.server.Clock()
	content := controls{
		Now: clockTime(now), Ahead: ahead, Limit: c.server.Settings().QPS,
		Operations: emulator.Operations(), Groups: faultGroups(), Form: f,
	}
	if key := "controls.done." + done; controlsMessages.have(key) {
		content.Done = key
	}
	for _, queued := range c.server.Faults() {
		content.Faults = append(content.Faults, newQueuedFault(queued))
	}
	p := page{template: "controls.html", section: "controls", calls: true, content: content}
	if len(f.Errors) > 0 {
		p.status, p.address = http.StatusUnprocessableEntity, c.link("controls")
	}
	return p
}

// maxForm is more bytes than a form of the page can have.
const maxForm = 16 << 10

// control runs an action and redirects to the page with a message, or shows the form with its errors.
func (c *console) control(w http.ResponseWriter, r *http.Request) {
	name := r.PathValue("control")
	action := c.actions()[name]
	if action == nil {
		c.page(notFound).ServeHTTP(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		status := http.StatusBadRequest
		if _, large := errors.AsType[*http.MaxBytesError](err); large {
			status = http.StatusRequestEntityTooLarge
		}
		http.Error(w, http.StatusText(status), status)
		return
	}
	f := form{Name: name, Values: r.PostForm, Errors: map[string]fieldError{}}
	if action(&f); len(f.Errors) > 0 {
		c.page(func(*http.Request) (page, error) { return c.showControls(f, ""), nil }).ServeHTTP(w, r)
		return
	}
	http.Redirect(w, r, c.link("controls")+"?"+url.Values{"done": {name}}.Encode(), http.StatusSeeOther)
}

// actions returns the actions of the controls by the last segment of their path.
func (c *console) actions() map[string]func(*form) {
	return map[string]func(*form){
		"fault":        c.injectFault,
		"clear-faults": c.clearFaults,
		"revoke":       func(*form) { c.server.RevokeToken() },
		"advance":      c.advance,
		"limit":        c.limit,
		"reset":        c.reset,
		"reseed":       c.reseed,
	}
}

// numbers holds the bounds of numbers that may be entered.
var numbers = map[string]bounds{
	"times":       {1, 1000},
	"seconds":     {1, 366 * 24 * 60 * 60},
	"qps":         {0, 1_000_000}, // more than the emulator can serve
	"departments": {0, directory.MaxSampleDepartments},
	"users":       {0, directory.MaxSampleUsers},
}

// maxAhead is how far the clock may be moved in all. A duration holds no more than 292 years.
const maxAhead = 100 * 366 * 24 * time.Hour

func (c *console) advance(f *form) {
	seconds := f.number("seconds")
	if len(f.Errors) > 0 {
		return
	}
	d := time.Duration(seconds) * time.Second
	if _, ahead := c.server.Clock(); ahead+d > maxAhead {
		f.reject("seconds", "controls.error.far")
		return
	}
	c.server.Advance(d)
}

func (c *console) limit(f *form) {
	if qps := f.number("qps"); len(f.Errors) == 0 {
		f.accept(c.server.SetLimit(int(qps)))
	}
}

func (c *console) reset(f *form) { f.accept(c.server.Reset()) }

func (c *console) reseed(f *form) {
	departments := f.number("departments")
	users := f.number("users")
	seed, err := strconv.ParseUint(f.value("seed"), 10, 64)
	if err != nil {
		f.reject("seed", "controls.error.seed")
	}
	if len(f.Errors) == 0 {
		f.accept(c.server.Reseed(int(departments), int(users), seed))
	}
}
