package login_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/login"
)

func TestNew_NamesAllFaults(t *testing.T) {
	t.Parallel()
	client, err := dingtalk.New("dingexample", "example-secret")
	require.NoError(t, err)
	without, err := dingtalk.New("", "", dingtalk.WithTokenSource(dingtalk.StaticToken("t")))
	require.NoError(t, err)
	for _, tt := range []struct {
		client *dingtalk.Client
		cfg    login.Config
		want   string
	}{
		{nil, login.Config{RedirectURL: callback}, "the client is nil"},
		{without, login.Config{RedirectURL: callback}, "the client has no client ID"},
		{client, login.Config{}, "RedirectURL: not an absolute http or https address"},
		{client, login.Config{RedirectURL: "/login/callback"}, "RedirectURL: not an absolute http or https address"},
		{client, login.Config{RedirectURL: "ftp://h/callback"}, "RedirectURL: not an absolute http or https address"},
		{client, login.Config{RedirectURL: callback + "#x"}, "RedirectURL: an address with a user name or a fragment"},
		{client, login.Config{RedirectURL: "https://u:p@h/callback"}, "RedirectURL: an address with a user name or a fragment"},
		{client, login.Config{RedirectURL: "https://h/start"}, `RedirectURL: a path that ends in "start", where the handler begins`},
		{client, login.Config{RedirectURL: callback, CorpID: "dingcorp\n"}, "CorpID: white space in it"},
		{client, login.Config{RedirectURL: callback, Scopes: []string{"corpid"}}, "Scopes: openid is missing"},
		{client, login.Config{RedirectURL: callback, CorpID: "dingcorp", Scopes: []string{"openid"}},
			"Scopes: without corpid the organization is not known, and CorpID cannot be checked"},
		{nil, login.Config{Scopes: []string{"x"}}, "the client is nil; RedirectURL: not an absolute http or https address; Scopes: openid is missing"},
	} {
		flow, err := login.New(tt.client, tt.cfg)
		assert.Nil(t, flow)
		require.EqualError(t, err, "dingtalk: login.New: invalid argument: "+tt.want)
		assert.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
	}
}

func TestAuthURL_IsTheDocumentedAddress(t *testing.T) {
	t.Parallel()
	for want, tt := range map[string]struct {
		base  string
		cfg   login.Config
		state string
	}{
		"https://login.dingtalk.io/oauth2/auth?client_id=dingexample&prompt=consent&redirect_uri=https%3A%2F%2Fapp.example.com%2Flogin%2Fcallback&response_type=code&scope=openid%20corpid&state=7f3a": {
			dingtalk.BaseURLInternational, login.Config{RedirectURL: callback}, "7f3a",
		},
		"https://login.dingtalk.com/oauth2/auth?client_id=dingexample&corpId=dingcorp&org_type=management&prompt=none&redirect_uri=https%3A%2F%2Fh%3Fa%3Db%26c&response_type=code&scope=openid%20corpid%20Contact.User.email&state=a%26b": {
			dingtalk.BaseURLChina, login.Config{
				RedirectURL: "https://h?a=b&c", CorpID: "dingcorp", OrgType: "management", Prompt: "none",
				Scopes: []string{"openid", "corpid", "Contact.User.email"},
			}, "a&b",
		},
		"http://127.0.0.1:8080/oauth2/auth?client_id=dingexample&prompt=consent&redirect_uri=http%3A%2F%2Flocalhost%3A5173&response_type=code&scope=openid": {
			"http://127.0.0.1:8080", login.Config{RedirectURL: "http://localhost:5173", Scopes: []string{"openid"}}, "",
		},
	} {
		client, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithBaseURL(tt.base))
		require.NoError(t, err)
		flow, err := login.New(client, tt.cfg)
		require.NoError(t, err)
		assert.Equal(t, want, flow.AuthURL(tt.state))
	}
}

func TestNew_CopiesTheScopes(t *testing.T) {
	t.Parallel()
	client, err := dingtalk.New("dingexample", "example-secret")
	require.NoError(t, err)
	scopes := []string{"openid"}
	flow, err := login.New(client, login.Config{RedirectURL: callback, Scopes: scopes})
	require.NoError(t, err)
	scopes[0] = "changed"
	assert.NotContains(t, flow.AuthURL(""), "changed")
}
