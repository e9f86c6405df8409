package e2e_test

import (
	"bytes"
	"context"
	"crypto"
	"crypto/sha1" //nolint:gosec // the digest of the service before 2025
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// loginScenario runs f over a server with zhao.min, an administrator, and with a client that has the SSO secret.
func loginScenario(t *testing.T, f func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client), opts ...dingtalktest.Option) {
	t.Helper()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		srv.AddUser(dingtalktest.User{
			UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min", Email: "zhao.min@corp.example", Admin: true, AdminLevel: 1,
		})
		f(t, srv, srv.Client(dingtalk.WithSSOSecret(srv.CorpID(), srv.SSOSecret())))
	}, opts...)
}

// loginCode signs a person in on the login page, and returns the code with which the page redirects.
func loginCode(t *testing.T, srv *dingtalktest.Server, userID string) dingtalk.Secret {
	t.Helper()
	redirect, err := srv.SignIn(userID, "https://login.dingtalk.io/oauth2/auth?"+url.Values{
		"client_id": {srv.ClientID()}, "redirect_uri": {"https://app.example.com/"}, "response_type": {"code"},
		"scope": {"openid corpid"}, "prompt": {"consent"},
	}.Encode())
	require.NoError(t, err)
	to, err := url.Parse(redirect)
	require.NoError(t, err)
	require.NotEmpty(t, to.Query().Get("authCode"))
	return dingtalk.NewSecret(to.Query().Get("authCode"))
}

// flows are the four flows with codes of their own.
func flows(t *testing.T, srv *dingtalktest.Server, c *dingtalk.Client) map[string]struct {
	issue func() dingtalk.Secret
	spend func(ctx context.Context, code dingtalk.Secret) error
} {
	t.Helper()
	issuer := func(issue func(string) string) func() dingtalk.Secret {
		return func() dingtalk.Secret { return dingtalk.NewSecret(issue("zhao.min")) }
	}
	return map[string]struct {
		issue func() dingtalk.Secret
		spend func(ctx context.Context, code dingtalk.Secret) error
	}{
		"in-app": {issuer(srv.IssueCode), func(ctx context.Context, code dingtalk.Secret) error {
			_, err := c.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: code})
			return err
		}},
		"login page": {func() dingtalk.Secret { return loginCode(t, srv, "zhao.min") }, func(ctx context.Context, code dingtalk.Secret) error {
			_, err := c.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: code})
			return err
		}},
		"QR code": {issuer(srv.IssueTmpCode), func(ctx context.Context, code dingtalk.Secret) error {
			_, err := c.GetUserByTmpCode(ctx, dingtalk.GetUserByTmpCodeRequest{TmpAuthCode: code})
			return err
		}},
		"admin console": {issuer(srv.IssueAdminCode), func(ctx context.Context, code dingtalk.Secret) error {
			_, err := c.GetAdminByCode(ctx, dingtalk.GetAdminByCodeRequest{Code: code})
			return err
		}},
	}
}

func TestSignIn_RefusesCodesThatAreSpentExpiredForeignOrUnknown(t *testing.T) {
	t.Parallel()
	loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, _ *dingtalk.Client) {
		var log bytes.Buffer
		client := srv.Client(dingtalk.WithSSOSecret(srv.CorpID(), srv.SSOSecret()),
			dingtalk.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		all := flows(t, srv, client)
		for name, flow := range all {
			code := flow.issue()
			require.NoError(t, flow.spend(t.Context(), code), name)
			refused := map[string]dingtalk.Secret{"spent": code, "unknown": dingtalk.NewSecret("c0ffee00c0ffee00"), "expired": flow.issue()}
			time.Sleep(5 * time.Minute)
			for other, flow := range all {
				if other != name {
					refused["of the flow "+other] = flow.issue()
				}
			}
			for kind, code := range refused {
				err := flow.spend(t.Context(), code)
				assert.True(t, authCodeRefused(err), "%s, %s: %v", name, kind, err)
				assert.NotContains(t, err.Error()+log.String(), code.Reveal())
			}
			for other, flow := range all {
				if other != name {
					err := flow.spend(t.Context(), refused["of the flow "+other])
					assert.True(t, authCodeRefused(err), "%s: the first operation that gets a code spends it: %v", name, err)
				}
			}
		}
	})
}

