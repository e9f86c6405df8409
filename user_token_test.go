package dingtalk

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sentRequest is a request as a server got it.
type sentRequest struct{ method, url, token, body string }

// recording returns a transport that records what it gets and responds with the next of the responses, and with the last
// one from then on. A response is a body with HTTP status 200, or "400 " and a body; "" is a lost one.
func recording(sent *[]sentRequest, responses ...string) roundTrip {
	return func(req *http.Request) (*http.Response, error) {
		var body []byte
		if req.Body != nil {
			body, _ = io.ReadAll(req.Body)
		}
		*sent = append(*sent, sentRequest{req.Method, req.URL.String(), req.Header.Get("x-acs-dingtalk-access-token"), string(body)})
		response := responses[min(len(*sent), len(responses))-1]
		if response == "" {
			return nil, io.ErrUnexpectedEOF
		}
		status := map[string]int{"400": 400, "403": 403, "429": 429, "500": 500}[response[:3]]
		if status == 0 {
			return reply(response), nil
		}
		resp := reply(response[4:])
		resp.StatusCode = status
		return resp, nil
	}
}

// recordingClient returns a client that sends through recording.
func recordingClient(t *testing.T, opts []Option, responses ...string) (*Client, *[]sentRequest) {
	t.Helper()
	sent := &[]sentRequest{}
	opts = append(opts, WithHTTPClient(&http.Client{Transport: recording(sent, responses...)}))
	c, err := New("dingexample", "s3cretValue", opts...)
	require.NoError(t, err)
	return c, sent
}

const userGrant = `{"accessToken":"user-token-7f31","refreshToken":"refresh-19ce","expireIn":7200,"corpId":"dingcorp"}`

