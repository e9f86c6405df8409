package login_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

func TestHandler_SignsAMemberIn(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	h, end := handlerOf(newFlow(t, srv))
	var b browser
	page := b.start(t, h, "?return="+url.QueryEscape("/people?page=2#list"))
	assert.Equal(t, srv.CorpID(), param(t, page, "corpId"))
	require.Len(t, b.cookies, 1)

	res := b.visit(t, h, approve(t, srv, "zhao.min", page))
	require.NoError(t, end.err)
	assert.Equal(t, "zhao.min", end.member.User.UserID)
	assert.Equal(t, srv.CorpID(), end.session.CorpID)
	assert.False(t, end.session.RefreshToken.IsZero())
	assert.Equal(t, "/people?page=2#list", end.path)
	assert.Empty(t, b.cookies, "the cookie is removed")
	assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	assert.Equal(t, "no-referrer", res.Header.Get("Referrer-Policy"))
}

func TestHandler_SetsASafeCookie(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for redirectURL, want := range map[string]http.Cookie{
		callback:                          {Name: "__Host-dingtalk-login", Secure: true},
		"http://localhost:5173/x/done":    {Name: "dingtalk-login"},
		"http://localhost:5173":           {Name: "dingtalk-login"},
		"https://app.example.com:8443/a/": {Name: "__Host-dingtalk-login", Secure: true},
	} {
		flow, err := login.New(srv.Client(), login.Config{RedirectURL: redirectURL})
		require.NoError(t, err)
		h, _ := handlerOf(flow)
		var b browser
		state := param(t, b.start(t, h, "?return=/secret-page"), "state")
		require.Len(t, b.cookies, 1)
		c := b.cookies[want.Name]
		require.NotNil(t, c)
		assert.Equal(t, want.Secure, c.Secure)
		assert.True(t, c.HttpOnly)
		assert.Equal(t, http.SameSiteLaxMode, c.SameSite)
		assert.Equal(t, 600, c.MaxAge)
		assert.Equal(t, "/", c.Path)
		assert.Empty(t, c.Domain)
		assert.GreaterOrEqual(t, len(state), 26)
		again := param(t, (&browser{}).start(t, h, ""), "state")
		assert.NotEqual(t, state, again)
	}
}

func TestHandler_RefusesAReturnThatThisBrowserDidNotBegin(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		tamper func(t *testing.T, b *browser, h http.Handler, redirect string) string
		text   string
	}{
		"no cookie": {func(_ *testing.T, b *browser, _ http.Handler, redirect string) string {
			b.cookies = nil
			return redirect
		}, "which has no cookie of it"},
		"a forged state": {func(_ *testing.T, _ *browser, _ http.Handler, redirect string) string {
			return strings.Replace(redirect, "state=", "state=x", 1)
		}, "the state is that of another sign-in"},
		"no state": {func(_ *testing.T, _ *browser, _ http.Handler, redirect string) string {
			return strings.Replace(redirect, "state=", "other=", 1)
		}, "the state is that of another sign-in"},
		"the state of another browser": {func(t *testing.T, b *browser, h http.Handler, redirect string) string {
			var attacker browser
			attacker.start(t, h, "")
			b.cookies = attacker.cookies
			return redirect
		}, "the state is that of another sign-in"},
		"an altered cookie": {func(_ *testing.T, b *browser, _ http.Handler, redirect string) string {
			for _, c := range b.cookies {
				c.Value = strings.ToUpper(c.Value[:1]) + strings.ToLower(c.Value[1:])
			}
			return redirect
		}, "began more than ten minutes ago, or elsewhere"},
		"an unsigned cookie": {func(_ *testing.T, b *browser, _ http.Handler, redirect string) string {
			for _, c := range b.cookies {
				c.Value, _, _ = strings.Cut(c.Value, ".")
			}
			return redirect
		}, "began more than ten minutes ago, or elsewhere"},
		"garbage": {func(_ *testing.T, b *browser, _ http.Handler, redirect string) string {
			for _, c := range b.cookies {
				c.Value = "%%.%%"
			}
			return redirect
		}, "began more than ten minutes ago, or elsewhere"},
		"a cookie of another key": {func(t *testing.T, b *browser, _ http.Handler, redirect string) string {
			other, _ := handlerOf(newFlow(t, newServer(t)))
			b.start(t, other, "")
			return redirect
		}, "began more than ten minutes ago, or elsewhere"},
		"after ten minutes": {func(_ *testing.T, _ *browser, _ http.Handler, redirect string) string {
			time.Sleep(10 * time.Minute)
			return redirect
		}, "began more than ten minutes ago, or elsewhere"},
		"a refusal with a forged state": {func(_ *testing.T, _ *browser, _ http.Handler, redirect string) string {
			return callback + "?error=x&state=y"
		}, "the state is that of another sign-in"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv := newServer(t)
				h, end := handlerOf(newFlow(t, srv))
				var b browser
				redirect := approve(t, srv, "zhao.min", b.start(t, h, "?return=/secret-page"))
				b.visit(t, h, tt.tamper(t, &b, h, redirect))
				assertRefused(t, end, login.ErrState, tt.text)
				require.ErrorIs(t, end.err, dingtalk.ErrInvalidArgument)
				assert.Equal(t, "/", end.path)
				assert.Equal(t, strings.Contains(tt.text, "the state is that of another sign-in"), len(b.cookies) > 0, "the cookie of another sign-in stays")
				assert.Empty(t, srv.Calls(""), "no code is spent")
			})
		})
	}
}

