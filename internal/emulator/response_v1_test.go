package emulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const oauth2Path = "/v1.0/oauth2/accessToken"

// spoken is a response of the new API.
type spoken struct {
	status int
	jsonBody
}

func (s spoken) stringCode() string { w, _ := s.jsonBody["code"].(string); return w }

// outcome returns the status and the string code of a refusal: "404 InvalidAction.NotFound".
func (s spoken) outcome() string { return strings.TrimSpace(fmt.Sprint(s.status, " ", s.stringCode())) }

func (a *app) oauth2(body string) spoken {
	a.t.Helper()
	return a.speak(http.MethodPost, oauth2Path, "application/json", body)
}

func (a *app) speak(method, path, contentType, body string) spoken {
	a.t.Helper()
	return a.speakWith("", method, path, contentType, body)
}

// speakWith calls with a token in the header.
func (a *app) speakWith(token, method, path, contentType, body string) spoken {
	a.t.Helper()
	res, text, err := a.sendWith(token, method, path, contentType, body)
	require.NoError(a.t, err)
	require.Equal(a.t, "DingTalk/1.0.0", res.Header.Get("Server"))
	s := spoken{res.StatusCode, parse(a.t, text)}
	if res.StatusCode == http.StatusOK {
		require.Equal(a.t, "application/json", res.Header.Get("Content-Type"))
		require.Regexp(a.t, uuidPattern, res.Header.Get("X-Acs-Request-Id"))
		require.NotContains(a.t, s.jsonBody, "requestid")
		return s
	}
	require.Equal(a.t, "application/json;charset=utf-8", res.Header.Get("Content-Type"))
	require.Regexp(a.t, uuidPattern, s.jsonBody["requestid"])
	require.NotEmpty(a.t, s.jsonBody["message"])
	return s
}

const uuidPattern = "^[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}$"

func (a *app) credentials() string {
	text, err := json.Marshal(map[string]string{"appKey": a.server.ClientID(), "appSecret": a.server.ClientSecret()})
	require.NoError(a.t, err)
	return string(text)
}

func TestV1_SharesTheTokenWithTheLegacyAPI(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		_, text, err := a.send(http.MethodPost, oauth2Path, "application/json", a.credentials())
		require.NoError(t, err)
		assert.Equal(t, `{"accessToken":"`+a.token+`","expireIn":7200}`, string(text))

		time.Sleep(7199 * time.Second)
		assert.Equal(t, a.token, a.oauth2(a.credentials()).jsonBody["accessToken"])
		time.Sleep(7199 * time.Second)
		assert.Equal(t, "0", a.post(listPath, `{"dept_id":1}`).code(), "its life was renewed")
		assert.Equal(t, a.token, a.fetchToken())

		time.Sleep(7200 * time.Second)
		next := a.oauth2(a.credentials()).jsonBody["accessToken"]
		assert.NotEqual(t, a.token, next)
		assert.Equal(t, next, a.fetchToken())
		a.server.RevokeToken()
		assert.NotEqual(t, next, a.oauth2(a.credentials()).jsonBody["accessToken"])
	})
}

func TestV1_ObeysRotationAndLifetime(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithTokenRotation(), WithTokenLifetime(90*time.Second))
	got := a.oauth2(a.credentials()).jsonBody
	assert.NotEqual(t, a.token, got["accessToken"])
	assert.Equal(t, json.Number("90"), got["expireIn"])
	assert.Equal(t, "40014", a.post(listPath, `{"dept_id":1}`).code(), "the one before has ended")
}

