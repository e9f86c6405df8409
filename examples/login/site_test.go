package main

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/demo"
)

const (
	signedOut = "Sign in with DingTalk"
	signOut   = `action="/logout"`
)

func TestSite_ShowsWhoHasSignedIn(t *testing.T) {
	t.Parallel()
	srv, env := newService(t, dingtalktest.Strict())
	srv.AddUser(dingtalktest.User{UserID: "mallory", Name: "<script>x</script>", DeptIDList: []int64{1, demo.Sales, demo.Engineering}})
	p := start(t, env)
	for userid, want := range map[string][]string{
		demo.Owner:   {"Chen Rui", "owner1001", "Organization", "<dd>yes</dd>"},
		demo.Manager: {"Lin Yue", "manager7676", "Engineering", "<dd>no</dd>"},
		"mallory":    {"&lt;script&gt;x&lt;/script&gt;", "Organization", "Sales", "Engineering", "<dd>no</dd>"},
	} {
		b := newBrowser(t)
		require.Contains(t, b.open(p.base), `href="`+p.base+`/login/start">`+signedOut)
		res, _ := b.signIn(p, srv, userid)
		require.Equal(t, http.StatusSeeOther, res.StatusCode, userid)
		require.Equal(t, "/", res.Header.Get("Location"))
		page := b.open(p.base)
		for _, text := range append(want, signOut) {
			assert.Contains(t, page, text, userid)
		}
		assert.NotContains(t, page, signedOut, userid)
		assert.Contains(t, p.errOut.String(), "login: "+userid+" has signed in\n")
	}
}

func TestSite_RefusesOthers(t *testing.T) {
	t.Parallel()
	srv, env := newService(t)
	p := start(t, env)
	const members, forged = "Only members of the organization can sign in here.", "This sign-in did not begin in this browser"
	signIn := func(userid string) func(*browser) string {
		return func(b *browser) string {
			back, err := srv.SignIn(userid, b.begin(p))
			require.NoError(t, err)
			return back
		}
	}
	for name, tt := range map[string]struct {
		comeBack func(*browser) string // begins, and returns the address to come back with
		want     string
	}{
		"a person of another organization": {signIn("mei.tan"), members},
		"an external contact":              {signIn("x-5501"), members},
		"a refusal": {func(b *browser) string {
			back, err := srv.RefuseSignIn(b.begin(p))
			require.NoError(t, err)
			return back
		}, "because you refused on the login page"},
		"a forged state":  {func(b *browser) string { return replace(t, signIn(demo.Owner)(b), "state", "forged") }, forged},
		"another browser": {func(*browser) string { return signIn(demo.Owner)(newBrowser(t)) }, forged},
		"a forged code": {func(b *browser) string {
			back := signIn(demo.Owner)(b)
			return replace(t, replace(t, back, "code", "forged"), "authCode", "forged")
		}, "This sign-in has expired, or was used before."},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBrowser(t)
			res, page := b.send(http.MethodGet, tt.comeBack(b))
			assert.Equal(t, http.StatusForbidden, res.StatusCode)
			assert.Contains(t, page, tt.want)
			assert.Contains(t, page, signedOut)
			assert.NotContains(t, b.open(p.base), signOut, "no one is signed in")
		})
	}
}

func TestSite_TakesACodeOnce(t *testing.T) {
	t.Parallel()
	srv, env := newService(t)
	p := start(t, env)
	b := newBrowser(t)
	back, err := srv.SignIn(demo.Owner, b.begin(p))
	require.NoError(t, err)
	at, err := url.Parse(p.base)
	require.NoError(t, err)
	thief := newBrowser(t)
	thief.cookies.SetCookies(at, b.cookies.Cookies(at)) // with the cookie of the beginning
	b.open(back)
	require.Contains(t, b.open(p.base), signOut)

	_, page := thief.send(http.MethodGet, back)
	assert.Contains(t, page, "was used before")
	assert.NotContains(t, thief.open(p.base), signOut)
	assert.Contains(t, b.open(back), "did not begin in this browser", "a reload")
	assert.Contains(t, b.open(p.base), signOut, "who was signed in still is")

	to, err := url.Parse(back)
	require.NoError(t, err)
	require.NotEmpty(t, to.Query().Get("authCode"))
	for _, secret := range []string{to.Query().Get("authCode"), to.Query().Get("state"), b.cookies.Cookies(at)[0].Value} {
		assert.NotContains(t, p.errOut.String(), secret, "no log has it")
		assert.NotContains(t, page, secret, "no page has it")
	}
}