func TestSignIn_LeadsFromTheCodeToTheUser(t *testing.T) {
	t.Parallel()
	loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
		ctx := t.Context()
		user, err := client.GetUserAccessToken(ctx, dingtalk.GetUserAccessTokenRequest{Code: loginCode(t, srv, "zhao.min")})
		require.NoError(t, err)
		assert.Equal(t, srv.CorpID(), user.CorpID)
		assert.EqualValues(t, 7200, user.ExpireIn)
		assert.Empty(t, srv.Calls("GetToken"), "it needs no token of the app")

		me, err := client.GetMe(ctx, dingtalk.GetMeRequest{AccessToken: user.AccessToken})
		require.NoError(t, err)
		assert.Equal(t, "Zhao Min", me.Nick)
		rules, err := client.GetUserAuthRules(ctx, dingtalk.GetUserAuthRulesRequest{AccessToken: user.AccessToken})
		require.NoError(t, err)
		assert.NotEmpty(t, rules.Result)
		assert.Empty(t, srv.Calls("GetToken"))

		member, err := client.GetUserIDByUnionID(ctx, dingtalk.GetUserIDByUnionIDRequest{UnionID: me.UnionID})
		require.NoError(t, err)
		assert.Equal(t, "zhao.min", member.UserID)
		assert.Zero(t, member.ContactType)

		admin, err := client.GetAdminByCode(ctx, dingtalk.GetAdminByCodeRequest{Code: dingtalk.NewSecret(srv.IssueAdminCode("zhao.min"))})
		require.NoError(t, err)
		assert.Equal(t, "zhao.min", admin.UserID)
		assert.True(t, admin.IsAdmin)
		tmp, err := client.GetUserByTmpCode(ctx, dingtalk.GetUserByTmpCodeRequest{TmpAuthCode: dingtalk.NewSecret(srv.IssueTmpCode("zhao.min"))})
		require.NoError(t, err)
		assert.Equal(t, me.UnionID, tmp.UserInfo.UnionID)
	})
}

func TestUserToken_IsRefreshedOnceByEachRefreshToken(t *testing.T) {
	t.Parallel()
	loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
		refresh := func(token dingtalk.Secret) (*dingtalk.GetUserAccessTokenResponse, error) {
			return client.GetUserAccessToken(t.Context(), dingtalk.GetUserAccessTokenRequest{RefreshToken: token})
		}
		first, err := client.GetUserAccessToken(t.Context(), dingtalk.GetUserAccessTokenRequest{Code: loginCode(t, srv, "zhao.min")})
		require.NoError(t, err)
		time.Sleep(2 * time.Hour)
		_, err = client.GetMe(t.Context(), dingtalk.GetMeRequest{AccessToken: first.AccessToken})
		require.ErrorIs(t, err, dingtalk.ErrInvalidToken)
		assert.Equal(t, "accesstoken.expired", asError(t, err).Reason)
		assert.Len(t, srv.Calls("GetMe"), 1)

		second, err := refresh(first.RefreshToken)
		require.NoError(t, err)
		_, err = client.GetMe(t.Context(), dingtalk.GetMeRequest{AccessToken: second.AccessToken})
		require.NoError(t, err)
		_, err = refresh(first.RefreshToken)
		assert.True(t, authCodeRefused(err), "spent: %v", err)
		time.Sleep(31 * 24 * time.Hour)
		_, err = refresh(second.RefreshToken)
		assert.True(t, authCodeRefused(err), "expired: %v", err)
	})
}