func TestV1_RefusesWithStringCodes(t *testing.T) {
	t.Parallel()
	const id, secret = "dingexample", "s3cret"
	right := `{"appKey":"` + id + `","appSecret":"` + secret + `"}`
	jsonType, form := "application/json;charset=utf-8", "application/x-www-form-urlencoded"
	for _, tt := range []struct {
		name, method, path, kind, body string
		opts                           []Option
		status                         int
		word                           string
		code                           int // in Calls
	}{
		{"right", "POST", oauth2Path, jsonType, right, nil, 200, "", 0},
		{"an unknown field", "POST", oauth2Path, jsonType, `{"x":1,` + right[1:], nil, 200, "", 0},
		{"an unknown field, strictly", "POST", oauth2Path, jsonType, `{"x":1,` + right[1:], []Option{Strict()}, 400, "BadRequest", 400002},
		{"a wrong key", "POST", oauth2Path, jsonType, `{"appKey":"x","appSecret":"` + secret + `"}`, nil, 400, "invalidClientIdOrSecret", 40096},
		{"a wrong secret", "POST", oauth2Path, jsonType, `{"appKey":"` + id + `","appSecret":"x"}`, nil, 400, "invalidClientIdOrSecret", 40096},
		{"a wrong secret, where gettoken has another code", "POST", oauth2Path, jsonType, `{"appKey":"` + id + `","appSecret":"x"}`,
			[]Option{WithCredentialCode(40089)}, 400, "invalidClientIdOrSecret", 40096},
		{"no secret", "POST", oauth2Path, jsonType, `{"appKey":"` + id + `"}`, nil, 400, "MissingappSecret", 40035},
		{"no JSON", "POST", oauth2Path, jsonType, `{`, nil, 400, "BadRequest", 400002},
		{"nothing", "POST", oauth2Path, jsonType, "", nil, 400, "Missingbody", 40035},
		{"null", "POST", oauth2Path, jsonType, "null", nil, 400, "MissingappKey", 40035},
		{"an empty object", "POST", oauth2Path, jsonType, "{}", nil, 400, "MissingappKey", 40035},
		{"a form", "POST", oauth2Path, form, "appKey=" + id + "&appSecret=" + secret, nil, 400, "Missingbody", 40035},
		{"JSON without a content type", "POST", oauth2Path, "", right, nil, 400, "Missingbody", 40035},
		{"the query", "GET", oauth2Path + "?appKey=" + id + "&appSecret=" + secret, "", "", nil, 404, "InvalidAction.NotFound", 43002},
		{"no such path", "POST", "/v1.0/oauth2/notexist", jsonType, right, nil, 404, "InvalidAction.NotFound", 404},
		{"an address that is not allowed", "POST", oauth2Path, jsonType, right, []Option{WithAllowedIPs("192.0.2.1")}, 403, "Forbidden.AccessDenied.IpNotInWhiteList", 60020},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, append(tt.opts, WithCredentials(id, secret))...)
			a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "http://any"}
			got := a.speak(tt.method, tt.path, tt.kind, tt.body)
			assert.Equal(t, tt.status, got.status, "%v", got)
			assert.Equal(t, tt.word, got.stringCode(), "%v", got)
			assert.NotContains(t, got.jsonBody, "errcode")
			if tt.status != http.StatusOK {
				assert.NotContains(t, got.jsonBody, "accessToken")
				assert.NotContains(t, got.jsonBody, "accessdenieddetail")
			}
			calls, err := s.Calls("")
			require.NoError(t, err)
			require.Len(t, calls, 1)
			assert.Equal(t, tt.code, calls[0].Code)
			assert.Equal(t, tt.word, calls[0].Reason)
			assert.Equal(t, tt.status, calls[0].HTTPStatus)
			assert.NotContains(t, fmt.Sprintf("%+v", calls), secret)
		})
	}
}

// What the live service responds with, to the letter.
func TestV1_RefusesAsTheLiveService(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, tt := range []struct{ name, path, kind, body, want string }{
		{
			"an unknown path", "/v1.0/contact/notexist", "application/json", `{}`,
			`{"code":"InvalidAction.NotFound","requestid":"ID","message":"Specified api is not found, please check your url and method."}`,
		},
		{
			"wrong credentials", oauth2Path, "application/json", `{"appKey":"x","appSecret":"y"}`,
			`{"code":"invalidClientIdOrSecret","requestid":"ID","message":"无效的clientId或者clientSecret"}`,
		},
		{
			"a body that is no JSON", oauth2Path, "application/x-www-form-urlencoded", `appKey=x`,
			`{"code":"Missingbody","requestid":"ID","message":"body is mandatory for this action."}`,
		},
	} {
		_, text, err := a.send(http.MethodPost, tt.path, tt.kind, tt.body)
		require.NoError(t, err, tt.name)
		requestID, _ := parse(t, text)["requestid"].(string)
		assert.Regexp(t, uuidPattern, requestID, tt.name)
		assert.Equal(t, tt.want, strings.Replace(string(text), requestID, "ID", 1), tt.name)
	}
	res, text, err := a.send(http.MethodPost, "/oauth2/accessToken", "application/json", a.credentials())
	require.NoError(t, err)
	assert.Equal(t, 200, res.StatusCode, "without /v1.0 the path is one of the legacy API")
	assert.Equal(t, `{"errcode":404,"errmsg":"请求的URI地址不存在"}`, string(text))
}

