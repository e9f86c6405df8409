package console

import (
	"bytes"
	"errors"
	"net/http"
	"strings"
)

// page is what a handler has to show.
type page struct {
	template string // its file
	section  string // of the navigation
	live     bool   // it is loaded again when the organisation changes
	calls    bool   // it is told of calls
	query    string // what was searched for
	status   int    // 0 is 200
	address  string // where it is read, if it answers a form
	content  any
}

// errNotFound becomes the page that says so.
var errNotFound = errors.New("there is no such page")

// view is what templates are given.
type view struct {
	Section   string
	Live      bool
	Events    string // where it is told what happened since it was made
	Query     string
	Status    int
	Address   string // of the page itself
	Languages []choice
	Content   any
}

// page answers with what a handler has to show, in the reader's language.
func (c *console) page(handler func(*http.Request) (page, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		eventID := c.eventID() // what happens while the page is made is told again
		p, err := handler(r)
		if errors.Is(err, errNotFound) {
			p, err = notFound(r)
		}
		if err == nil {
			err = c.show(w, r, p, eventID)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	})
}

func (c *console) show(w http.ResponseWriter, r *http.Request, p page, eventID string) error {
	lang := languageOf(r)
	v := view{
		Section: p.section, Live: p.live, Query: p.query, Status: p.status, Events: c.eventsLink(eventID, p.calls),
		Address: strings.TrimSuffix(c.link(), root) + r.URL.RequestURI(), Languages: choices(r, p.address, lang), Content: p.content,
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
	_, _ = w.Write(b.Bytes()) // a reader who has gone needs no page
	return nil
}

// notFound is the page for what is not there, or not any more, or not yet.
func notFound(*http.Request) (page, error) {
	return page{template: "notfound.html", live: true, status: http.StatusNotFound}, nil
}
