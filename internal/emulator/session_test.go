package emulator

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

const userTokenPath = "/v1.0/oauth2/userAccessToken"

const redirectURI = "https://app.example.com/callback"

// loginPage returns the address of the login page with further parameters, such as "scope=openid&corpId=x".
func (a *app) loginPage(parameters string) string {
	a.t.Helper()
	query := url.Values{
		"client_id": {a.server.ClientID()}, "redirect_uri": {redirectURI}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"}, "state": {"s1"},
	}
	more, err := url.ParseQuery(parameters)
	require.NoError(a.t, err)
	maps.Copy(query, more)
	return "https://login.example.com" + signInPath + "?" + query.Encode()
}

// signIn signs in on the login page and returns the code.
func (a *app) signIn(userid, parameters string) string {
	a.t.Helper()
	redirect, err := a.server.SignIn(userid, a.loginPage(parameters))
	require.NoError(a.t, err)
	to, err := url.Parse(redirect)
	require.NoError(a.t, err)
	code := to.Query().Get("authCode")
	require.NotEmpty(a.t, code)
	require.Equal(a.t, code, to.Query().Get("code"))
	return code
}

// exchange exchanges a code, or with the grant refresh_token a refresh token.
func (a *app) exchange(grant, value string) spoken {
	a.t.Helper()
	field := map[string]string{"authorization_code": "code", "refresh_token": "refreshToken"}[grant]
	body, err := json.Marshal(map[string]string{
		"clientId": a.server.ClientID(), "clientSecret": a.server.ClientSecret(), "grantType": grant, field: value,
	})
	require.NoError(a.t, err)
	return a.speak(http.MethodPost, userTokenPath, "application/json", string(body))
}

func (a *app) exchangeCode(code string) spoken {
	a.t.Helper()
	return a.exchange("authorization_code", code)
}

func (a *app) refresh(token string) spoken { a.t.Helper(); return a.exchange("refresh_token", token) }

func (s spoken) text(field string) string { text, _ := s.jsonBody[field].(string); return text }

const codeNotFound = "400 invalidParameter.authCode.notFound"

func TestGetUserAccessToken_TakesACodeOnce(t *testing.T) {
	t.Parallel()
	a := newApp(t, Strict())
	a.seed(directory.User{UserID: "clerk"})
	code := a.signIn("clerk", "")
	got := a.exchangeCode(code)
	require.Equal(t, 200, got.status, "%v", got)
	assert.Regexp(t, "^usertoken[0-9a-f]{32}$", got.text("accessToken"))
	assert.Regexp(t, "^refresh[0-9a-f]{32}$", got.text("refreshToken"))
	assert.Equal(t, json.Number("7200"), got.jsonBody["expireIn"])
	assert.Equal(t, directory.CorpID, got.text("corpId"))
	assert.Len(t, got.jsonBody, 4)
	again := a.exchangeCode(code)
	assert.Equal(t, codeNotFound, again.outcome())
	assert.Equal(t, "不合法的临时授权码", again.text("message"))

	assert.NotContains(t, a.exchangeCode(a.signIn("clerk", "scope=openid")).jsonBody, "corpId", "without the scope corpid")
	late := a.signIn("clerk", "")
	a.server.Advance(codeLife)
	assert.Equal(t, codeNotFound, a.exchangeCode(late).outcome(), "expired")
	assert.Equal(t, codeNotFound, a.exchangeCode("8f3c2b1a09d84e7fa6b5c4d3e2f10987").outcome(), "unknown")
}

func TestLoginCode_OfAnotherFlowIsRefusedAndSpent(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "clerk"})
	flows := map[string]struct {
		issue func() string
		spend func(code string) string
	}{
		"in-app": {func() string { return a.issue("clerk") }, func(code string) string { return a.spend(code).code() }},
		"oauth": {func() string { return a.signIn("clerk", "") }, func(code string) string {
			return strings.TrimPrefix(strings.Replace(a.exchangeCode(code).outcome(), "200", "0", 1), codeNotFound)
		}},
		"sns": {func() string { return a.must(a.server.IssueTmpCode("clerk")) }, func(code string) string {
			return a.spendTmp(code).code()
		}},
		"admin": {func() string { return a.must(a.server.IssueAdminCode("clerk")) }, func(code string) string {
			return strings.TrimPrefix(strings.Replace(a.spendAdmin(code).outcome(), "200", "0", 1), "400 invalidCode")
		}},
	}
	for name, flow := range flows {
		assert.Equal(t, "0", flow.spend(flow.issue()), name)
		for other, wrong := range flows {
			if other == name {
				continue
			}
			code := flow.issue()
			assert.NotEqual(t, "0", wrong.spend(code), "a code of %s, spent by %s", name, other)
			assert.NotEqual(t, "0", flow.spend(code), "a code of %s, spent before by %s", name, other)
		}
	}
	for _, issue := range []func(string) (string, error){a.server.IssueTmpCode, a.server.IssueAdminCode} {
		_, err := issue("unknown")
		assert.EqualError(t, err, "the user does not exist: unknown")
	}
}

