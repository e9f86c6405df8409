package emulator

import (
	"net/http"
	"net/url"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// signInPath is the path of the login page, below the base path.
const signInPath = "/oauth2/auth"

// signInPage is the login page as an operation, for the journal and for faults. It is no endpoint of the client.
var signInPage = contract.Endpoint{
	Name: "SignInPage", Title: "Sign in with a browser", Method: http.MethodGet, Path: signInPath, Credential: contract.NoToken,
}

// SignInPages draws the login page and serves what it loads.
type SignInPages struct {
	Check  func(*http.Request) error                                         // refuses what pages of other sites send
	Draw   func(*http.Request, SignInPage) (header http.Header, body []byte) // in the language of the reader
	Assets http.Handler                                                      // below signInAssets
}

// signInAssets is where the login page loads its files from, below the base path.
const signInAssets = "/oauth2/assets/"

// WithSignInPages serves the login page of the browser, at /oauth2/auth below the base path.
func WithSignInPages(newPages func(*Server) SignInPages) Option {
	return func(c *config) { c.signIn = newPages }
}

// SignInPage holds what the login page shows.
type SignInPage struct {
	Error      *SignInError // of the address; nil: none
	Path       string       // of the page
	Parameters url.Values   // of the address
	ClientID   string       // of the app
	Redirect   *url.URL     // nil with an error
	Scopes     []string
	Query      string // the search text
	Unchosen   bool   // the form was sent without a person
	Groups     []SignInGroup
}

// SignInGroup holds the people of an organization, or the external contacts, whom the login page offers.
type SignInGroup struct {
	ID     string // with a slash and the userid, the value of the form
	Name   string // of the organization; empty for external contacts
	CorpID string
	People []directory.User // the first, or the best matches
	Total  int
}

// The fields of the form, apart from the parameters of the address.
const (
	personField   = "person"
	decisionField = "decision"
	searchField   = "q"
	approved      = "approve"
	refusedValue  = "refuse"
)

// peoplePerGroup is how many people of an organization the login page shows.
const peoplePerGroup = 20

// showSignIn returns the login page, or the redirect after the form was sent.
func (s *Server) showSignIn(r *request) response {
	if err := s.pages.Check(r.http); err != nil {
		return response{
			status: http.StatusForbidden, contentType: "text/plain; charset=utf-8", body: []byte(err.Error()),
			code: http.StatusForbidden, message: err.Error(),
		}
	}
	query := r.query
	if r.method == http.MethodPost {
		query = r.form
	}
	p := SignInPage{
		Path: s.config.basePath + signInPath, ClientID: s.config.clientID, Parameters: url.Values{}, Query: strings.TrimSpace(query.Get(searchField)),
	}
	for name, values := range query {
		if name != personField && name != decisionField && name != searchField {
			p.Parameters[name] = values
		}
	}
	req, wrong := s.signInRequest(query)
	if wrong != nil {
		p.Error = wrong
		return s.drawSignIn(r, p, http.StatusBadRequest)
	}
	p.Redirect, p.Scopes = req.redirect, req.scopes
	if r.method != http.MethodPost {
		p.Groups = s.signInGroups(req, p.Query)
		return s.drawSignIn(r, p, http.StatusOK)
	}
	if query.Get(decisionField) != approved {
		return redirectTo(req.refuse())
	}
	corpID, userid, _ := strings.Cut(query.Get(personField), "/")
	a, err := s.accountOf(req, corpID, userid)
	if err != nil {
		p.Unchosen, p.Groups = true, s.signInGroups(req, p.Query)
		return s.drawSignIn(r, p, http.StatusUnprocessableEntity)
	}
	return redirectTo(s.approve(req, a))
}

// drawSignIn returns a page. The journal shows a refused one with its status as the code.
func (s *Server) drawSignIn(r *request, p SignInPage, status int) response {
	header, body := s.pages.Draw(r.http, p)
	res := response{status: status, contentType: "text/html; charset=utf-8", header: header, body: body}
	if p.Error != nil {
		res.code, res.message = status, p.Error.Error()
	}
	return res
}

func redirectTo(address string) response {
	return response{
		status: http.StatusFound, contentType: "text/plain; charset=utf-8", body: []byte(address + "\n"),
		header: http.Header{"Location": {address}, "Cache-Control": {"no-store"}},
	}
}

// signInGroups returns the people whom the login page offers.
func (s *Server) signInGroups(req signInRequest, text string) []SignInGroup {
	var groups []SignInGroup
	for _, org := range s.organizations() {
		g := SignInGroup{ID: org.CorpID, Name: org.Name, CorpID: org.CorpID}
		g.People, g.Total = org.people.Choose(text, peoplePerGroup, func(u *directory.User) bool {
			return req.offers(account{org.CorpID, directory.User{Admin: u.Admin}})
		})
		groups = append(groups, g)
	}
	contacts := SignInGroup{ID: externalContacts}
	for _, c := range s.org.ExternalContacts() {
		if a := accountOfContact(c); req.offers(a) && strings.Contains(strings.ToLower(c.Name+" "+c.UserID), strings.ToLower(text)) {
			contacts.Total++
			if len(contacts.People) < peoplePerGroup {
				contacts.People = append(contacts.People, a.user)
			}
		}
	}
	return append(groups, contacts)
}