func TestHandler_LeavesAPendingSignInAloneWhenAnotherReturns(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	h, end := handlerOf(newFlow(t, srv))
	var b browser // with two tabs: the second sign-in is the one that counts
	first := approve(t, srv, "zhao.min", b.start(t, h, ""))
	second := approve(t, srv, "zhao.min", b.start(t, h, "?return=/second"))
	b.visit(t, h, first)
	assertRefused(t, end, login.ErrState, "the state is that of another sign-in")
	b.visit(t, h, callback+"?state=forged&authCode=forged") // a link on another site
	assertRefused(t, end, login.ErrState, "the state is that of another sign-in")
	b.visit(t, h, second)
	require.NoError(t, end.err)
	assert.Equal(t, "/second", end.path)
	assert.Empty(t, b.cookies)
}

func TestHandler_FailsAReplayOnItsSpentCode(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	h, end := handlerOf(newFlow(t, srv))
	var b browser
	redirect := approve(t, srv, "zhao.min", b.start(t, h, ""))
	stolen := browser{maps.Clone(b.cookies)}
	b.visit(t, h, redirect)
	require.NoError(t, end.err)

	b.visit(t, h, redirect)
	assertRefused(t, end, login.ErrState, "no cookie")
	stolen.visit(t, h, redirect)
	assertRefused(t, end, dingtalk.ErrInvalidAuthCode, "spent")
}

func TestHandler_ReportsWhoMayNotSignIn(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	h, end := handlerOf(newFlow(t, srv))
	for userID, text := range map[string]string{
		"mei.tan": "the person signed in with another organization", "buyer": "the person is an external contact",
	} {
		var b browser
		b.visit(t, h, approve(t, srv, userID, b.start(t, h, "?return=/secret-page")))
		assertRefused(t, end, dingtalk.ErrPermission, text)
		assert.Equal(t, "/secret-page", end.path)
	}

	var b browser
	page := b.start(t, h, "")
	redirect, err := srv.RefuseSignIn(page)
	require.NoError(t, err)
	b.visit(t, h, redirect)
	assertRefused(t, end, dingtalk.ErrPermission, "the login page returned the error access_denied; the user may have refused")

	state := param(t, b.start(t, h, ""), "state")
	b.visit(t, h, callback+"?"+url.Values{"state": {state}, "error": {"x\r\n" + strings.Repeat("赵", 100)}}.Encode())
	require.ErrorIs(t, end.err, dingtalk.ErrPermission)
	assert.NotContains(t, end.err.Error(), "\n")
	assert.Less(t, len(end.err.Error()), 300)

	state = param(t, b.start(t, h, ""), "state")
	b.visit(t, h, callback+"?state="+state)
	assertRefused(t, end, dingtalk.ErrInvalidAuthCode, "there is no code")
}

