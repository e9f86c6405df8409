package dingtalk

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestHosts_FollowFromTheBaseURL(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		opts               []Option
		legacy, api, login string
	}{
		"the default": {nil, "https://oapi.dingtalk.io", "https://api.dingtalk.io", "https://login.dingtalk.io"},
		"China": {[]Option{WithBaseURL(BaseURLChina)},
			"https://oapi.dingtalk.com", "https://api.dingtalk.com", "https://login.dingtalk.com"},
		"in another spelling": {[]Option{WithBaseURL("https://OAPI.dingtalk.com:443/")},
			"https://OAPI.dingtalk.com:443", "https://api.dingtalk.com:443", "https://login.dingtalk.com:443"},
		"an emulator":  {[]Option{WithBaseURL("http://127.0.0.1:8080/")}, "http://127.0.0.1:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080"},
		"a gateway":    {[]Option{WithBaseURL("https://h/prefix")}, "https://h/prefix", "https://h/prefix", "https://h/prefix"},
		"another name": {[]Option{WithBaseURL("https://oapi.dingtalk.net")}, "https://oapi.dingtalk.net", "https://oapi.dingtalk.net", "https://oapi.dingtalk.net"},
		"gateways": {[]Option{WithBaseURL("https://a"), WithAPIBaseURL("https://b/"), WithLoginBaseURL("https://c/")},
			"https://a", "https://b", "https://c"},
		"one gateway": {[]Option{WithAPIBaseURL("https://b/x/")}, "https://oapi.dingtalk.io", "https://b/x", "https://login.dingtalk.io"},
		"written out": {[]Option{WithAPIBaseURL("https://api.dingtalk.io"), WithLoginBaseURL("https://login.dingtalk.io")},
			"https://oapi.dingtalk.io", "https://api.dingtalk.io", "https://login.dingtalk.io"},
		"behind a gateway for one API": {[]Option{WithBaseURL("https://h"), WithAPIBaseURL("https://api.dingtalk.com")},
			"https://h", "https://api.dingtalk.com", "https://h"},
		"empty": {[]Option{WithAPIBaseURL(""), WithLoginBaseURL("")},
			"https://oapi.dingtalk.io", "https://api.dingtalk.io", "https://login.dingtalk.io"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var called []string
			opts := append(tt.opts, WithOAuth2Token(), WithHTTPClient(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
				called = append(called, req.URL.Scheme+"://"+req.URL.Host+req.URL.Path)
				if len(called) == 1 {
					return reply(`{"accessToken":"t"}`), nil
				}
				return reply(`{"errcode":0,"result":{"userid":"u"}}`), nil
			})}))
			c, err := New("dingexample", "s", opts...)
			require.NoError(t, err)
			_, err = c.GetUser(t.Context(), GetUserRequest{UserID: "u"})
			require.NoError(t, err)
			assert.Equal(t, []string{tt.api + "/v1.0/oauth2/accessToken", tt.legacy + "/topapi/v2/user/get"}, called)
			assert.Equal(t, tt.api, c.APIBaseURL())
			assert.Equal(t, tt.login, c.LoginBaseURL())
			assert.Equal(t, "dingexample", c.ClientID())
		})
	}
}

func TestHosts_OfDingTalkHaveNoPath(t *testing.T) {
	t.Parallel()
	const leave = ": an address of DingTalk with a path; leave the path out, for the client adds it, /v1.0 and /topapi included"
	for want, opts := range map[string][]Option{
		"WithBaseURL": {
			WithBaseURL(BaseURLChina + "/v1.0"), WithBaseURL(BaseURLChina + "/v1.0/"), WithBaseURL(BaseURLInternational + "/topapi/v2"),
			WithBaseURL("https://OAPI.dingtalk.com:443/gettoken"), WithBaseURL(BaseURLChina + "/x"),
		},
		"WithAPIBaseURL":   {WithAPIBaseURL("https://api.dingtalk.io/v1.0")},
		"WithLoginBaseURL": {WithLoginBaseURL("https://login.dingtalk.io/oauth2/auth")},
	} {
		for _, opt := range opts {
			_, err := New("i", "s", opt)
			require.ErrorIs(t, err, ErrInvalidArgument)
			assert.EqualError(t, err, "dingtalk: New: invalid argument: "+want+leave)
		}
	}
}

func TestHosts_AreOfOnePurposeAndRegion(t *testing.T) {
	t.Parallel()
	const contacts = "WithBaseURL: Contacts are on BaseURLInternational or BaseURLChina, from which the other hosts follow"
	for want, opt := range map[string]Option{
		contacts: WithBaseURL("https://API.dingtalk.io/"),
		"WithAPIBaseURL: a host of another purpose":                                                                  WithAPIBaseURL(BaseURLInternational),
		"WithLoginBaseURL: a host of another purpose":                                                                WithLoginBaseURL("https://api.dingtalk.io"),
		"WithAPIBaseURL: the region is not that of WithBaseURL":                                                      WithAPIBaseURL("https://api.dingtalk.com"),
		"WithLoginBaseURL: the region is not that of WithBaseURL":                                                    WithLoginBaseURL("https://login.dingtalk.com"),
		"WithAPIBaseURL: not an absolute http or https address":                                                      WithAPIBaseURL("api.dingtalk.io"),
		"WithAPIBaseURL: plain http would send the client secret in the clear; use https, or add WithInsecureHTTP":   WithAPIBaseURL("http://h"),
		"WithLoginBaseURL: an address with a query or fragment":                                                      WithLoginBaseURL("https://h?a=b"),
		"WithLoginBaseURL: plain http would send the client secret in the clear; use https, or add WithInsecureHTTP": WithLoginBaseURL("http://h"),
	} {
		_, err := New("i", "s", opt)
		require.ErrorIs(t, err, ErrInvalidArgument, want)
		assert.EqualError(t, err, "dingtalk: New: invalid argument: "+want)
	}
	_, err := New("i", "s", WithInsecureHTTP(), WithBaseURL("http://a"), WithAPIBaseURL("http://b"), WithLoginBaseURL("http://c"))
	assert.NoError(t, err)
}
