package login_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

const callback = "https://app.example.com/login/callback"

// newServer returns a strict server with members, an external contact and another organization.
func newServer(t *testing.T, opts ...dingtalktest.Option) *dingtalktest.Server {
	t.Helper()
	opts = append([]dingtalktest.Option{
		dingtalktest.Strict(), dingtalktest.WithRedirectURIs(callback),
		dingtalktest.WithOtherOrganization("dingother", "Harbor Foods", dingtalktest.User{UserID: "mei.tan", UnionID: "meitaniE"}),
	}, opts...)
	srv := dingtalktest.New(t, opts...)
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min", Admin: true, AdminLevel: 1})
	srv.AddUser(dingtalktest.User{UserID: "li.na", UnionID: "linaiE", Name: "Li Na"})
	srv.AddExternalContact(dingtalktest.ExternalContact{UserID: "buyer", UnionID: "buyeriE", CorpID: srv.CorpID()})
	return srv
}

// newFlow returns a flow of the organization of the server.
func newFlow(t *testing.T, srv *dingtalktest.Server, opts ...dingtalk.Option) *login.Flow {
	t.Helper()
	flow, err := login.New(srv.Client(opts...), login.Config{RedirectURL: callback, CorpID: srv.CorpID()})
	require.NoError(t, err)
	return flow
}

// openFlow returns a flow that does not name the organization.
func openFlow(t *testing.T, srv *dingtalktest.Server) *login.Flow {
	t.Helper()
	flow, err := login.New(srv.Client(), login.Config{RedirectURL: callback})
	require.NoError(t, err)
	return flow
}

// approve signs a person in on the login page, with whatever organization, and returns where the page redirects to.
func approve(t *testing.T, srv *dingtalktest.Server, userID, authURL string) string {
	t.Helper()
	page, err := url.Parse(authURL)
	require.NoError(t, err)
	query := page.Query()
	query.Del("corpId") // a person can edit the address
	page.RawQuery = query.Encode()
	redirect, err := srv.SignIn(userID, page.String())
	require.NoError(t, err)
	return redirect
}

// param returns a parameter of an address.
func param(t *testing.T, address, name string) string {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u.Query().Get(name)
}

// codeOf returns a new code of a person.
func codeOf(t *testing.T, srv *dingtalktest.Server, flow *login.Flow, userID string) string {
	t.Helper()
	return param(t, approve(t, srv, userID, flow.AuthURL("")), "authCode")
}

// sessionOf signs a person in.
func sessionOf(t *testing.T, srv *dingtalktest.Server, flow *login.Flow, userID string) *login.Session {
	t.Helper()
	session, err := flow.Exchange(t.Context(), codeOf(t, srv, flow, userID))
	require.NoError(t, err)
	return session
}

// browser is a browser with cookies.
type browser struct {
	cookies map[string]*http.Cookie
}

// visit gets an address of the handler.
func (b *browser) visit(t *testing.T, h http.Handler, address string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	for _, c := range res.Cookies() {
		if b.cookies == nil {
			b.cookies = map[string]*http.Cookie{}
		}
		if b.cookies[c.Name] = c; c.MaxAge < 0 {
			delete(b.cookies, c.Name)
		}
	}
	return res
}

// ending is what done of the handler got.
type ending struct {
	member  *login.Member
	session *login.Session
	path    string
	err     error
}

// handlerOf returns the handler of a flow, and the end of its last sign-in.
func handlerOf(flow *login.Flow, opts ...login.HandlerOption) (http.Handler, *ending) {
	end := &ending{}
	return flow.Handler(func(w http.ResponseWriter, r *http.Request, m *login.Member, err error) {
		*end = ending{m, login.SessionOf(r), login.ReturnPath(r), err}
		if err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
		}
	}, opts...), end
}

const startURL = "https://app.example.com/login/start"

// start begins a sign-in, and returns the address of the login page.
func (b *browser) start(t *testing.T, h http.Handler, query string) string {
	t.Helper()
	res := b.visit(t, h, startURL+query)
	require.Equal(t, http.StatusFound, res.StatusCode)
	return res.Header.Get("Location")
}

// assertRefused asserts the class of an error, and that no member or session comes with it.
func assertRefused(t *testing.T, end *ending, class error, text string) {
	t.Helper()
	require.ErrorIs(t, end.err, class)
	assert.ErrorContains(t, end.err, text)
	assert.Nil(t, end.member)
	assert.Nil(t, end.session)
}