func TestHandler_ReadsTheCodeUnderEitherName(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	h, end := handlerOf(newFlow(t, srv))
	for _, name := range []string{"code", "authCode"} {
		var b browser
		redirect := approve(t, srv, "zhao.min", b.start(t, h, ""))
		query := url.Values{name: {param(t, redirect, "code")}, "state": {param(t, redirect, "state")}}
		b.visit(t, h, callback+"?"+query.Encode())
		require.NoError(t, end.err, name)
	}
}

func TestHandler_SignsNoUserInByHalf(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"GetUserAccessToken", "GetMe", "GetUserIDByUnionID", "GetUser"} {
		for name, fault := range map[string]dingtalktest.Fault{
			"HTML": dingtalktest.PortalPage, "a page": dingtalktest.HTTPStatus(503), "half": dingtalktest.BadJSON, "lost": dingtalktest.LostResponse,
			"refused": dingtalktest.PermissionMissing,
		} {
			t.Run(op+", "+name, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					srv := newServer(t)
					h, end := handlerOf(newFlow(t, srv))
					var b browser
					redirect := approve(t, srv, "zhao.min", b.start(t, h, ""))
					srv.Fail(op, fault, 9)
					b.visit(t, h, redirect)
					e := asError(t, end.err)
					require.Error(t, e.Class())
					assert.Equal(t, op, e.Op)
					assert.Nil(t, end.member)
					assert.Nil(t, end.session)
				})
			})
		}
	}
}

func TestHandler_AcceptsAnyOfItsKeys(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	flow := newFlow(t, srv)
	older, newer := dingtalk.NewSecret("0123456789abcdef-older"), dingtalk.NewSecret("0123456789abcdef-newer")
	for name, tt := range map[string]struct {
		begins, ends []dingtalk.Secret
		ok           bool
	}{
		"the same key":                {[]dingtalk.Secret{older}, []dingtalk.Secret{older}, true},
		"a rotation":                  {[]dingtalk.Secret{older}, []dingtalk.Secret{newer, older}, true},
		"a process without the key":   {[]dingtalk.Secret{newer, older}, []dingtalk.Secret{older}, false},
		"a key that is gone":          {[]dingtalk.Secret{older}, []dingtalk.Secret{newer}, false},
		"random keys of two handlers": {nil, nil, false},
	} {
		first, _ := handlerOf(flow, login.WithKeys(tt.begins...))
		second, end := handlerOf(flow, login.WithKeys(tt.ends...))
		var b browser
		b.visit(t, second, approve(t, srv, "zhao.min", b.start(t, first, "")))
		if tt.ok {
			assert.NoError(t, end.err, name)
		} else {
			assert.ErrorIs(t, end.err, login.ErrState, name)
		}
	}
	assert.PanicsWithValue(t, "login: WithKeys: a key of less than 16 bytes", func() { login.WithKeys(older, dingtalk.NewSecret("short")) })
	assert.PanicsWithValue(t, "login: Handler: done is nil", func() { flow.Handler(nil) })
}

func TestHandler_ServesOnlyItsTwoPaths(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	flow := newFlow(t, srv)
	h, _ := handlerOf(flow)
	mux := http.NewServeMux()
	mux.Handle("/login/", h)
	mux.Handle("/app/", http.StripPrefix("/app/login", h))
	for address, want := range map[string]int{
		"GET /login/start": 302, "GET /app/login/start": 302, "GET /login/callback": 403, "GET /app/login/callback": 403,
		"GET /login/": 404, "GET /login/other": 404, "GET /login/start/x": 404,
		"POST /login/start": 405, "POST /login/callback": 405, "HEAD /login/callback": 405,
	} {
		method, path, _ := strings.Cut(address, " ")
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "https://app.example.com"+path, nil))
		assert.Equal(t, want, w.Code, address)
		if want == http.StatusMethodNotAllowed {
			assert.Equal(t, "GET", w.Header().Get("Allow"))
		}
	}
}

