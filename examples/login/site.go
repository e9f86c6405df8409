package main

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"log"
	"net/http"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

//go:embed page.html style.css
var files embed.FS

var page = template.Must(template.ParseFS(files, "page.html"))

// site shows who has signed in.
type site struct {
	client     *dingtalk.Client
	base       string // its address in the browser
	onEmulator bool
	sessions   *sessions
	log        *log.Logger
}

// newSite returns the site at base. On an emulator it says so.
func newSite(client *dingtalk.Client, flow *login.Flow, base string, onEmulator bool, logger *log.Logger) http.Handler {
	s := &site{client, base, onEmulator, &sessions{secure: strings.HasPrefix(base, "https:"), byID: map[string]person{}}, logger}
	mux := http.NewServeMux()
	mux.Handle("/login/", flow.Handler(s.signedIn))
	mux.HandleFunc("POST /logout", s.signOut)
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { s.show(w, http.StatusOK, s.sessions.of(r), "") })
	mux.Handle("GET /style.css", http.FileServerFS(files))
	return http.NewCrossOriginProtection().Handler(mux) // pages of other sites cannot sign out
}

// signedIn ends a sign-in: with a member, or with an error.
func (s *site) signedIn(w http.ResponseWriter, r *http.Request, m *login.Member, err error) {
	if err != nil {
		s.log.Print("a sign-in failed: ", err)
		status, text := s.explain(err)
		s.show(w, status, nil, text)
		return
	}
	s.log.Printf("%s has signed in", m.User.UserID)
	s.sessions.start(w, r, person{
		Name: m.User.Name, UserID: m.User.UserID, Admin: m.Admin, Departments: s.departments(r.Context(), m.User.DeptIDList),
	})
	http.Redirect(w, r, login.ReturnPath(r), http.StatusSeeOther)
}

// explain returns the status and the text for the person in front of the browser.
func (s *site) explain(err error) (status int, text string) {
	var op string // of package login, whose refusals are about the person, or of a call that the app may not make
	if e, ok := errors.AsType[*dingtalk.Error](err); ok && errors.Is(err, dingtalk.ErrPermission) {
		op = e.Op
	}
	switch {
	case errors.Is(err, login.ErrState):
		return http.StatusForbidden, "This sign-in did not begin in this browser, or began more than ten minutes ago."
	case errors.Is(err, dingtalk.ErrInvalidAuthCode), errors.Is(err, dingtalk.ErrOutcomeUnknown):
		return http.StatusForbidden, "This sign-in has expired, or was used before."
	case op == "login.Handler":
		return http.StatusForbidden, "You were not signed in, because you refused on the login page."
	case op == "login.Member", errors.Is(err, dingtalk.ErrNotFound):
		return http.StatusForbidden, "Only members of the organization can sign in here."
	}
	if todo := advice.For(err); todo != "" {
		s.log.Print("what to do: ", todo)
	}
	return http.StatusBadGateway, "DingTalk did not say who you are. The log of this site has the reason."
}

// departments returns the names of departments. One that cannot be read has its ID in place of a name.
func (s *site) departments(ctx context.Context, ids []int64) []string {
	var names []string
	for _, id := range ids {
		name := fmt.Sprint("Department ", id)
		if d, err := s.client.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: id}); err == nil {
			name = d.Name
		} else {
			s.log.Print(err)
		}
		names = append(names, name)
	}
	return names
}

func (s *site) signOut(w http.ResponseWriter, r *http.Request) {
	s.sessions.end(w, r)
	http.Redirect(w, r, "/", http.StatusSeeOther)
}

// show writes the page: with who has signed in, or the button to sign in.
func (s *site) show(w http.ResponseWriter, status int, who *person, trouble string) {
	var b bytes.Buffer
	err := page.Execute(&b, map[string]any{
		"Who": who, "Trouble": trouble, "OnEmulator": s.onEmulator,
		"Start": s.base + "/login/start", // under the name to which the login page returns, where its cookie is
	})
	if err != nil {
		s.log.Print(err)
		http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("Content-Security-Policy",
		"default-src 'none'; style-src 'self'; img-src data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = w.Write(b.Bytes())
}
