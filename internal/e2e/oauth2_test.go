package e2e_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// oauth2Client returns a client that fetches its tokens from the new API.
func oauth2Client(srv *dingtalktest.Server, opts ...dingtalk.Option) *dingtalk.Client {
	return srv.Client(append(opts, dingtalk.WithOAuth2Token())...)
}

func TestOAuth2Token_IsFetchedOnceByConcurrentCallersOnAColdStart(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := oauth2Client(srv)
		for _, err := range concurrently(200, func(int) error { return getZhaoMin(t.Context(), client) }) {
			require.NoError(t, err)
		}
		calls := srv.Calls("GetOAuth2Token")
		require.Len(t, calls, 1)
		assert.Equal(t, map[string]any{"appKey": srv.ClientID(), "appSecret": "REDACTED"}, calls[0].Body)
		assert.Empty(t, calls[0].Query)
		assert.Empty(t, srv.Calls("GetToken"))
		assert.Len(t, srv.Calls("GetUser"), 200)
	}, dingtalktest.WithLatency(20*time.Millisecond))
}

func TestOAuth2Token_IsFetchedOnceByConcurrentCallersAfterARevocation(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := oauth2Client(srv)
		require.NoError(t, getZhaoMin(t.Context(), client))
		srv.RevokeToken()
		for _, err := range concurrently(50, func(i int) error {
			time.Sleep(time.Duration(i%7) * 9 * time.Millisecond) // some callers start late
			return getZhaoMin(t.Context(), client)
		}) {
			require.NoError(t, err)
		}
		assert.Len(t, srv.Calls("GetOAuth2Token"), 2)

		srv.Fail("GetUser", dingtalktest.TokenExpired, 1) // the same token is returned and tried again
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Len(t, srv.Calls("GetOAuth2Token"), 3)
	}, dingtalktest.WithLatency(20*time.Millisecond))
}

func TestOAuth2Token_IsRenewedBeforeItExpiresAndIsThatOfGetToken(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := oauth2Client(srv)
		token, err := client.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, 2*time.Hour, time.Until(token.Expires))
		other, err := srv.Client().Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, token.Value, other.Value, "an app has one token in both APIs")

		time.Sleep(115 * time.Minute)
		srv.Fail("GetOAuth2Token", dingtalktest.Slow(8*time.Second), 1)
		start := time.Now()
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Less(t, time.Since(start), time.Second, "the current token is used during the renewal")
		time.Sleep(3 * time.Hour)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Len(t, srv.Calls("GetOAuth2Token"), 3)
		assert.Len(t, srv.Calls("GetUser"), 2, "no expired token was tried")
	})
}

func TestOAuth2Token_WrongCredentialsFailAllCallersWithOneFetch(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client, err := dingtalk.New(srv.ClientID(), "wrong-secret", dingtalk.WithOAuth2Token(), dingtalk.WithHTTPClient(srv.Client().HTTPClient()))
		require.NoError(t, err)
		for _, err := range concurrently(100, func(int) error { return getZhaoMin(t.Context(), client) }) {
			require.ErrorIs(t, err, dingtalk.ErrInvalidCredential)
			e := asError(t, err)
			assert.Equal(t, "GetUser", e.Op)
			assert.Zero(t, e.Code)
			assert.Equal(t, "invalidClientIdOrSecret", e.Reason)
			assert.Equal(t, "无效的clientId或者clientSecret", e.Message)
			assert.Equal(t, http.StatusBadRequest, e.HTTPStatus)
			assert.Equal(t, srv.Calls("GetOAuth2Token")[0].HTTPStatus, e.HTTPStatus)
			assert.Equal(t, "dingtalk: GetUser: GetOAuth2Token: invalid credential: "+
				"client ID or secret is wrong, or belongs to the other region: WithBaseURL: "+e.Reason+": "+e.Message+" (request "+e.RequestID+")", err.Error())
		}
		assert.Len(t, srv.Calls("GetOAuth2Token"), 1)
	})
}

