package emulator

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGetToken_ReturnsTheLiveTokenAndExtendsIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t)
		require.Regexp(t, "^[0-9a-f]{32}$", a.token)

		time.Sleep(7199 * time.Second)
		assert.Equal(t, a.token, a.fetchToken(), "a living token is given again")

		time.Sleep(7199 * time.Second)
		assert.Equal(t, "0", a.post(listPath, `{"dept_id":1}`).code(), "its life was renewed")

		time.Sleep(time.Second)
		assert.Equal(t, "40014", a.post(listPath, `{"dept_id":1}`).code(), "7200 s after the last fetch it is dead")
		assert.NotEqual(t, a.token, a.fetchToken())
	})
}

func TestAdvance_MovesOnlyTheServersClock(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithTokenLifetime(time.Minute))
	before := time.Now()
	a.server.Advance(time.Minute)
	assert.Equal(t, "40014", a.post(listPath, `{"dept_id":1}`).code())
	assert.Less(t, time.Since(before), time.Minute)

	res, _, err := a.send(http.MethodGet, "/gettoken", "", "")
	require.NoError(t, err)
	date, err := http.ParseTime(res.Header.Get("Date"))
	require.NoError(t, err)
	assert.WithinDuration(t, before.Add(time.Minute), date, 10*time.Second)
}

func TestRevokeToken_EndsTheToken(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	a.server.RevokeToken()
	assert.Equal(t, "40014", a.post(listPath, `{"dept_id":1}`).code())
	old := a.token
	a.token = a.fetchToken()
	assert.NotEqual(t, old, a.token)
	assert.Equal(t, "0", a.post(listPath, `{"dept_id":1}`).code())
}

func TestGetToken_RotationEndsThePreviousToken(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithTokenRotation())
	next := a.fetchToken()
	assert.NotEqual(t, a.token, next)
	assert.Equal(t, "40014", a.post(listPath, `{"dept_id":1}`).code())
	a.token = next
	assert.Equal(t, "0", a.post(listPath, `{"dept_id":1}`).code())
}

func TestNew_ServersShareNothing(t *testing.T) {
	t.Parallel()
	one, other := newApp(t), newApp(t)
	assert.NotEqual(t, one.server.ClientID(), other.server.ClientID())
	assert.NotEqual(t, one.server.ClientSecret(), other.server.ClientSecret())
	assert.NotEqual(t, one.token, other.token)
}

func TestGetToken_Refusals(t *testing.T) {
	t.Parallel()
	const id, secret = "dingexample", "s3cret"
	for _, tt := range []struct {
		name  string
		query url.Values
		opts  []Option
		code  string
		text  string
	}{
		{"right", url.Values{"appkey": {id}, "appsecret": {secret}}, nil, "0", "ok"},
		{"by the old names", url.Values{"corpid": {id}, "corpsecret": {secret}}, nil, "0", "ok"},
		{"by the old names, strictly", url.Values{"corpid": {id}, "corpsecret": {secret}}, []Option{Strict()},
			"400002", "参数错误: corpid is not documented"},
		{"no key", url.Values{"appsecret": {secret}}, nil, "40035", "缺少参数 corpid or appkey"},
		{"empty key", url.Values{"appkey": {""}, "appsecret": {secret}}, nil, "40035", "缺少参数 corpid or appkey"},
		{"no secret", url.Values{"appkey": {id}}, nil, "40035", "缺少参数 corpsecret or appsecret"},
		{"wrong key", url.Values{"appkey": {"x"}, "appsecret": {secret}}, nil, "40096", "不合法的appKey或appSecret"},
		{"wrong secret", url.Values{"appkey": {id}, "appsecret": {"x"}}, nil, "40096", "不合法的appKey或appSecret"},
		{"wrong, in the words of 2023", url.Values{"appkey": {id}, "appsecret": {"x"}},
			[]Option{WithCredentialCode(40089)}, "40089", "不合法的corpId或corpSecret"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, append(tt.opts, WithCredentials(id, secret))...)
			a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "http://any"}
			got := a.get("/gettoken", tt.query)
			assert.Equal(t, tt.code, got.code())
			assert.Equal(t, tt.text, got["errmsg"])
			assert.NotContains(t, got, "request_id")
			assert.NotContains(t, got, "sub_code")
		})
	}
}

func TestGetToken_ReadsOnlyTheQuery(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	credentials := url.Values{"appkey": {a.server.ClientID()}, "appsecret": {a.server.ClientSecret()}}.Encode()
	form := "application/x-www-form-urlencoded"
	assert.Equal(t, "40035", a.do(http.MethodGet, "/gettoken", form, credentials).code())
	assert.Equal(t, "43001", a.do(http.MethodPost, "/gettoken?"+credentials, form, "").code())
}

func TestGetToken_Response(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithTokenLifetime(90*time.Second))
	res, text, err := a.send(http.MethodGet, "/gettoken?"+url.Values{
		"appkey": {a.server.ClientID()}, "appsecret": {a.server.ClientSecret()},
	}.Encode(), "", "")
	require.NoError(t, err)
	assert.JSONEq(t, `{"errcode":0,"errmsg":"ok","access_token":"`+a.token+`","expires_in":90}`, string(text))
	assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
	assert.Equal(t, "DingTalk/1.0.0", res.Header.Get("Server"))
}