func TestGetUserAccessToken_SpendsARefreshToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		a.seed(directory.User{UserID: "clerk"})
		first := a.exchangeCode(a.signIn("clerk", ""))
		second := a.refresh(first.text("refreshToken"))
		require.Equal(t, 200, second.status, "%v", second)
		assert.NotEqual(t, first.text("accessToken"), second.text("accessToken"))
		assert.NotEqual(t, first.text("refreshToken"), second.text("refreshToken"))
		assert.Equal(t, directory.CorpID, second.text("corpId"))
		assert.Equal(t, codeNotFound, a.refresh(first.text("refreshToken")).outcome())
		assert.Equal(t, 200, a.me(first.text("accessToken")).status, "the access token lives on")

		time.Sleep(refreshLife - 1)
		third := a.refresh(second.text("refreshToken"))
		assert.Equal(t, 200, third.status, "the last moment")
		time.Sleep(refreshLife)
		assert.Equal(t, codeNotFound, a.refresh(third.text("refreshToken")).outcome(), "after 30 days")
		_ = a.exchangeCode(a.signIn("clerk", ""))
		assert.Len(t, a.server.sessions.tokens, 1, "old tokens take no memory")
		assert.Len(t, a.server.sessions.refresh, 1)
	})
}

func TestGetUserAccessToken_LetsOneOfTwoRefreshesWin(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "clerk"})
	token := a.exchangeCode(a.signIn("clerk", "")).text("refreshToken")
	outcomes := make([]string, 8)
	var all sync.WaitGroup
	for i := range outcomes {
		all.Go(func() { outcomes[i] = a.refresh(token).outcome() })
	}
	all.Wait()
	won := 0
	for _, outcome := range outcomes {
		if outcome == "200" {
			won++
			continue
		}
		assert.Equal(t, codeNotFound, outcome)
	}
	assert.Equal(t, 1, won)
}

func TestWithStableRefreshToken_RenewsTheSameTokens(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithStableRefreshToken())
		a.seed(directory.User{UserID: "clerk"})
		a.seed(directory.User{UserID: "other"})
		first := a.exchangeCode(a.signIn("clerk", ""))
		time.Sleep(time.Hour)
		assert.Equal(t, first, a.refresh(first.text("refreshToken")))
		assert.Equal(t, first, a.exchangeCode(a.signIn("clerk", "")))
		assert.NotEqual(t, first.text("accessToken"), a.exchangeCode(a.signIn("other", "")).text("accessToken"))
		assert.NotEqual(t, first.text("accessToken"), a.exchangeCode(a.signIn("clerk", "scope=openid")).text("accessToken"))
		time.Sleep(90 * time.Minute)
		assert.Equal(t, 200, a.me(first.text("accessToken")).status, "renewed an hour ago")
		time.Sleep(30 * time.Minute)
		next := a.refresh(first.text("refreshToken"))
		assert.NotEqual(t, first.text("accessToken"), next.text("accessToken"))
		assert.Equal(t, first.text("refreshToken"), next.text("refreshToken"))
	})
}

func TestGetUserAccessToken_RefusesWithoutSpending(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCredentials("dingexample", "s3cret"))
	a.seed(directory.User{UserID: "clerk"})
	code := a.signIn("clerk", "")
	for want, body := range map[string]string{
		"400 invalidClientIdOrSecret": `{"clientId":"dingexample","clientSecret":"x","grantType":"authorization_code","code":"` + code + `"}`,
		"400 MissingclientSecret":     `{"clientId":"dingexample","grantType":"authorization_code","code":"` + code + `"}`,
		"400 MissinggrantType":        `{"clientId":"dingexample","clientSecret":"s3cret","code":"` + code + `"}`,
		"400 Missingcode":             `{"clientId":"dingexample","clientSecret":"s3cret","grantType":"authorization_code"}`,
		"400 MissingrefreshToken":     `{"clientId":"dingexample","clientSecret":"s3cret","grantType":"refresh_token","code":"` + code + `"}`,
		"400 BadRequest":              `{"clientId":"dingexample","clientSecret":"s3cret","grantType":"password","code":"` + code + `"}`,
		"400 Missingbody":             ``,
	} {
		assert.Equal(t, want, a.speak(http.MethodPost, userTokenPath, "application/json", body).outcome())
	}
	form := url.Values{"client_id": {"dingexample"}, "client_secret": {"s3cret"}, "grant_type": {"authorization_code"}, "code": {code}}
	assert.Equal(t, "400 Missingbody", a.speak(http.MethodPost, userTokenPath, "application/x-www-form-urlencoded", form.Encode()).outcome(), "as generic OAuth libraries send it")
	assert.Equal(t, "200", a.exchangeCode(code).outcome())

	elsewhere := newApp(t)
	elsewhere.seed(directory.User{UserID: "clerk"})
	code = elsewhere.signIn("clerk", "")
	elsewhere.server.allowedIPs = []string{"192.0.2.1"}
	assert.Equal(t, codeNotFound, elsewhere.exchangeCode(code).outcome(), "an address that is not allowed looks the same")
	assert.Equal(t, 60020, elsewhere.server.Log(LogFilter{Op: "GetUserAccessToken"}, 0, 1)[0].Code)
}

func TestReset_EndsTheSessions(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithSampleOrg(5, 20, 7))
	got := a.exchangeCode(a.signIn(a.server.Users()[0].UserID, ""))
	require.NoError(t, a.server.Reset())
	assert.Equal(t, "400 InvalidAuthentication", a.me(got.text("accessToken")).outcome())
	assert.Equal(t, codeNotFound, a.refresh(got.text("refreshToken")).outcome())
}
