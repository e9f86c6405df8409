package emulator

import (
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

// obstacle is a reason to refuse a call, which can be removed.
type obstacle struct {
	code   string
	remove func()
}

// removeObstacles repeats a call and removes one obstacle after another. All are present from the beginning, so that the
// code of the refusal shows which one is checked first.
func removeObstacles(t *testing.T, call func() jsonBody, obstacles []obstacle) {
	t.Helper()
	for _, o := range obstacles {
		for range 2 {
			assert.Equal(t, o.code, call().code(), "being refused changes nothing")
		}
		o.remove()
	}
	assert.Equal(t, "0", call().code())
}

func TestAdmission_ChecksInFixedOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithQPS(1))
		right := a.token
		a.post(createPath, `{}`) // the one call of this second, which does not end by itself
		config := &a.server.settings
		config.allowedIPs, config.withoutScopes = []string{"192.0.2.1"}, []string{contract.ManageAddressList}

		method, path, body := http.MethodPut, "/topapi/v2/user/notexist", `{`
		a.token = ""
		removeObstacles(t, func() jsonBody {
			return a.do(method, path+"?access_token="+a.token, "application/json", body)
		}, []obstacle{
			{"22", func() { path = createPath }},
			{"40000", func() { a.token = "0123456789abcdef0123456789abcdef" }},
			{"40014", func() { a.token = right }},
			{"60020", func() { config.allowedIPs = nil }},
			{"60011", func() { config.withoutScopes = nil }},
			{"90018", func() { a.server.qps = 0 }},
			{"43002", func() { method = http.MethodPost }},
			{"400002", func() { body = `{"name":"N","mobile":"1","dept_id_list":"x"}` }},
			{"40066", func() { body = `{"name":"N","mobile":"1","dept_id_list":"99"}` }},
			{"60103", func() { body = `{"name":"N","mobile":"13900000000","dept_id_list":"99"}` }},
			{"60003", func() { body = `{"name":"N","mobile":"13900000000","dept_id_list":"1"}` }},
		})
	})
}

func TestAdmission_ChecksOfGetToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithQPS(1))
		config := &a.server.settings
		config.allowedIPs = []string{"192.0.2.1"}
		method, path, query := http.MethodPost, "/notexist", url.Values{}
		removeObstacles(t, func() jsonBody { return a.do(method, path+"?"+query.Encode(), "", "") }, []obstacle{
			{"404", func() { path = "/gettoken" }},
			{"60020", func() { config.allowedIPs = nil }},
			{"90018", func() { a.server.qps = 0 }},
			{"43001", func() { method = http.MethodGet }},
			{"40035", func() { query = url.Values{"appkey": {a.server.ClientID()}, "appsecret": {"wrong"}} }},
			{"40096", func() { query.Set("appsecret", a.server.ClientSecret()) }},
		})
	})
}

func TestAdmission_GatewayRefusalsAreWrapped(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCredentials("dingexample", "secret"), WithoutScope(contract.GetMember))
	a.token = ""
	blank := a.post(getPath, `{"userid":"u"}`)
	a.token = "ffff"
	wrong := a.post(getPath, `{"userid":"u"}`)
	a.token = a.fetchToken()
	missing := a.post(getPath, `{"userid":"u"}`)

	for _, tt := range []struct {
		got        jsonBody
		code, text string
	}{
		{blank, "40000", "access_token is blank"},
		{wrong, "40014", "不合法的access_token"},
		{missing, "60011", "应用尚未开通所需的权限：[qyapi_get_member]，点击链接申请并开通即可：" +
			"https://open-dev.dingtalk.com/appscope/apply?content=dingexample%23qyapi_get_member" +
			", {requiredScopes=[qyapi_get_member]}"},
	} {
		assert.Equal(t, "88", tt.got["errcode"].(interface{ String() string }).String())
		assert.Equal(t, tt.code, tt.got["sub_code"])
		assert.Equal(t, tt.text, tt.got["sub_msg"])
		assert.Equal(t, "ding talk error[subcode="+tt.code+",submsg="+tt.text+"]", tt.got["errmsg"])
		assert.Regexp(t, "^[0-9a-z]{12,13}$", tt.got["request_id"])
		assert.NotContains(t, tt.got, "result")
	}
}

func TestAdmission_AddressRefusalNamesTheAddress(t *testing.T) {
	t.Parallel()
	a := newApp(t, WithCredentials("dingexample", "secret"))
	a.server.allowedIPs = []string{"192.0.2.1"}
	got := a.listening().post(listPath, `{"dept_id":1}`)
	assert.Equal(t, "60020", got["sub_code"])
	assert.Contains(t, got["sub_msg"], "127.0.0.1")
	assert.Contains(t, got["sub_msg"], "dingexample")
}

func TestRoute_UnknownPathsAreRefused(t *testing.T) {
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

func TestRoute_OtherMethodsAreRefused(t *testing.T) {
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

func TestAdmission_IgnoresATokenInAJSONBody(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	body := `{"dept_id":1,"access_token":"` + a.token + `"}`
	assert.Equal(t, "40000", a.do(http.MethodPost, listPath, "application/json", body).code())
}