func TestGetUserAccessToken_AddsTheCredentialsAndTheGrant(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		req  GetUserAccessTokenRequest
		want string
	}{
		"a code": {GetUserAccessTokenRequest{Code: NewSecret("c0de")},
			`{"clientId":"dingexample","clientSecret":"s3cretValue","code":"c0de","grantType":"authorization_code"}`},
		"a refresh token": {GetUserAccessTokenRequest{RefreshToken: NewSecret("r3fresh")},
			`{"clientId":"dingexample","clientSecret":"s3cretValue","refreshToken":"r3fresh","grantType":"refresh_token"}`},
		"of another app": {GetUserAccessTokenRequest{ClientID: "other", ClientSecret: NewSecret("<secret>"), Code: NewSecret("c0de"), GrantType: "x"},
			`{"clientId":"other","clientSecret":"<secret>","code":"c0de","grantType":"x"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var seen *Call
			look := func(next Invoker) Invoker {
				return func(ctx context.Context, call *Call) error {
					seen = call
					return next(ctx, call)
				}
			}
			client, sent := recordingClient(t, []Option{WithMiddleware(look)}, userGrant)
			res, err := client.GetUserAccessToken(t.Context(), tt.req)
			require.NoError(t, err)
			assert.Equal(t, &GetUserAccessTokenResponse{
				AccessToken: NewSecret("user-token-7f31"), RefreshToken: NewSecret("refresh-19ce"), ExpireIn: 7200, CorpID: "dingcorp",
			}, res)
			assert.Equal(t, []sentRequest{{"POST", "https://api.dingtalk.io/v1.0/oauth2/userAccessToken", "", tt.want}}, *sent,
				"one request, without a token of the app")
			assert.Equal(t, tt.req, seen.Request, "a middleware does not see the client secret")
		})
	}
}

func TestGetUserAccessToken_NeedsCredentialsAndOneGrant(t *testing.T) {
	t.Parallel()
	client, sent := recordingClient(t, nil, userGrant)
	for _, req := range []GetUserAccessTokenRequest{{}, {Code: NewSecret("c"), RefreshToken: NewSecret("r")}} {
		_, err := client.GetUserAccessToken(t.Context(), req)
		require.ErrorIs(t, err, ErrInvalidArgument)
		assert.ErrorContains(t, err, "either Code or RefreshToken must be set")
	}
	without, err := New("", "", WithTokenSource(StaticToken("t")))
	require.NoError(t, err)
	_, err = without.GetUserAccessToken(t.Context(), GetUserAccessTokenRequest{Code: NewSecret("c")})
	require.ErrorIs(t, err, ErrInvalidArgument)
	assert.ErrorContains(t, err, "the client has no client ID and client secret")
	_, err = without.GetUserByTmpCode(t.Context(), GetUserByTmpCodeRequest{TmpAuthCode: NewSecret("c")})
	require.ErrorIs(t, err, ErrInvalidArgument)
	assert.ErrorContains(t, err, "the client has no client ID and client secret")
	assert.Empty(t, *sent)
}

// spendingCalls are the calls that spend a code or a refresh token.
func spendingCalls(c *Client) map[string]func(ctx context.Context) error {
	return map[string]func(ctx context.Context) error{
		"GetUserAccessToken": func(ctx context.Context) error {
			_, err := c.GetUserAccessToken(ctx, GetUserAccessTokenRequest{Code: NewSecret("s3cretCode")})
			return err
		},
		"a refresh": func(ctx context.Context) error {
			_, err := c.GetUserAccessToken(ctx, GetUserAccessTokenRequest{RefreshToken: NewSecret("s3cretCode")})
			return err
		},
		"GetUserByTmpCode": func(ctx context.Context) error {
			_, err := c.GetUserByTmpCode(ctx, GetUserByTmpCodeRequest{TmpAuthCode: NewSecret("s3cretCode")})
			return err
		},
		"GetUserByCode": func(ctx context.Context) error {
			_, err := c.GetUserByCode(ctx, GetUserByCodeRequest{Code: NewSecret("s3cretCode")})
			return err
		},
		"GetAdminByCode": func(ctx context.Context) error {
			_, err := c.GetAdminByCode(ctx, GetAdminByCodeRequest{Code: NewSecret("s3cretCode")})
			return err
		},
	}
}

func TestSpendingCall_IsNotRepeatedAfterALostResponseAndShowsNoSecret(t *testing.T) {
	t.Parallel()
	for name := range spendingCalls(nil) {
		for response, unknown := range map[string]bool{
			"": true, "<html>": true, "{}": true, `500 {"code":"system.busy","message":"s3cretCode s3cretValue"}`: true,
			`500 {"errcode":-1,"errmsg":"s3cretCode s3cretValue"}`: true, `{"errcode":40078,"errmsg":"s3cretCode"}`: false,
			`400 {"code":"invalidParameter.authCode.notFound","message":"s3cretCode s3cretValue"}`: false,
		} {
			t.Run(name+" "+response, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					var log bytes.Buffer
					attempts := 0
					logger := slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
					transport := roundTrip(func(req *http.Request) (*http.Response, error) {
						switch req.URL.Path {
						case "/gettoken":
							return reply(`{"errcode":0,"access_token":"t"}`), nil
						case "/v1.0/oauth2/ssoAccessToken":
							return reply(`{"accessToken":"sso"}`), nil
						}
						attempts++
						return recording(&[]sentRequest{}, response)(req)
					})
					c, err := New("dingexample", "s3cretValue", WithSSOSecret("dingcorp", "s3cretSSO"), WithLogger(logger),
						WithHTTPClient(&http.Client{Transport: transport}))
					require.NoError(t, err)
					err = spendingCalls(c)[name](t.Context())
					require.Error(t, err)
					assert.Equal(t, 1, attempts)
					legacy := name == "GetUserByCode" || name == "GetUserByTmpCode"
					if unknown || legacy && strings.HasPrefix(response, "400") { // no response of that API
						require.ErrorIs(t, err, ErrOutcomeUnknown)
						assert.ErrorContains(t, err, "may be spent")
					} else {
						require.NotErrorIs(t, err, ErrOutcomeUnknown)
					}
					assert.NotContains(t, err.Error(), "s3cret")
					assert.NotContains(t, log.String(), "s3cret")
					assert.NotEmpty(t, log.String())
				})
			})
		}
	}
}

func TestUserToken_IsSentAloneAndNotRenewed(t *testing.T) {
	t.Parallel()
	calls := map[string]func(c *Client, token Secret) error{
		"/v1.0/contact/users/me": func(c *Client, token Secret) error {
			_, err := c.GetMe(t.Context(), GetMeRequest{AccessToken: token})
			return err
		},
		"/v1.0/oauth2/authRules/user": func(c *Client, token Secret) error {
			_, err := c.GetUserAuthRules(t.Context(), GetUserAuthRulesRequest{AccessToken: token})
			return err
		},
	}
	for path, call := range calls {
		client, sent := recordingClient(t, nil, `{"unionId":"u","result":[]}`)
		require.NoError(t, call(client, NewSecret("user-token")))
		assert.Equal(t, []sentRequest{{"GET", "https://api.dingtalk.io" + path, "user-token", ""}}, *sent)

		for _, reason := range []string{"accesstoken.expired", "InvalidAuthentication"} {
			client, sent = recordingClient(t, nil, `400 {"code":"`+reason+`","message":"user-token","requestid":"r"}`)
			err := call(client, NewSecret("user-token"))
			require.ErrorIs(t, err, ErrInvalidToken)
			assert.Len(t, *sent, 1, "the client cannot renew it")
			assert.NotContains(t, err.Error(), "user-token")
			assert.False(t, asError(err).Fatal(), "it is one user's")
		}

		err := call(client, Secret{})
		require.ErrorIs(t, err, ErrInvalidArgument)
		assert.ErrorContains(t, err, "the access token of the user is empty")
		assert.Len(t, *sent, 1)
	}
}

func TestGetMe_RefusesAProfileWithoutUnionID(t *testing.T) {
	t.Parallel()
	for _, body := range []string{`{"nick":"Lin Yue"}`, `{"nick":"Lin Yue","unionId":""}`, `{"nick":"Lin Yue","unionid":"u"}`, "", "<html>", `{"errcode":0}`} {
		synctest.Test(t, func(t *testing.T) {
			client, _ := recordingClient(t, []Option{WithRateLimit(NoRateLimit)}, body)
			me, err := client.GetMe(t.Context(), GetMeRequest{AccessToken: NewSecret("user-token")})
			require.Error(t, err, body)
			assert.Nil(t, me)
			assert.NotContains(t, err.Error(), "user-token")
		})
	}
}
