package emulator

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// must returns a value without an error.
func (a *app) must(value string, err error) string {
	a.t.Helper()
	require.NoError(a.t, err)
	return value
}

func (a *app) sso(corpID, secret string) spoken {
	a.t.Helper()
	body, _ := json.Marshal(map[string]string{"corpid": corpID, "ssoSecret": secret})
	return a.speak(http.MethodPost, "/v1.0/oauth2/ssoAccessToken", "application/json", string(body))
}

func (a *app) ssoToken() string {
	a.t.Helper()
	got := a.sso(directory.CorpID, a.server.SSOSecret())
	require.Equal(a.t, "200", got.outcome())
	require.Equal(a.t, json.Number("3600"), got.jsonBody["expireIn"])
	return got.text("accessToken")
}

// adminByCode spends a code of the admin console with a token.
func (a *app) adminByCode(token, code string) spoken {
	a.t.Helper()
	return a.speakWith(token, http.MethodGet, "/v1.0/oauth2/ssoUserInfo?"+url.Values{"code": {code}}.Encode(), "", "")
}

func (a *app) spendAdmin(code string) spoken { a.t.Helper(); return a.adminByCode(a.ssoToken(), code) }

func TestGetAdminByCode_DescribesWhoOpenedTheConsole(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithSSOSecret("sso-secret"))
	a.seed(directory.User{UserID: "boss", Name: "He Ping", Email: "he@example.com", Avatar: "https://img.example.com/h.png", Admin: true})
	a.seed(directory.User{UserID: "clerk", Name: "Clerk"})
	code := a.must(a.server.IssueAdminCode("boss"))
	assert.Equal(t, jsonBody{
		"corpId": directory.CorpID, "corpName": "Organization", "userId": "boss", "userName": "He Ping",
		"email": "he@example.com", "avatar": "https://img.example.com/h.png", "isAdmin": true,
	}, a.spendAdmin(code).jsonBody)
	assert.Equal(t, "400 invalidCode", a.spendAdmin(code).outcome(), "spent")
	assert.Equal(t, false, a.spendAdmin(a.must(a.server.IssueAdminCode("clerk"))).jsonBody["isAdmin"])
	gone := a.must(a.server.IssueAdminCode("clerk"))
	require.Equal(t, "0", a.post(deletePath, `{"userid":"clerk"}`).code())
	assert.Equal(t, "400 invalidCode", a.spendAdmin(gone).outcome())

	kept := a.must(a.server.IssueAdminCode("boss"))
	assert.Equal(t, "401 InvalidAuthentication", a.adminByCode("", kept).outcome())
	assert.Equal(t, "400 invalidToken", a.adminByCode("x", kept).outcome())
	assert.Equal(t, "400 invalidToken", a.adminByCode(a.token, kept).outcome(), "the token of the app")
	assert.Equal(t, "400 Missingcode", a.adminByCode(a.ssoToken(), "").outcome())
	assert.Equal(t, "200", a.spendAdmin(kept).outcome())
}

func TestGetSSOToken_TakesTheSSOSecret(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		assert.Equal(t, "400 invalidClientIdOrSecret", a.sso(directory.CorpID, a.server.ClientSecret()).outcome())
		assert.Equal(t, "400 invalidClientIdOrSecret", a.sso("dingother", a.server.SSOSecret()).outcome())
		assert.Equal(t, "400 MissingssoSecret", a.sso(directory.CorpID, "").outcome())
		token := a.ssoToken()
		time.Sleep(3599 * time.Second)
		assert.Equal(t, token, a.ssoToken(), "renewed")
		time.Sleep(3600 * time.Second)
		assert.Equal(t, "400 invalidToken", a.adminByCode(token, "x").outcome())
		assert.NotEqual(t, token, a.ssoToken())
	})
}
