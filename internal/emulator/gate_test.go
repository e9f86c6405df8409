package emulator

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// Every obstacle is in the way; they are removed one by one from the front.
func TestGatesComeInTheirOrder(t *testing.T) {
	t.Parallel()
	scope := WithoutScope(contract.GetDepartmentList)
	for _, tt := range []struct {
		name  string
		path  string
		token string
		opts  []Option
		code  string
	}{
		{"unknown path", "/topapi/v2/department/notexist", "", []Option{WithAllowedIPs("192.0.2.1"), scope}, "22"},
		{"no token", listPath, "", []Option{WithAllowedIPs("192.0.2.1"), scope}, "40000"},
		{"wrong token", listPath, "0123456789abcdef", []Option{WithAllowedIPs("192.0.2.1"), scope}, "40014"},
		{"address", listPath, "right", []Option{WithAllowedIPs("192.0.2.1"), scope}, "60020"},
		{"permission", listPath, "right", []Option{WithAllowedIPs("127.0.0.1"), scope}, "60011"},
		{"rate", listPath, "right", []Option{WithQPS(1)}, "90018"},
		{"body", listPath, "right", nil, "400002"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			s := newServer(t, append(tt.opts, WithCredentials("id", "secret"))...)
			s.token = token{value: "right", expires: s.now().Add(60e9)}
			a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "http://any", token: tt.token}
			for range 20 { // no second of the clock ends between all of these
				if got := a.post(tt.path, `{`); got.code() == tt.code {
					return
				}
			}
			assert.Equal(t, tt.code, a.post(tt.path, `{`).code())
		})
	}
}

func TestGatewayRefusals(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCredentials("dingexample", "secret"), WithoutScope(contract.GetMember))
	a.token = ""
	blank := a.post(getPath, `{"userid":"u"}`)
	a.token = "ffff"
	wrong := a.post(getPath, `{"userid":"u"}`)
	a.token = a.fetchToken()
	missing := a.post(getPath, `{"userid":"u"}`)

	for _, tt := range []struct {
		got        answer
		code, text string
	}{
		{blank, "40000", "access_token is blank"},
		{wrong, "40014", "不合法的access_token"},
		{missing, "60011", "应用尚未开通所需的权限：[qyapi_get_member]，点击链接申请并开通即可：" +
			"https://open-dev.dingtalk.com/appscope/apply?content=dingexample%23qyapi_get_member" +
			" {requiredScopes=[qyapi_get_member]}"},
	} {
		assert.Equal(t, "88", tt.got["errcode"].(interface{ String() string }).String())
		assert.Equal(t, tt.code, tt.got["sub_code"])
		assert.Equal(t, tt.text, tt.got["sub_msg"])
		assert.Equal(t, "ding talk error[subcode="+tt.code+",submsg="+tt.text+"]", tt.got["errmsg"])
		assert.Regexp(t, "^[0-9a-z]{12,13}$", tt.got["request_id"])
		assert.NotContains(t, tt.got, "result")
	}
}

func TestAddressRefusalNamesTheAddress(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCredentials("dingexample", "secret"))
	a.server.config.allowedIPs = []string{"192.0.2.1"}
	got := a.listening().post(listPath, `{"dept_id":1}`)
	assert.Equal(t, "60020", got["sub_code"])
	assert.Contains(t, got["sub_msg"], "127.0.0.1")
	assert.Contains(t, got["sub_msg"], "dingexample")
}

func TestUnknownPaths(t *testing.T) {
	t.Parallel()
	s := newServer(t, WithBasePath("/proxy"))
	a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "http://any"}

	for path, want := range map[string]string{
		"/proxy/nothing":           `{"errcode":404,"errmsg":"请求的URI地址不存在"}`,
		"/gettoken":                `{"errcode":404,"errmsg":"请求的URI地址不存在"}`,
		"/topapi/v2/user/notexist": `{"errcode":404,"errmsg":"请求的URI地址不存在"}`,
	} {
		res, text, err := a.send(http.MethodPost, path, "application/json", "{}")
		require.NoError(t, err)
		assert.Equal(t, 200, res.StatusCode)
		assert.Equal(t, "application/json", res.Header.Get("Content-Type"))
		assert.JSONEq(t, want, string(text), path)
	}

	got := a.post("/proxy/topapi/v2/user/notexist", "{}")
	assert.Equal(t, "22", got.code())
	assert.Contains(t, got["sub_msg"], "dingtalk.oapi.v2.user.notexist")
	assert.Equal(t, "Invalid method[submsg="+got["sub_msg"].(string)+"]", got["errmsg"])
	assert.NotContains(t, got, "sub_code")
	assert.Contains(t, got, "request_id")
}

func TestMethods(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	strict := newApp(t, Strict())
	query := "?userid=u&access_token="
	for _, path := range []string{createPath, updatePath, deletePath} {
		assert.Equal(t, "43002", a.do(http.MethodGet, path+query+a.token, "", "").code(), path)
		assert.Equal(t, "43002", a.do(http.MethodPut, path+query+a.token, "", "").code(), path)
	}
	assert.Equal(t, "60121", a.do(http.MethodGet, getPath+query+a.token, "", "").code())
	assert.Equal(t, "43002", strict.do(http.MethodGet, getPath+query+strict.token, "", "").code())
}

func TestTokenInAJSONBodyIsNotRead(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	body := `{"dept_id":1,"access_token":"` + a.token + `"}`
	assert.Equal(t, "40000", a.do(http.MethodPost, listPath, "application/json", body).code())
}