func TestHandler_ReturnsToThisSiteOnly(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	h, end := handlerOf(newFlow(t, srv))
	for to, want := range map[string]string{
		"/people": "/people", "/people?a=b&c=d#e": "/people?a=b&c=d#e", "/a%20b": "/a%20b", "/赵": "/赵", "/": "/", "/login?next=//x": "/login?next=//x",
		"": "/", "people": "/", "https://evil.example/": "/", "//evil.example/": "/", `/\evil.example/`: "/", `\\evil.example`: "/",
		"/\t/evil.example": "/", "/\n/evil.example": "/", "javascript:x": "/", "/%zz": "/", " //evil.example": "/", "///evil.example": "/",
		"/" + strings.Repeat("x", 1100): "/", "/a\x00b": "/", "http:evil.example": "/",
	} {
		var b browser
		b.visit(t, h, approve(t, srv, "li.na", b.start(t, h, "?return="+url.QueryEscape(to))))
		require.NoError(t, end.err)
		assert.Equal(t, want, end.path, "%q", to)
	}
	assert.Equal(t, "/", login.ReturnPath(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)))
	assert.Nil(t, login.SessionOf(httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", nil)))
}

func TestHandler_KeepsItsCookieSmall(t *testing.T) {
	t.Parallel()
	srv := newServer(t)
	h, end := handlerOf(newFlow(t, srv))
	for _, c := range []string{"x", "&", `"`, "<", "赵", "\u2028"} {
		to := "/?" + strings.Repeat(c, 1000/len(c))
		var b browser
		res := b.visit(t, h, startURL+"?return="+url.QueryEscape(to))
		assert.Less(t, len(res.Header.Get("Set-Cookie")), 4096, "browsers drop a longer one: %q", c)
		b.visit(t, h, approve(t, srv, "zhao.min", res.Header.Get("Location")))
		require.NoError(t, end.err)
		assert.Equal(t, to, end.path)
	}
}

func TestHandler_WorksOverARealConnection(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	srv.AddUser(dingtalktest.User{UserID: "zhao.min"})
	var flow *login.Flow
	app := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		flow.Handler(func(w http.ResponseWriter, r *http.Request, m *login.Member, err error) {
			assert.NoError(t, err)
			http.Redirect(w, r, login.ReturnPath(r), http.StatusSeeOther)
		}, login.WithKeys(dingtalk.NewSecret("0123456789abcdef"))).ServeHTTP(w, r)
	}))
	defer app.Close()
	base, err := srv.Listen("")
	require.NoError(t, err)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(base))
	require.NoError(t, err)
	flow, err = login.New(client, login.Config{RedirectURL: app.URL + "/callback"})
	require.NoError(t, err)

	get := func(address string, cookies ...*http.Cookie) *http.Response {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
		require.NoError(t, err)
		for _, c := range cookies {
			req.AddCookie(c)
		}
		res, err := app.Client().Transport.RoundTrip(req)
		require.NoError(t, err)
		require.NoError(t, res.Body.Close())
		return res
	}
	begun := get(app.URL + "/start?return=/home")
	page := begun.Header.Get("Location")
	assert.True(t, strings.HasPrefix(page, base+"/oauth2/auth?"), "%s", page)
	redirect, err := srv.SignIn("zhao.min", page)
	require.NoError(t, err)
	back := get(redirect, begun.Cookies()...)
	assert.Equal(t, http.StatusSeeOther, back.StatusCode)
	assert.Equal(t, "/home", back.Header.Get("Location"))
}
