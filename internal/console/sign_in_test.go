package console

import (
	"html"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
	"github.com/dingtalk-contacts/dingtalk-go/internal/emulator"
)

// loginSite returns a server with a login page: two people, a second organization and an external contact.
func loginSite(tb testing.TB, opts ...emulator.Option) *emulator.Server {
	tb.Helper()
	s := newServer(tb, append([]emulator.Option{
		emulator.WithSignInPages(SignInPages),
		emulator.WithOtherOrganization("dingother", "Harbor & <Co>", directory.User{UserID: "mei", Name: "Mei Tan", Admin: true}),
	}, opts...)...)
	for _, u := range []directory.User{{UserID: "a/b", Name: "Ann <b>"}, {UserID: "zhao.min", Name: "赵敏", Mobile: "13800000001"}} {
		_, err := s.AddUser(u)
		require.NoError(tb, err)
	}
	_, err := s.AddExternalContact(directory.ExternalContact{UserID: "buyer", Name: "Buyer"})
	require.NoError(tb, err)
	return s
}

// loginAddress returns the address of the login page with further parameters.
func loginAddress(s *emulator.Server, further ...string) string {
	query := url.Values{
		"client_id": {s.ClientID()}, "redirect_uri": {"https://app.example.com/callback"}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"}, "state": {`"><script>`},
	}
	for i := 0; i < len(further); i += 2 {
		query.Set(further[i], further[i+1])
	}
	return (&url.URL{Path: s.BasePath() + "/oauth2/auth", RawQuery: query.Encode()}).String()
}

// submit sends the form of the page at an address, as a browser does, with the chosen values.
func submit(t *testing.T, s http.Handler, address string, chosen url.Values, header ...string) *http.Response {
	t.Helper()
	form := open(t, s, address).one(t, "form", "method", "post")
	values := url.Values{}
	for _, e := range form.all("input", "type", "hidden") {
		values.Add(e.attr("name"), e.attr("value"))
	}
	maps.Copy(values, chosen)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, form.attr("action"), strings.NewReader(values.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w.Result()
}

// values returns the people that a page offers.
func offered(page element) (values []string) {
	for _, e := range page.all("input", "type", "radio") {
		values = append(values, e.attr("value"))
	}
	return values
}

func TestSignIn_OffersPeople(t *testing.T) {
	t.Parallel()
	s := loginSite(t)
	own := directory.CorpID + "/"
	for _, tt := range []struct {
		name    string
		further []string
		want    []string
	}{
		{"everyone by name", nil, []string{own + "a/b", own + "zhao.min", "dingother/mei", "-/buyer"}},
		{"a search", []string{"q", "MEI"}, []string{"dingother/mei"}},
		{"a search for a number", []string{"q", "1380000"}, []string{own + "zhao.min"}},
		{"a search for a contact", []string{"q", "uye"}, []string{"-/buyer"}},
		{"a search without a match", []string{"q", "<none>"}, nil},
		{"an organization", []string{"corpId", "dingother"}, []string{"dingother/mei"}},
		{"an unknown organization", []string{"corpId", "dingx"}, nil},
		{"administrators", []string{"org_type", "management"}, []string{"dingother/mei"}},
		{"without the scope corpid", []string{"org_type", "management", "corpId", "dingx", "scope", "openid"},
			[]string{own + "a/b", own + "zhao.min", "dingother/mei", "-/buyer"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			page := open(t, s, loginAddress(s, tt.further...))
			assert.Equal(t, tt.want, offered(page))
			assert.Len(t, page.all("button", "value", "approve"), min(1, len(tt.want)))
			assert.Len(t, page.all("button", "value", "refuse"), 1)
			if len(tt.want) > 0 {
				assert.Equal(t, tt.want[0], page.one(t, "input", "checked").attr("value"))
			} else {
				assert.NotEmpty(t, page.one(t, "p", "class", "empty").text())
			}
		})
	}
}

func TestSignIn_ShowsTheFirstOfMany(t *testing.T) {
	t.Parallel()
	s := loginSite(t, emulator.WithSampleOrg(5, 100, 1))
	page := open(t, s, loginAddress(s, "corpId", directory.CorpID))
	assert.Len(t, offered(page), 20)
	assert.Contains(t, page.one(t, "p", "class", "note").text(), "20 of 102 are shown")
}

func TestSignIn_RedirectsAfterTheForm(t *testing.T) {
	t.Parallel()
	s := loginSite(t, emulator.WithBasePath("/ding {talk}"))
	res := submit(t, s, loginAddress(s), url.Values{"person": {directory.CorpID + "/a/b"}, "decision": {"approve"}})
	require.Equal(t, http.StatusFound, res.StatusCode)
	to, err := res.Location()
	require.NoError(t, err)
	query := to.Query()
	assert.Equal(t, "app.example.com/callback", to.Host+to.Path)
	assert.Equal(t, `"><script>`, query.Get("state"))
	assert.NotEmpty(t, query.Get("authCode"))
	assert.Equal(t, query.Get("authCode"), query.Get("code"))
	assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
	body, err := io.ReadAll(res.Body)
	require.NoError(t, err)
	assert.Equal(t, to.String()+"\n", string(body))

	res = submit(t, s, loginAddress(s), url.Values{"person": {directory.CorpID + "/a/b"}, "decision": {"refuse"}})
	assert.Equal(t, "https://app.example.com/callback?error=access_denied&state=%22%3E%3Cscript%3E", res.Header.Get("Location"))

	for _, person := range []string{"", "x", directory.CorpID + "/mei", "dingother/a/b", "-/a/b"} {
		res = submit(t, s, loginAddress(s, "lang", "zh"), url.Values{"person": {person}, "decision": {"approve"}}, "Cookie", languageCookie+"=zh")
		assert.Equal(t, http.StatusUnprocessableEntity, res.StatusCode, person)
		page := parsePage(t, bodyOf(t, res))
		assert.Equal(t, "请选择登录人。", page.one(t, "p", "role", "alert").text())
		assert.Equal(t, "zh-CN", page.one(t, "html").attr("lang"))
		assert.Contains(t, page.one(t, "a", "hreflang", "en").attr("href"), "state=%22%3E%3Cscript%3E", "the language keeps the address")
	}
}

func TestSignIn_NamesWhatIsWrongWithTheAddress(t *testing.T) {
	t.Parallel()
	s := loginSite(t, emulator.Strict(), emulator.WithRedirectURIs("https://app.example.com/callback"))
	for parameter, value := range map[string]string{
		"client_id": "dingx", "redirect_uri": "https://evil.example.com/<b>", "response_type": "token", "scope": "profile", "prompt": "",
	} {
		res := ask(t, s, http.MethodGet, loginAddress(s, parameter, value))
		assert.Equal(t, http.StatusBadRequest, res.StatusCode)
		assert.Empty(t, res.Header.Get("Location"))
		body := bodyOf(t, res)
		page := parsePage(t, body)
		assert.Contains(t, page.one(t, "main").text(), parameter)
		assert.Contains(t, body, html.EscapeString(value))
		assert.Equal(t, signInMessages["signin.wrong."+parameter].en, page.one(t, "p", "role", "alert").text())
		assert.Empty(t, page.all("form"))
	}
	entry := s.Log(emulator.LogFilter{Op: "SignInPage"}, 0, 1)[0]
	assert.Equal(t, 400, entry.Code)
	assert.Equal(t, 400, entry.HTTPStatus)

	// A form is checked like an address.
	res := submit(t, s, loginAddress(s), url.Values{"redirect_uri": {"https://evil.example.com/"}, "decision": {"refuse"}})
	assert.Equal(t, http.StatusBadRequest, res.StatusCode)
}

func TestSignIn_IsAccessibleAndLoadsOnlyWhatTheServerServes(t *testing.T) {
	t.Parallel()
	s := loginSite(t, emulator.WithBasePath("/base"))
	for _, address := range []string{
		loginAddress(s), loginAddress(s, "lang", "zh", "q", "nothing"), loginAddress(s, "client_id", "x"), loginAddress(s, "redirect_uri", "myapp://back"),
	} {
		res := ask(t, s, http.MethodGet, address)
		policy := res.Header.Get("Content-Security-Policy")
		assert.Contains(t, policy, "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self' http: https:")
		assert.Equal(t, strings.Contains(address, "myapp"), strings.Contains(policy, " myapp:;"), "%s: %s", address, policy)
		assert.Contains(t, policy, "frame-ancestors 'none'")
		assert.Equal(t, "no-store", res.Header.Get("Cache-Control"))
		body := bodyOf(t, res)
		assert.NotRegexp(t, `(?i)<style|\sstyle=|\son[a-z]+=|<script|javascript:`, body)
		page := parsePage(t, body)
		assert.Len(t, page.all("h1"), 1)
		assert.Len(t, page.all("main"), 1)
		assert.Equal(t, "#main", page.one(t, "body").all("a")[0].attr("href"))
		for _, e := range page.all("input") {
			labeled := e.attr("type") == "hidden" || e.Parent.Data == "label" || len(page.all("label", "for", e.attr("id"))) == 1
			assert.True(t, labeled, "%s has no label", e.attr("name"))
		}
		for _, e := range page.all("fieldset") {
			assert.NotEmpty(t, e.one(t, "legend").text())
		}
		for _, e := range page.all("link") {
			file := ask(t, s, http.MethodGet, e.attr("href"))
			assert.Equal(t, http.StatusOK, file.StatusCode, e.attr("href"))
			assert.Contains(t, file.Header.Get("Cache-Control"), "immutable")
		}
	}
	assert.Equal(t, http.StatusNotFound, ask(t, s, http.MethodGet, "/base/oauth2/assets/none.css").StatusCode)
	res := ask(t, s, http.MethodGet, loginAddress(s, "lang", "zh"))
	assert.Equal(t, languageCookie+"=zh; Path=/base/oauth2/; Max-Age=31536000; HttpOnly; SameSite=Lax", res.Header.Get("Set-Cookie"))
}

func TestSignIn_RefusesFormsOfOtherSites(t *testing.T) {
	t.Parallel()
	s := loginSite(t)
	chosen := url.Values{"person": {directory.CorpID + "/zhao.min"}, "decision": {"approve"}}
	for header, want := range map[string]int{"cross-site": http.StatusForbidden, "same-origin": http.StatusFound} {
		assert.Equal(t, want, submit(t, s, loginAddress(s), chosen, "Sec-Fetch-Site", header).StatusCode, header)
	}
	r := reached(httptest.NewRequestWithContext(t.Context(), http.MethodGet, loginAddress(s), nil), "127.0.0.1")
	r.Host = "evil.example"
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	assert.Equal(t, http.StatusForbidden, w.Code, "a foreign name that resolves to this machine")
}

func TestSignIn_ObeysFaultsAndIsInTheLog(t *testing.T) {
	t.Parallel()
	s := loginSite(t)
	h := New(s, "")
	require.NoError(t, s.Fail("SignInPage", emulator.BanPage, 1))
	assert.NotContains(t, get(t, s, loginAddress(s)), "<form")
	require.NoError(t, s.Fail("SignInPage", emulator.HTTPStatus(503), 1))
	assert.Equal(t, http.StatusServiceUnavailable, ask(t, s, http.MethodGet, loginAddress(s)).StatusCode)
	for _, f := range []emulator.Fault{emulator.Throttled, emulator.Code(60121), emulator.Omit("x"), emulator.BadJSON} {
		require.ErrorContains(t, s.Fail("SignInPage", f, 1), "SignInPage is a page")
	}
	res := submit(t, s, loginAddress(s), url.Values{"person": {directory.CorpID + "/zhao.min"}, "decision": {"approve"}})
	to, err := res.Location()
	require.NoError(t, err)
	entry := s.Log(emulator.LogFilter{Op: "SignInPage"}, 0, 1)[0]
	assert.Equal(t, "log.outcome.ok", logRow{entry}.Outcome().Text)
	page := get(t, h, "/console/log/"+entryNumber(entry))
	assert.Contains(t, page, "zhao.min")
	assert.Contains(t, page, "authCode=REDACTED")
	assert.NotContains(t, page, to.Query().Get("authCode"))
}

// In memory there is no page to look at, but the same page.
func TestSignIn_IsServedInMemory(t *testing.T) {
	t.Parallel()
	s := loginSite(t)
	client := &http.Client{Transport: s.Transport()}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "https://login.dingtalk.io"+loginAddress(s), nil)
	require.NoError(t, err)
	res, err := client.Do(r)
	require.NoError(t, err)
	defer res.Body.Close()
	assert.Equal(t, http.StatusOK, res.StatusCode)
	assert.Len(t, offered(parsePage(t, bodyOf(t, res))), 4)
}

func entryNumber(e emulator.LogEntry) string { return strconv.FormatInt(e.Number, 10) }