func TestV1_HasALimitOfItsOwn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithQPS(1))
		assert.Equal(t, 200, a.oauth2(a.credentials()).status, "each operation counts by itself")
		got := a.oauth2(a.credentials())
		assert.Equal(t, 403, got.status)
		assert.Equal(t, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", got.stringCode())
		time.Sleep(time.Second)
		assert.Equal(t, 200, a.oauth2(a.credentials()).status)
	})
}

func TestV1_FaultsHaveStringCodes(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, tt := range []struct {
		fault  Fault
		status int
		word   string
		scopes any
	}{
		{Throttled, 403, "Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", nil},
		{Code(90002), 403, "Forbidden.AccessDenied.QpsLimitForApi", nil},
		{Code(90020), 403, "Forbidden.AccessDenied.ApiCountLimitForOrg", nil},
		{PermissionMissing, 403, "Forbidden.AccessDenied.AccessTokenPermissionDenied", map[string]any{"requiredScopes": []any{"qyapi_base"}}},
		{Code(60020), 403, "Forbidden.AccessDenied.IpNotInWhiteList", nil},
		{StringCode(429, "system.busy"), 429, "system.busy", nil},
		{Code(404), 404, "InvalidAction.NotFound", nil},
		{Code(40096), 400, "invalidClientIdOrSecret", nil},
		{SystemBusy, 500, "systemError", nil},
		{SystemBusy.AfterWork(), 500, "systemError", nil},
		{Slow(time.Millisecond), 200, "", nil},
	} {
		require.NoError(t, a.server.Fail("GetOAuth2Token", tt.fault, 1))
		got := a.oauth2(a.credentials())
		assert.Equal(t, tt.status, got.status, "%v", got)
		assert.Equal(t, tt.word, got.stringCode())
		assert.Equal(t, tt.scopes, got.jsonBody["accessdenieddetail"])
		assert.NotContains(t, fmt.Sprint(got.jsonBody["message"]), "限制将在", "the text of a throttle does not name its end")
	}
	require.NoError(t, a.server.Fail("GetOAuth2Token", BadJSON, 1))
	_, text, err := a.send(http.MethodPost, oauth2Path, "application/json", a.credentials())
	require.NoError(t, err)
	assert.Regexp(t, `^{"accessToken":"[0-9a-f]+$`, string(text))
	for _, f := range []Fault{TokenExpired, Code(22), Code(60121), Code(40035), Code(400002)} {
		require.ErrorContains(t, a.server.Fail("GetOAuth2Token", f, 1), "GetOAuth2Token refuses with string codes")
	}
	assert.Equal(t, 200, a.oauth2(a.credentials()).status, "a fault that cannot be is none")
}

func TestV1_CallsHoldNoSecret(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	secret := a.server.ClientSecret()
	a.oauth2(a.credentials())
	a.oauth2(`{"appsecret":"` + secret + `","AppSecret":"` + secret + `","accessToken":"` + a.token + `"}`)
	a.speak(http.MethodPost, oauth2Path+"?appSecret="+url.QueryEscape(secret)+"&APPSECRET="+url.QueryEscape(secret), "", "")
	a.speak(http.MethodPost, oauth2Path, "application/x-www-form-urlencoded", url.Values{"appSecret": {secret}}.Encode())
	a.speak(http.MethodPost, "/v1.0/elsewhere", "application/json", a.credentials())
	calls, err := a.server.Calls("")
	require.NoError(t, err)
	require.Len(t, calls, 6)
	text := fmt.Sprintf("%+v", calls)
	assert.NotContains(t, text, secret)
	assert.NotContains(t, text, a.token)
	assert.Equal(t, map[string]any{"appKey": a.server.ClientID(), "appSecret": "REDACTED"}, calls[1].Body)
}
