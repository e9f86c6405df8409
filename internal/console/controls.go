package console

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// controls holds what the page of the controls shows.
type controls struct {
	emulator.Settings
	Now        string
	Ahead      time.Duration
	Faults     []queuedFault
	Operations []string
	Groups     []faultGroup
	Points     []permissionPoint
	Form       form // the submitted form: with errors, or one that keeps its choice
}

// SeesAll reports whether the contact scope is the whole organization.
func (c controls) SeesAll() bool { return seesAll(c.Settings) }

// Departments returns the departments of the contact scope as a field shows them.
func (c controls) Departments() string { return joinIDs(c.ScopeDepartments) }

// People returns the people of the contact scope as a field shows them.
func (c controls) People() string { return strings.Join(c.ScopeUsers, ", ") }

// keepsChoice is the form whose values remain after it was submitted: a fault is often injected again.
const keepsChoice = "fault"

// controls returns the page of the controls.
func (c *console) controls(r *http.Request) (page, error) {
	query := r.URL.Query()
	done := query.Get("done")
	var f form
	if done == keepsChoice {
		f = form{Name: keepsChoice, Values: query}
	}
	return c.showControls(f, done), nil
}

func (c *console) showControls(f form, done string) page {
	now, ahead := c.server.Clock()
	settings := c.server.Settings()
	content := controls{
		Settings: settings, Now: clockTime(now), Ahead: ahead, Points: permissionPoints(settings.MissingPoints),
		Operations: emulator.Operations(), Groups: faultGroups(), Form: f,
	}
	for _, queued := range c.server.Faults() {
		content.Faults = append(content.Faults, newQueuedFault(queued))
	}
	p := page{template: "controls.html", section: "controls", calls: true, content: content}
	if key := "controls.done." + done; controlsMessages.have(key) {
		p.notice = key
	}
	if len(f.Errors) > 0 {
		p.status, p.address = http.StatusUnprocessableEntity, c.link("controls")
	}
	return p
}

// maxForm is more bytes than a form can have.
const maxForm = 256 << 10

// formPage is a page with forms that run actions.
type formPage struct {
	name    string // the path of the page, below which the actions are
	actions map[string]func(*form)
	show    func(*http.Request, form) page // returns the page with a form and its errors
}

// controlsPage returns the page of the controls with its forms.
func (c *console) controlsPage() formPage {
	return formPage{"controls", c.actions(), func(_ *http.Request, f form) page { return c.showControls(f, "") }}
}

// act returns the handler of the forms of a page. It runs an action and redirects to the page with a message, or shows the
// form with its errors.
func (c *console) act(to formPage) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := r.PathValue("control")
		action := to.actions[name]
		if action == nil {
			c.page(notFound).ServeHTTP(w, r)
			return
		}
		if !readForm(w, r) {
			return
		}
		f := form{Page: to.name, Name: name, Values: r.PostForm, Errors: map[string]fieldError{}, Keep: url.Values{}}
		action(&f)
		switch {
		case len(f.Errors) > 0:
			c.serve(w, r, to.show(r, f))
		case f.Question != nil:
			c.serve(w, r, f.Question.page(to.name))
		default:
			f.Keep.Set("done", name)
			http.Redirect(w, r, c.link(to.name)+"?"+f.Keep.Encode(), http.StatusSeeOther)
		}
	})
}

// readForm reads the form of a request, or responds with an error.
func readForm(w http.ResponseWriter, r *http.Request) bool {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	err := r.ParseForm()
	if err == nil {
		return true
	}
	status := http.StatusBadRequest
	if _, large := errors.AsType[*http.MaxBytesError](err); large {
		status = http.StatusRequestEntityTooLarge
	}
	http.Error(w, http.StatusText(status), status)
	return false
}

// actions returns the actions of the controls by the last segment of their path.
func (c *console) actions() map[string]func(*form) {
	return map[string]func(*form){
		"fault":         c.injectFault,
		"clear-faults":  c.clearFaults,
		"revoke":        func(*form) { c.server.RevokeToken() },
		"advance":       c.advance,
		"limit":         c.limit,
		"address-limit": c.addressLimit,
		"jitter":        c.jitter,
		"permissions":   c.permissions,
		"scope":         c.scope,
		"reset":         c.reset,
		"reseed":        c.reseed,
	}
}

// numbers holds the bounds of numbers that may be entered.
var numbers = map[string]bounds{
	"times":       {1, 1000},
	"seconds":     {1, 366 * 24 * 60 * 60},
	"qps":         {0, 1_000_000}, // more than the emulator can serve
	"calls":       {0, 100_000_000},
	"least":       {0, 600_000},
	"most":        {0, 600_000},
	"departments": {0, directory.MaxSampleDepartments},
	"users":       {0, directory.MaxSampleUsers},

	"lose":    {0, 100},
	"double":  {0, 100},
	"reorder": {0, 100},
	"omit_id": {0, 100},
	"no_ack":  {0, 100},
	"break":   {0, 100},
	"hold":    {0, 600_000},

	"wrong_signature": {0, 100},
	"wrong_owner":     {0, 100},
	"other_padding":   {0, 100},
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

func (c *console) reset(f *form) {
	if c.confirmed(f) {
		f.accept(c.server.Reset())
	}
}

func (c *console) reseed(f *form) {
	departments := f.number("departments")
	users := f.number("users")
	seed := f.seed()
	if len(f.Errors) == 0 && c.confirmed(f) {
		f.accept(c.server.Reseed(int(departments), int(users), seed))
	}
}

// confirmed reports whether a form that replaces the organization was confirmed. If not, it asks.
func (c *console) confirmed(f *form) bool {
	if f.Values.Has(confirmedField) {
		return true
	}
	root, _ := c.server.Branch(contract.RootDepartmentID)
	key := "controls." + f.Name
	f.Question = &confirmation{
		Title: key + ".confirm", Text: key + ".lost", Args: []any{root.People, len(c.server.Departments())}, Submit: key + ".submit",
		Action: c.link("controls", f.Name), Values: f.Values, Cancel: c.link("controls"),
	}
	return false
}