func TestOAuth2Token_FetchIsRetriedAfterATransientFault(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]dingtalktest.Fault{
		"lost": dingtalktest.LostResponse, "dropped": dingtalktest.DropConnection, "cut": dingtalktest.CutBody,
		"half of it": dingtalktest.BadJSON, "a proxy's page": dingtalktest.HTTPStatus(502), "busy": dingtalktest.SystemBusy,
		"busy after the work": dingtalktest.SystemBusy.AfterWork(), "throttled": dingtalktest.Throttled, "hanging": dingtalktest.Hang,
		"the limit of all": dingtalktest.Code(90002), "too slow": dingtalktest.Slow(time.Minute),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.Fail("GetOAuth2Token", fault, 2)
				start := time.Now()
				_, err := oauth2Client(srv).CreateUser(t.Context(), zhaoMin())
				require.NoError(t, err)
				assert.Len(t, srv.Calls("GetOAuth2Token"), 3)
				assert.Len(t, srv.Calls("CreateUser"), 1)
				if name == "throttled" {
					assert.GreaterOrEqual(t, time.Since(start), 2*time.Second, "the limits count by the second")
				}
			})
		})
	}
}

func TestOAuth2Token_FetchIsNotRetriedAfterALastingFault(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault dingtalktest.Fault
		class error
	}{
		"a page of another site":   {dingtalktest.PortalPage, dingtalk.ErrTransient},
		"a ban":                    {dingtalktest.BanJSON, dingtalk.ErrRateLimited},
		"the quota":                {dingtalktest.Code(90020), dingtalk.ErrRateLimited},
		"a permission":             {dingtalktest.PermissionMissing, dingtalk.ErrPermission},
		"an address":               {dingtalktest.Code(60020), dingtalk.ErrPermission},
		"a redirect":               {dingtalktest.HTTPStatus(307), dingtalk.ErrUnsupported},
		"a page of another server": {dingtalktest.HTTPStatus(404), dingtalk.ErrUnsupported},
		"wrong credentials":        {dingtalktest.Code(40089), dingtalk.ErrInvalidCredential},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.Fail("GetOAuth2Token", tt.fault, 1)
				_, err := oauth2Client(srv).CreateUser(t.Context(), zhaoMin())
				require.ErrorIs(t, err, tt.class)
				require.NotErrorIs(t, err, dingtalk.ErrOutcomeUnknown, "the write was never sent")
				if name == "a permission" {
					assert.Equal(t, []string{"qyapi_base"}, asError(t, err).RequiredScopes)
				}
				assert.Len(t, srv.Calls("GetOAuth2Token"), 1)
				assert.Empty(t, srv.Calls("CreateUser"))
			})
		})
	}
}

func TestOAuth2Token_FetchObeysTheOptionsAndTheContext(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := oauth2Client(srv, dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}), dingtalk.WithTimeout(3*time.Second))
		srv.Fail("GetOAuth2Token", dingtalktest.Hang, 2)
		start := time.Now()
		_, err := client.Token(t.Context())
		require.ErrorIs(t, err, dingtalk.ErrTransient)
		assert.Equal(t, 3*time.Second, time.Since(start))
		assert.Len(t, srv.Calls("GetOAuth2Token"), 1)

		time.Sleep(time.Second) // the error of a fetch is kept for a second
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start = time.Now()
		_, err = client.Token(ctx)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, time.Second, time.Since(start))
		assert.Len(t, srv.Calls("GetOAuth2Token"), 2)
	})
}

func TestOAuth2Token_SharesTheLimitOfTheAddressWithTheLegacyAPI(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := oauth2Client(srv, dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: -1, PerAddress: 3}))
		start := time.Now()
		for range 2 { // with the fetch of the token, three calls
			require.NoError(t, getZhaoMin(t.Context(), client))
		}
		assert.Less(t, time.Since(start), time.Second)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Greater(t, time.Since(start), 19*time.Second, "the fourth call waits, whichever host it goes to")
	})
}

func TestOAuth2Token_AndLegacyAPIAreServedOnOnePort(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.Strict())
	seeded(srv)
	address, err := srv.Listen("")
	require.NoError(t, err)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(address), dingtalk.WithOAuth2Token())
	require.NoError(t, err)
	require.NoError(t, getZhaoMin(t.Context(), client))
	assert.Len(t, srv.Calls("GetOAuth2Token"), 1)
}

func TestOAuth2Token_WrongHostIsUnsupported(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := oauth2Client(srv, dingtalk.WithBaseURL("https://gateway.example/unknown"))
		_, err := client.Token(t.Context())
		require.ErrorIs(t, err, dingtalk.ErrUnsupported)
		assert.Equal(t, 404, asError(t, err).Code, "the response is that of the legacy API")
		assert.Len(t, srv.Calls(""), 1)
	}, dingtalktest.WithBasePath("/elsewhere"))
}
