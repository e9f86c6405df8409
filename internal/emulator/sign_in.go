package emulator

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// Scopes of the login page.
const (
	openIDScope = "openid"
	corpIDScope = "corpid"
)

// signInRequest is what the address of the login page asks for.
type signInRequest struct {
	redirect   *url.URL
	scopes     []string
	state      string
	hasState   bool
	corpID     string // the organization to sign in with; empty: any
	management bool   // only organizations in which the user is an administrator
}

// SignInError is the error of the address of a login page.
type SignInError struct {
	Parameter string // the wrong one
	Value     string
}

func (e *SignInError) Error() string {
	reasons := map[string]string{
		"client_id":     "is not that of the app",
		"redirect_uri":  "is no absolute address, or is not registered",
		"response_type": "must be code",
		"scope":         "must be openid, or openid and corpid",
		"prompt":        "must be consent",
	}
	return fmt.Sprintf("the login page: %s %s: %q", e.Parameter, reasons[e.Parameter], e.Value)
}

// signInRequest reads the address of the login page.
//
// Assumed: A wrong address of the login page is shown as an error and never redirected. Without registered addresses any
// absolute redirect_uri is accepted; with some, it must be one of them to the letter. Further scopes and another prompt,
// or none, are accepted unless the server is strict. exclusiveLogin and exclusiveCorpId are ignored, and so are corpId
// and org_type without the scope corpid.
func (s *Server) signInRequest(query url.Values) (signInRequest, *SignInError) {
	wrong := func(parameter string) (signInRequest, *SignInError) {
		return signInRequest{}, &SignInError{parameter, query.Get(parameter)}
	}
	if query.Get("client_id") != s.config.clientID {
		return wrong("client_id")
	}
	address := query.Get("redirect_uri")
	redirect, err := url.Parse(address)
	if err != nil || !redirect.IsAbs() || redirect.Host == "" || redirect.Fragment != "" {
		return wrong("redirect_uri")
	}
	if s.config.redirectURIs != nil && !slices.Contains(s.config.redirectURIs, address) {
		return wrong("redirect_uri")
	}
	if query.Get("response_type") != "code" {
		return wrong("response_type")
	}
	scopes := strings.Fields(query.Get("scope"))
	unknown := func(scope string) bool { return scope != openIDScope && scope != corpIDScope }
	if !slices.Contains(scopes, openIDScope) || s.config.strict && slices.ContainsFunc(scopes, unknown) {
		return wrong("scope")
	}
	if s.config.strict && query.Get("prompt") != "consent" {
		return wrong("prompt")
	}
	req := signInRequest{redirect: redirect, scopes: scopes, state: query.Get("state"), hasState: query.Has("state")}
	if slices.Contains(scopes, corpIDScope) {
		req.corpID, req.management = query.Get("corpId"), query.Get("org_type") == "management"
	}
	return req, nil
}

// offers reports whether the login page offers to sign in with an account.
func (r signInRequest) offers(a account) bool {
	return (r.corpID == "" || r.corpID == a.corpID) && (!r.management || a.user.Admin)
}

// accountOf returns an account that the login page offers: in an organization, among the external contacts, or wherever
// there is one for the empty corpID.
func (s *Server) accountOf(req signInRequest, corpID, userid string) (account, error) {
	for _, org := range s.organizations() {
		if (corpID == "" || corpID == org.CorpID) && org.people.User(userid) != nil {
			if a := (account{org.CorpID, org.people.Snapshot(userid)}); req.offers(a) {
				return a, nil
			}
		}
	}
	for _, c := range s.org.ExternalContacts() {
		a := accountOfContact(c)
		if (corpID == "" || corpID == externalContacts) && c.UserID == userid && req.offers(a) {
			return a, nil
		}
	}
	return account{}, &directory.Error{Rule: directory.UnknownUser, Detail: userid}
}

// externalContacts stands for the external contacts where people are grouped by their organization.
const externalContacts = "-"

// accountOfContact returns the account of an external contact.
func accountOfContact(c directory.ExternalContact) account {
	return account{c.CorpID, directory.User{UserID: c.UserID, UnionID: c.UnionID, Name: c.Name}}
}

// approve returns the address that the login page redirects to after a user has approved.
//
// Assumed: People of other organizations and external contacts can sign in as well, so that the check of a program can be
// tested; DingTalk itself keeps them out of internal apps. The token of an external contact has the corpId that the
// contact was added with, or none.
func (s *Server) approve(req signInRequest, a account) string {
	code := s.issueCode(loginCode{flow: oauthFlow, account: a, scopes: req.scopes})
	return req.back("code=" + code + "&authCode=" + code)
}

// refuse returns the address that the login page redirects to after a user has refused.
//
// Assumed: The error of a refusal on the login page is access_denied.
func (r signInRequest) refuse() string { return r.back("error=access_denied") }

// back returns the redirect address with an outcome and the state.
func (r signInRequest) back(outcome string) string {
	to := *r.redirect
	if to.RawQuery != "" {
		to.RawQuery += "&"
	}
	to.RawQuery += outcome
	if r.hasState {
		to.RawQuery += "&state=" + url.QueryEscape(r.state)
	}
	return to.String()
}

// SignIn approves on the login page as a person and returns the address that the page redirects to. The person is of the
// app's organization or, if it has none with this userid, of another one or an external contact. A corpId in the address
// selects the organization.
func (s *Server) SignIn(userid, address string) (redirect string, err error) {
	return s.onLoginPage(address, func(req signInRequest) (string, error) {
		a, err := s.accountOf(req, "", userid)
		if err != nil {
			return "", err
		}
		return s.approve(req, a), nil
	})
}

// RefuseSignIn refuses on the login page and returns the address that the page redirects to.
func (s *Server) RefuseSignIn(address string) (redirect string, err error) {
	return s.onLoginPage(address, func(req signInRequest) (string, error) { return req.refuse(), nil })
}

func (s *Server) onLoginPage(address string, decide func(signInRequest) (string, error)) (string, error) {
	page, err := url.Parse(address)
	if err != nil {
		return "", err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if page.Path != s.config.basePath+signInPath {
		return "", fmt.Errorf("no login page has the path %q", page.Path)
	}
	req, wrong := s.signInRequest(page.Query())
	if wrong != nil {
		return "", wrong
	}
	return decide(req)
}
