package emulator

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// profile calls the profile of a user, "me" or a union ID, with a token.
func (a *app) profile(id, token string) spoken {
	a.t.Helper()
	return a.speakWith(token, http.MethodGet, profilesPath+id, "", "")
}

func (a *app) me(token string) spoken { a.t.Helper(); return a.profile("me", token) }

// userToken signs in and returns the access token.
func (a *app) userToken(userid, parameters string) string {
	a.t.Helper()
	got := a.exchangeCode(a.signIn(userid, parameters))
	require.Equal(a.t, 200, got.status, "%v", got)
	return got.text("accessToken")
}

func TestGetMe_DescribesTheUser(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	full := a.seed(directory.User{
		UserID: "full", Name: "Lin Yue", Avatar: "https://img.example.com/a.png", Mobile: "13800000001",
		Email: "work@example.com", PersonalEmail: "lin@example.org", LoginEmail: "login@example.com",
	})
	bare := a.seed(directory.User{UserID: "bare", Name: "Bare"})
	got := a.me(a.userToken("full", "")).jsonBody
	openID := got["openId"]
	assert.NotEmpty(t, openID)
	assert.Equal(t, jsonBody{
		"nick": "Lin Yue", "avatarUrl": "https://img.example.com/a.png", "mobile": "13800000001", "stateCode": "86",
		"email": "lin@example.org", "loginEmail": "login@example.com", "openId": openID, "unionId": full.UnionID, "visitor": false,
	}, got)
	token := a.userToken("bare", "")
	got = a.me(token).jsonBody
	assert.NotEqual(t, openID, got["openId"])
	delete(got, "openId")
	assert.Equal(t, jsonBody{"nick": "Bare", "unionId": bare.UnionID, "visitor": false}, got, "what is unset is absent, and there is no userid")
	assert.Equal(t, "200", a.profile(bare.UnionID, token).outcome())
	assert.Equal(t, "404 invalidParameter.user.notFound", a.profile(full.UnionID, token).outcome())
	for _, path := range []string{"", "me/", "me/x"} {
		assert.Equal(t, "404 InvalidAction.NotFound", a.profile(path, token).outcome(), path)
	}
	assert.Equal(t, "404 InvalidAction.NotFound", a.speakWith(token, http.MethodPost, profilesPath+"me", "application/json", "{}").outcome())

	require.NoError(t, a.server.Fail("GetMe", Omit("unionId"), 1))
	assert.NotContains(t, a.me(token).jsonBody, "unionId")
	require.Equal(t, "0", a.post(deletePath, `{"userid":"bare"}`).code())
	assert.Equal(t, bare.UnionID, a.me(token).text("unionId"), "an account outlives the membership")
	assert.Equal(t, "60121", a.post("/topapi/user/getbyunionid", `{"unionid":"`+bare.UnionID+`"}`).code())
}

func TestGetMe_TakesTheTokenOfAUser(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "clerk"})
	token := a.userToken("clerk", "")
	assert.Equal(t, "401 InvalidAuthentication", a.me("").outcome())
	assert.Equal(t, "401 InvalidAuthentication", a.me(" ").outcome())
	assert.Equal(t, "400 InvalidAuthentication", a.me("x").outcome())
	wrong := a.me(a.token)
	assert.Equal(t, "403 Forbidden.AccessDenied.AccessTokenPermissionDenied", wrong.outcome())
	assert.Equal(t, map[string]any{"requiredScopes": []any{"Contact.User.Read"}}, wrong.jsonBody["accessdenieddetail"])
	assert.Equal(t, "403 Forbidden.AccessDenied.AccessTokenPermissionDenied",
		a.speakWith(token, http.MethodPost, ticketPath, "", "").outcome(), "the token of a user is none of the app")
	app := a.token
	a.token = token
	assert.Equal(t, "40014", a.post(getPath, `{"userid":"clerk"}`).code(), "nor on the legacy API")
	a.token = app

	a.server.Advance(userTokenLife - time.Second)
	assert.Equal(t, "200", a.me(token).outcome())
	a.server.Advance(time.Second)
	assert.Equal(t, "400 accesstoken.expired", a.me(token).outcome())
	require.NoError(t, a.server.Fail("GetMe", TokenExpired, 1))
	assert.Equal(t, "400 accesstoken.expired", a.me(a.userToken("clerk", "")).outcome())
}

func TestGetMe_ObeysPermissionsAndLimits(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithoutScope("Contact.User.mobile"), WithQPS(2))
	a.seed(directory.User{UserID: "clerk", Mobile: "13800000001"})
	token := a.userToken("clerk", "")
	got := a.me(token)
	assert.NotContains(t, got.jsonBody, "mobile")
	assert.NotContains(t, got.jsonBody, "stateCode")
	assert.Equal(t, `[map[authItems:[Contact.User.Read] resource:rpc_auth]]`, fmt.Sprint(a.authRules(token).jsonBody["result"]))
	outcomes := map[string]int{}
	for range 20 {
		outcomes[a.me(token).outcome()]++
	}
	assert.Positive(t, outcomes["403 Forbidden.AccessDenied.QpsLimitForAppkeyAndApi"])

	a = newApp(t, WithoutScope("Contact.User.Read"))
	a.seed(directory.User{UserID: "clerk"})
	token = a.userToken("clerk", "")
	assert.Equal(t, "403 Forbidden.AccessDenied.AccessTokenPermissionDenied", a.me(token).outcome())
}

func (a *app) authRules(token string) spoken {
	a.t.Helper()
	return a.speakWith(token, http.MethodGet, "/v1.0/oauth2/authRules/user", "", "")
}

func TestGetUserAuthRules_ListsWhatIsPermitted(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.seed(directory.User{UserID: "clerk"})
	token := a.userToken("clerk", "")
	assert.Equal(t, jsonBody{"result": []any{
		map[string]any{"resource": "rpc_auth", "authItems": []any{"Contact.User.Read"}},
		map[string]any{"resource": "Contact.User", "authItems": []any{"mobile"}},
	}}, a.authRules(token).jsonBody)
	assert.Equal(t, "403 Forbidden.AccessDenied.AccessTokenPermissionDenied", a.authRules(a.token).outcome())
	require.NoError(t, a.server.Fail("GetUserAuthRules", SystemBusy, 1))
	assert.Equal(t, "500 system.busy", a.authRules(token).outcome())
}
