package dingtalk

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// newOAuth2Client returns a client that sends through transport.
func newOAuth2Client(t *testing.T, transport roundTrip, opts ...Option) *Client {
	t.Helper()
	opts = append(opts, WithOAuth2Token(), WithHTTPClient(&http.Client{Transport: transport}))
	c, err := New("dingexample", "se cret&#?%", opts...)
	require.NoError(t, err)
	return c
}

// fixedResponse returns a transport that always returns this response.
func fixedResponse(status int, body string) roundTrip {
	return func(*http.Request) (*http.Response, error) {
		resp := reply(body)
		resp.StatusCode = status
		return resp, nil
	}
}

func TestOAuth2_SendsTheSecretInTheBodyOnly(t *testing.T) {
	t.Parallel()
	client := newOAuth2Client(t, func(req *http.Request) (*http.Response, error) {
		assert.Equal(t, http.MethodPost, req.Method)
		assert.Equal(t, "https://api.dingtalk.io/v1.0/oauth2/accessToken", req.URL.String())
		assert.Equal(t, "application/json", req.Header.Get("Content-Type"))
		body, err := io.ReadAll(req.Body)
		assert.NoError(t, err)
		assert.Equal(t, `{"appKey":"dingexample","appSecret":"se cret&#?%"}`, string(body))
		for name, values := range req.Header {
			assert.NotContains(t, strings.Join(values, " "), "cret", name)
		}
		return reply(`{"accessToken":"` + secretValue + `","expireIn":7200}`), nil
	})
	token, err := client.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, secretValue, token.Value.Reveal())
}

func TestOAuth2_TokenHasTheLifeOfTheResponse(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	for expireIn, want := range map[string]time.Duration{
		`,"expireIn":7200`: 2 * time.Hour, `,"expireIn":"60"`: time.Minute, `,"expireIn":1`: time.Second,
		``: 2 * time.Hour, `,"expireIn":0`: 2 * time.Hour, `,"expireIn":-5`: 2 * time.Hour, `,"expireIn":null`: 2 * time.Hour,
		`,"expireIn":9223372037`: year, `,"expireIn":18446744074`: year, `,"expireIn":9223372036854775807`: year,
		`,"expires_in":60`: 2 * time.Hour,
	} {
		synctest.Test(t, func(t *testing.T) {
			token, err := newOAuth2Client(t, fixedResponse(200, `{"accessToken":"t"`+expireIn+`}`)).Token(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, time.Until(token.Expires), expireIn)
		})
	}
}

func TestOAuth2_RejectsOtherResponsesAndDoesNotCacheThem(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"cut": `{"accessTok`, "empty": "", "no token": `{"expireIn":7200}`, "empty token": `{"accessToken":"","expireIn":7200}`,
		"legacy API": `{"errcode":0,"errmsg":"ok","access_token":"t","expires_in":7200}`, "HTML": "<html>", "a list": `[]`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				good := false
				c := newOAuth2Client(t, func(*http.Request) (*http.Response, error) {
					if good {
						return reply(`{"accessToken":"t","expireIn":7200}`), nil
					}
					return reply(body), nil
				}, WithRateLimit(NoRateLimit)) // a rate limit would wait for the end of a ban
				token, err := c.Token(t.Context())
				failure, ok := err.(*Error) //nolint:errorlint // the documentation promises this type
				require.True(t, ok)
				assert.Equal(t, "Token", failure.Op)
				assert.ErrorContains(t, err, "dingtalk: Token: GetOAuth2Token: ")
				assert.Zero(t, token)
				good = true
				time.Sleep(10 * time.Second) // a page may be a ban, after which the cache pauses
				token, err = c.Token(t.Context())
				require.NoError(t, err)
				assert.Equal(t, "t", token.Value.Reveal())
			})
		})
	}
}

func TestWithOAuth2Token_ExcludesATokenSource(t *testing.T) {
	t.Parallel()
	_, err := New("i", "s", WithOAuth2Token(), WithTokenSource(StaticToken("topsecret")))
	require.EqualError(t, err, "dingtalk: New: invalid argument: WithOAuth2Token: the tokens come from WithTokenSource already")
	_, err = New("", "", WithOAuth2Token())
	assert.ErrorContains(t, err, "the client ID is empty; the client secret is empty")
}

func TestOAuth2_LogsTheStringCodeButNotTheSecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	client := newOAuth2Client(t, fixedResponse(400, `{"code":"invalidClientIdOrSecret","message":"se cret&#?% is wrong","requestid":"5b8e"}`), logger)
	_, err := client.Token(t.Context())
	require.EqualError(t, err, "dingtalk: Token: GetOAuth2Token: invalid credential: "+wrongCredential+": invalidClientIdOrSecret: REDACTED is wrong (request 5b8e)")
	assert.Contains(t, log.String(), "op=GetOAuth2Token attempts=1 ")
	assert.Contains(t, log.String(), `code=invalidClientIdOrSecret request_id=5b8e class="invalid credential" http_status=400`)
	assert.NotContains(t, log.String(), "errcode")
	assert.NotContains(t, log.String(), "cret&")
}
