package console

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const consoleToken = "a+secret/token"

// gated returns a console that asks for a token.
func gated(t *testing.T, base string) http.Handler {
	t.Helper()
	return RequireToken(New(staffed(t), base), base, consoleToken)
}

// enter sends the form of the token.
func enter(t *testing.T, h http.Handler, target, token string) *http.Response {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(url.Values{"token": {token}}.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w.Result()
}

func TestToken_NothingIsServedWithoutIt(t *testing.T) {
	t.Parallel()
	h := gated(t, "")
	for _, request := range [][2]string{
		{"GET", "/console"}, {"GET", "/console/"}, {"GET", "/console/users/boss"}, {"GET", "/console/log"}, {"GET", "/console/updates"},
		{"GET", "/console/nothing"}, {"GET", "/console/assets"}, {"POST", "/console/controls/reset"}, {"GET", "/console/?token=wrong"},
		{"GET", "/console/?token="}, {"POST", "/console/controls/reset?token=a%2Bsecret%2Ftoken"},
	} {
		res := ask(t, h, request[0], request[1])
		assert.Equal(t, http.StatusUnauthorized, res.StatusCode, request)
		assert.Equal(t, "no-store", res.Header.Get("Cache-Control"), request)
		assert.Equal(t, policy, res.Header.Get("Content-Security-Policy"), request)
		assert.Empty(t, res.Cookies(), request)
		body := bodyOf(t, res)
		assert.NotContains(t, body, "Li Lei", request)
		assert.NotContains(t, body, consoleToken, request)
		assert.Equal(t, "/console/token", parsePage(t, body).one(t, "form").attr("action"), request)
	}
	assert.Equal(t, http.StatusUnauthorized, ask(t, h, "GET", "/console/", "Cookie", "dingtalk_console_00000000="+consoleToken).StatusCode)
	assert.Equal(t, http.StatusOK, ask(t, h, "GET", "/console/assets/console.css").StatusCode, "the form has a style")
	for _, target := range []string{"/console/assets/../users/boss", "/console/assets/..%2fusers/boss", "/console/assets/%2e%2e/users/boss"} {
		assert.Equal(t, http.StatusNotFound, ask(t, h, "GET", target).StatusCode, target)
	}
	assert.Equal(t, http.StatusUnauthorized, ask(t, RequireToken(New(newServer(t), ""), "", ""), "GET", "/console/?token=").StatusCode)
}

func TestToken_OpensTheConsole(t *testing.T) {
	t.Parallel()
	for _, base := range []string{"", "/base"} {
		h := gated(t, base)
		for name, res := range map[string]*http.Response{
			"by its address": ask(t, h, "GET", base+"/console/users/boss?lang=zh&token="+url.QueryEscape(consoleToken)),
			"by the form":    enter(t, h, base+"/console/token", consoleToken),
		} {
			assert.Equal(t, http.StatusSeeOther, res.StatusCode, name)
			to := res.Header.Get("Location")
			assert.Contains(t, []string{base + "/console/users/boss?lang=zh", base + "/console/"}, to, name)
			require.Len(t, res.Cookies(), 1, name)
			cookie := res.Cookies()[0]
			assert.Equal(t, base+"/console", cookie.Path, name)
			assert.True(t, cookie.HttpOnly, name)
			assert.Equal(t, http.SameSiteLaxMode, cookie.SameSite, name)
			assert.Equal(t, http.StatusOK, ask(t, h, "GET", to, "Cookie", cookie.String()).StatusCode, name)
			assert.Equal(t, http.StatusSeeOther, ask(t, h, "POST", base+"/console/controls/revoke", "Cookie", cookie.String()).StatusCode, name)
			other := RequireToken(New(newServer(t), base), base, "another")
			assert.Equal(t, http.StatusUnauthorized, ask(t, other, "GET", to, "Cookie", cookie.String()).StatusCode, name)
		}
	}
}

func TestToken_IsAskedForInTheLanguageOfTheReader(t *testing.T) {
	t.Parallel()
	h := gated(t, "")
	wrong := enter(t, h, "/console/token", "wrong")
	assert.Equal(t, http.StatusUnauthorized, wrong.StatusCode)
	assert.Equal(t, "The token is wrong.", parsePage(t, bodyOf(t, wrong)).one(t, "", "role", "alert").text())
	page := parsePage(t, bodyOf(t, ask(t, h, "GET", "/console/", "Accept-Language", "zh-CN")))
	assert.Equal(t, "zh-CN", page.one(t, "html").attr("lang"))
	assert.Equal(t, "需要令牌", page.one(t, "h1").text())
	assert.Empty(t, page.all("", "role", "alert"))
	input := page.one(t, "input")
	assert.Equal(t, input.attr("id"), page.one(t, "label").attr("for"))
	assert.Equal(t, "password", input.attr("type"))
	assert.Equal(t, http.StatusForbidden, ask(t, h, "POST", "/console/token", "Sec-Fetch-Site", "cross-site").StatusCode)
}
