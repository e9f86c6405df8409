package main

import (
	"crypto/rand"
	"maps"
	"net/http"
	"sync"
	"time"
)

// sessionLife is how long a person stays signed in.
const sessionLife = 8 * time.Hour

// person is a member who has signed in, as the site shows it.
type person struct {
	Name, UserID string
	Departments  []string
	Admin        bool

	expires time.Time
}

// sessions holds who has signed in, by the random ID in the cookie. They end with the process.
type sessions struct {
	secure bool // the site is on https

	mu   sync.Mutex
	byID map[string]person
}

// start signs a person in under a new ID, in place of a session that the browser already has.
func (s *sessions) start(w http.ResponseWriter, r *http.Request, who person) {
	id, now := rand.Text(), time.Now()
	who.expires = now.Add(sessionLife)
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.byID, func(_ string, p person) bool { return !now.Before(p.expires) })
	delete(s.byID, s.id(r))
	s.byID[id] = who
	s.setCookie(w, id, int(sessionLife/time.Second))
}

// of returns who sends a request, or nil.
func (s *sessions) of(r *http.Request) *person {
	s.mu.Lock()
	defer s.mu.Unlock()
	if who, found := s.byID[s.id(r)]; found && time.Now().Before(who.expires) {
		return &who
	}
	return nil
}

// end signs out: a copy of the cookie is worthless afterwards.
func (s *sessions) end(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, s.id(r))
	s.setCookie(w, "", -1)
}

func (s *sessions) id(r *http.Request) string {
	cookie, err := r.Cookie(s.cookieName())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// cookieName returns the name of the cookie. On https its prefix keeps other hosts of the domain from setting it.
func (s *sessions) cookieName() string {
	if s.secure {
		return "__Host-session"
	}
	return "session"
}

func (s *sessions) setCookie(w http.ResponseWriter, value string, maxAge int) {
	http.SetCookie(w, &http.Cookie{
		Name: s.cookieName(), Value: value, Path: "/", MaxAge: maxAge,
		Secure: s.secure, HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