func TestGetMe_TakesNoTokenOfTheApp(t *testing.T) {
	t.Parallel()
	loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
		app, err := client.Token(t.Context())
		require.NoError(t, err)
		_, err = client.GetMe(t.Context(), dingtalk.GetMeRequest{AccessToken: app.Value})
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		_, err = client.GetMe(t.Context(), dingtalk.GetMeRequest{AccessToken: dingtalk.NewSecret("c0ffee00c0ffee00")})
		require.ErrorIs(t, err, dingtalk.ErrInvalidToken)

		user, err := client.GetUserAccessToken(t.Context(), dingtalk.GetUserAccessTokenRequest{Code: loginCode(t, srv, "zhao.min")})
		require.NoError(t, err)
		srv.Fail("GetMe", dingtalktest.Omit("unionId"), 3)
		_, err = client.GetMe(t.Context(), dingtalk.GetMeRequest{AccessToken: user.AccessToken})
		require.ErrorIs(t, err, dingtalk.ErrTransient)
		assert.ErrorContains(t, err, `the response lacks "unionId"`)
	})
}

func TestGetMe_NamesTheMissingPermissionPoint(t *testing.T) {
	t.Parallel()
	loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
		user, err := client.GetUserAccessToken(t.Context(), dingtalk.GetUserAccessTokenRequest{Code: loginCode(t, srv, "zhao.min")})
		require.NoError(t, err)
		_, err = client.GetMe(t.Context(), dingtalk.GetMeRequest{AccessToken: user.AccessToken})
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		assert.Equal(t, []string{"Contact.User.Read"}, asError(t, err).RequiredScopes)
		assert.Len(t, srv.Calls("GetMe"), 1)
	}, dingtalktest.WithoutScope("Contact.User.Read"))
}

func TestGetUserByTmpCode_SaysThatTheClockIsWrong(t *testing.T) {
	t.Parallel()
	loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
		srv.Advance(2 * time.Minute) // the clock of the server alone
		_, err := client.GetUserByTmpCode(t.Context(), dingtalk.GetUserByTmpCodeRequest{TmpAuthCode: dingtalk.NewSecret(srv.IssueTmpCode("zhao.min"))})
		require.ErrorIs(t, err, dingtalk.ErrPrecondition)
		assert.ErrorContains(t, err, "the clock of this machine is off by more than a minute")
	})
}

func TestSignJSAPI_UsesTheTicketOfTheServiceForDays(t *testing.T) {
	t.Parallel()
	for digest, sum := range map[crypto.Hash]func() hash.Hash{crypto.SHA256: sha256.New, crypto.SHA1: sha1.New} {
		loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, _ *dingtalk.Client) {
			client, other := srv.Client(dingtalk.WithJSAPIDigest(digest)), srv.Client()
			tickets := map[dingtalk.Secret]bool{}
			for range 3 * 24 {
				got, err := client.SignJSAPI(t.Context(), "https://app.example.com/page?n=%E8%B5%B5#part")
				require.NoError(t, err)
				time.Sleep(time.Minute) // a renewal in the background
				calls := srv.Calls("GetJSAPITicket")
				ticket, err := other.GetJSAPITicket(t.Context())
				require.NoError(t, err)
				tickets[ticket.JSAPITicket] = true
				h := sum()
				_, _ = fmt.Fprintf(h, "jsapi_ticket=%s&noncestr=%s&timestamp=%s&url=%s", ticket.JSAPITicket.Reveal(), got.NonceStr, got.TimeStamp,
					"https://app.example.com/page?n=赵")
				assert.Equal(t, hex.EncodeToString(h.Sum(nil)), got.Signature, "hour %d, after %d fetches", len(tickets), len(calls))
				time.Sleep(59 * time.Minute)
			}
			assert.Len(t, tickets, 3, "each lives for a day")
		})
	}
}

func TestSignIn_ShowsNoSecretInTheJournal(t *testing.T) {
	t.Parallel()
	loginScenario(t, func(t *testing.T, srv *dingtalktest.Server, client *dingtalk.Client) {
		var secrets []string
		for _, flow := range flows(t, srv, client) {
			code := flow.issue()
			secrets = append(secrets, code.Reveal())
			require.NoError(t, flow.spend(t.Context(), code))
		}
		_, err := client.SignJSAPI(t.Context(), "https://app.example.com/")
		require.NoError(t, err)
		journal := fmt.Sprint(srv.Calls(""))
		for _, secret := range append(secrets, srv.SSOSecret(), srv.ClientSecret()) {
			assert.NotContains(t, journal, secret)
		}
	})
}