func TestSite_SignsOut(t *testing.T) {
	t.Parallel()
	srv, env := newService(t)
	p := start(t, env)
	b := newBrowser(t)
	b.signIn(p, srv, demo.Owner)
	at, err := url.Parse(p.base)
	require.NoError(t, err)
	copied := newBrowser(t)
	copied.cookies.SetCookies(at, b.cookies.Cookies(at))
	require.Contains(t, copied.open(p.base), signOut)

	res, _ := b.send(http.MethodGet, p.base+"/logout")
	assert.Equal(t, http.StatusMethodNotAllowed, res.StatusCode)
	res, _ = b.send(http.MethodPost, p.base+"/logout", "Sec-Fetch-Site", "cross-site")
	assert.Equal(t, http.StatusForbidden, res.StatusCode, "a page of another site")
	require.Contains(t, b.open(p.base), signOut)

	res, _ = b.send(http.MethodPost, p.base+"/logout", "Sec-Fetch-Site", "same-origin")
	assert.Equal(t, http.StatusSeeOther, res.StatusCode)
	assert.Contains(t, b.open(p.base), signedOut)
	assert.Empty(t, b.cookies.Cookies(at), "the cookie is removed")
	assert.Contains(t, copied.open(p.base), signedOut, "the session is over, not only the cookie")

	b.signIn(p, srv, demo.Owner)
	first := b.cookies.Cookies(at)[0].Value
	b.signIn(p, srv, demo.Manager)
	assert.Contains(t, b.open(p.base), "Lin Yue", "the later sign-in counts")
	assert.NotEqual(t, first, b.cookies.Cookies(at)[0].Value, "each sign-in has an ID of its own")
}

func TestSite_ProtectsItsCookie(t *testing.T) {
	t.Parallel()
	srv, env := newService(t)
	for public, tt := range map[string]struct {
		name   string
		secure bool
	}{"http://localhost:8080": {"session", false}, "https://app.example.com/": {"__Host-session", true}} {
		p := start(t, env, "-url", public)
		listening := listeningAddress(p)
		b := newBrowser(t)
		res, _ := b.send(http.MethodGet, listening+"/login/start")
		back, err := srv.SignIn(demo.Owner, res.Header.Get("Location"))
		require.NoError(t, err)
		to, err := url.Parse(back)
		require.NoError(t, err)
		require.Equal(t, p.base, to.Scheme+"://"+to.Host, "it returns to the public address")
		var cookies string
		for _, c := range res.Cookies() {
			cookies += c.Name + "=" + c.Value
		}
		res, _ = newBrowser(t).send(http.MethodGet, listening+to.RequestURI(), "Cookie", cookies)
		require.Len(t, res.Cookies(), 2, "the sign-in's own is removed")
		c := res.Cookies()[1]
		assert.Equal(t, tt.name, c.Name)
		assert.Len(t, c.Value, 26)
		assert.Equal(t, []any{tt.secure, true, http.SameSiteLaxMode, "/", ""}, []any{c.Secure, c.HttpOnly, c.SameSite, c.Path, c.Domain}, public)
	}
}

func TestSite_SaysWhatTheAppLacks(t *testing.T) {
	t.Parallel()
	srv, env := newService(t, dingtalktest.WithoutScope("qyapi_get_department_list"))
	p := start(t, env)
	b := newBrowser(t)
	b.signIn(p, srv, demo.Manager)
	assert.Contains(t, b.open(p.base), "Department 724960197", "the ID in place of the name")

	srv, env = newService(t, dingtalktest.WithoutScope("qyapi_get_member"))
	p = start(t, env)
	b = newBrowser(t)
	res, page := b.signIn(p, srv, demo.Manager)
	assert.Equal(t, http.StatusBadGateway, res.StatusCode)
	assert.Contains(t, page, "The log of this site has the reason.")
	assert.Contains(t, p.errOut.String(), "login: what to do: request qyapi_get_member in the developer console")
	assert.NotContains(t, b.open(p.base), signOut)
}
