package matrix_test

import (
	"context"
	"maps"
	"net/url"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// loginOperations returns the operations that take a code or a token of the server, or sign in. That a code was spent is
// seen in the next call alone, so that none of them reports whether it was applied.
func loginOperations(t *testing.T, srv *dingtalktest.Server) map[string]operation {
	t.Helper()
	user := signIn(t, srv)
	return map[string]operation{
		"GetUserByCode": {creates, func(ctx context.Context, c *dingtalk.Client) error {
			return errorOf(c.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: dingtalk.NewSecret(srv.IssueCode("zhao.min"))}))
		}, nil},
		"GetUserByTmpCode": {creates, func(ctx context.Context, c *dingtalk.Client) error {
			return errorOf(c.GetUserByTmpCode(ctx, dingtalk.GetUserByTmpCodeRequest{TmpAuthCode: dingtalk.NewSecret(srv.IssueTmpCode("zhao.min"))}))
		}, nil},
		"GetAdminByCode": {creates, func(ctx context.Context, c *dingtalk.Client) error {
			return errorOf(c.GetAdminByCode(ctx, dingtalk.GetAdminByCodeRequest{Code: dingtalk.NewSecret(srv.IssueAdminCode("zhao.min"))}))
		}, nil},
		"GetUserAccessToken": {creates, func(ctx context.Context, c *dingtalk.Client) error {
			return errorOf(c.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{RefreshToken: user.RefreshToken}))
		}, nil},
		"GetMe": {reads, func(ctx context.Context, c *dingtalk.Client) error {
			return errorOf(c.GetMe(ctx, dingtalk.GetMeRequest{AccessToken: user.AccessToken}))
		}, nil},
		"GetUserAuthRules": {reads, func(ctx context.Context, c *dingtalk.Client) error {
			return errorOf(c.GetUserAuthRules(ctx, dingtalk.GetUserAuthRulesRequest{AccessToken: user.AccessToken}))
		}, nil},
		"GetJSAPITicket": {reads, func(ctx context.Context, c *dingtalk.Client) error {
			return errorOf(c.GetJSAPITicket(ctx))
		}, nil},
	}
}

// signIn signs zhao.min in.
func signIn(t *testing.T, srv *dingtalktest.Server) *dingtalk.GetUserAccessTokenResponse {
	t.Helper()
	redirect, err := srv.SignIn("zhao.min", "https://login.dingtalk.io/oauth2/auth?"+url.Values{
		"client_id": {srv.ClientID()}, "redirect_uri": {"https://app.example.com/"}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"},
	}.Encode())
	require.NoError(t, err)
	to, err := url.Parse(redirect)
	require.NoError(t, err)
	code := dingtalk.NewSecret(to.Query().Get("authCode"))
	user, err := srv.Client().GetUserAccessToken(t.Context(), dingtalk.GetUserAccessTokenRequest{Code: code})
	require.NoError(t, err)
	return user
}

// allOperations returns every operation of the matrix.
func allOperations(t *testing.T) map[string]operation {
	t.Helper()
	srv := dingtalktest.New(t)
	seedOrganization(srv)
	all := maps.Clone(operations)
	maps.Copy(all, externalContactOperations)
	maps.Copy(all, callbackOperations)
	maps.Copy(all, suiteOperations)
	maps.Copy(all, loginOperations(t, srv))
	return all
}
