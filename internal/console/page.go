package console

import (
	"bytes"
	"errors"
	"net/http"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// page is the result of a handler.
type page struct {
	template string // its file
	section  string // of the navigation
	live     bool   // reloaded when the organization changes
	calls    bool   // receives the calls as they arrive
	events   bool   // is told when the feed of events or a delivery changes
	filter   emulator.LogFilter
	query    string // the search text
	status   int    // 0 is 200
	address  string // the address of the page, if it is the response to a form
	notice   string // the key of what was just done; empty for none
	content  any
}

// errNotFound makes the page for what does not exist.
var errNotFound = errors.New("there is no such page")

// view holds the data of the templates.
type view struct {
	Section   string
	Live      bool
	Updates   string // the address of the updates since the page was made
	Query     string
	Status    int
	Address   string // of the page itself
	Notice    string
	Languages []choice
	Content   any
}

// page returns an HTTP handler that shows the page of a handler in the reader's language.
func (c *console) page(handler func(*http.Request) (page, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		updateID := c.updateID() // updates from while the page is made are sent again
		p, err := handler(r)
		if errors.Is(err, errNotFound) {
			p, err = notFound(r)
		}
		if err == nil {
			err = c.show(w, r, p, updateID)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

// serve shows a page that is the response to a form.
func (c *console) serve(w http.ResponseWriter, r *http.Request, p page) {
	c.page(func(*http.Request) (page, error) { return p, nil }).ServeHTTP(w, r)
}

// show renders a page.
func (c *console) show(w http.ResponseWriter, r *http.Request, p page, updateID string) error {
	lang := languageOf(r)
	v := view{
		Section: p.section, Live: p.live, Query: p.query, Status: p.status, Updates: c.updatesLink(updateID, p),
		Address: strings.TrimSuffix(c.link(), root) + r.URL.RequestURI(), Languages: choices(r, p.address, lang), Notice: p.notice, Content: p.content,
	}
	var b bytes.Buffer
	if err := c.templates[lang][p.template].ExecuteTemplate(&b, "layout", v); err != nil {
		return err
	}
	if chosen := r.URL.Query().Get(languageParameter); chosen == string(lang) {
		http.SetCookie(w, &http.Cookie{
			Name: languageCookie, Value: chosen, Path: c.link(), MaxAge: 365 * 24 * 60 * 60,
			HttpOnly: true, SameSite: http.SameSiteLaxMode,
		})
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	if p.status != 0 {
		w.WriteHeader(p.status)
	}
	_, _ = w.Write(b.Bytes()) // the reader may have gone
	return nil
}

// notFound returns the page for what does not exist, no longer or not yet.
func notFound(*http.Request) (page, error) {
	return page{template: "notfound.html", live: true, status: http.StatusNotFound}, nil
}
