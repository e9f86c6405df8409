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

// newOAuth2Source returns a source whose requests go to transport.
func newOAuth2Source(t *testing.T, transport roundTrip, opts ...Option) TokenSource {
	t.Helper()
	src, err := OAuth2TokenSource("dingexample", "se cret&#?%", append(opts, WithHTTPClient(&http.Client{Transport: transport}))...)
	require.NoError(t, err)
	return src
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
	src := newOAuth2Source(t, func(req *http.Request) (*http.Response, error) {
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
	token, err := src.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, secretValue, token.Value.Reveal())

	_, err = src.Token(nil) //nolint:staticcheck // a nil context is the test case
	require.ErrorIs(t, err, ErrInvalidArgument)
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
			token, err := newOAuth2Source(t, fixedResponse(200, `{"accessToken":"t"`+expireIn+`}`)).Token(t.Context())
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
				src := newOAuth2Source(t, func(*http.Request) (*http.Response, error) {
					if good {
						return reply(`{"accessToken":"t","expireIn":7200}`), nil
					}
					return reply(body), nil
				}, WithRateLimit(NoRateLimit)) // a rate limit would wait for the end of a ban
				token, err := src.Token(t.Context())
				failure, ok := err.(*Error) //nolint:errorlint // the documentation promises this type
				require.True(t, ok)
				assert.Equal(t, "GetOAuth2Token", failure.Op)
				assert.Zero(t, token)

				c, err := New("", "", WithTokenSource(src))
				require.NoError(t, err)
				token, err = c.Token(t.Context())
				require.Error(t, err)
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

func TestOAuth2_NamesAllInvalidArguments(t *testing.T) {
	t.Parallel()
	pass := func(next Invoker) Invoker { return next }
	for name, tt := range map[string]struct {
		id, secret string
		opt        Option
		want       string
	}{
		"no client ID":     {"", "s", WithUserAgent("a"), "the client ID is empty"},
		"no client secret": {"i", "", WithUserAgent("a"), "the client secret is empty"},
		"secret from file": {"i", "topsecret\n", WithUserAgent("a"), "the client secret begins or ends with white space"},
		"nil option":       {"i", "s", nil, "an option is nil"},
		"a source":         {"i", "s", WithTokenSource(StaticToken("topsecret")), "WithTokenSource: OAuth2TokenSource is a source itself"},
		"a nil source":     {"i", "s", WithTokenSource(nil), "WithTokenSource: the source is nil"},
		"a middleware":     {"i", "s", WithMiddleware(pass), "WithMiddleware: a middleware never sees the secret; give it to New"},
		"a store":          {"i", "s", WithTokenStore(noStore{}), "WithTokenStore: give the store to New, which keeps the token"},
		"no time":          {"i", "s", WithTimeout(0), "WithTimeout: the timeout must be positive"},
		"no scheme":        {"i", "s", WithBaseURL("api.dingtalk.io"), "WithBaseURL: not an absolute http or https address"},
		"plain http": {"i", "s", WithBaseURL("http://api.example.test"),
			"WithBaseURL: plain http would send the client secret in the clear; use https, or add WithInsecureHTTP"},
		"legacy host": {"i", "s", WithBaseURL(BaseURLChina), "WithBaseURL: the v1.0 API is on APIBaseURLInternational or APIBaseURLChina"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			src, err := OAuth2TokenSource(tt.id, tt.secret, tt.opt)
			assert.Nil(t, src)
			require.EqualError(t, err, "dingtalk: OAuth2TokenSource: invalid argument: "+tt.want)
			assert.ErrorIs(t, err, ErrInvalidArgument)
		})
	}
	_, err := OAuth2TokenSource("", "", WithTokenSource(StaticToken("t")), WithMiddleware(pass), WithLogger(nil), WithBaseURL(""))
	for _, fault := range []string{"client ID", "client secret", "WithTokenSource", "WithMiddleware", "WithLogger", "WithBaseURL"} {
		assert.ErrorContains(t, err, fault, "one error names all of them")
	}
	_, err = OAuth2TokenSource("i", "s", WithInsecureHTTP(), WithBaseURL("http://api.example.test"), WithMiddleware())
	assert.NoError(t, err)
}

func TestOAuth2_AcceptsOnlyHostsOfItsAPIAndRegion(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		APIBaseURLInternational: "https://api.dingtalk.io/v1.0/oauth2/accessToken",
		APIBaseURLChina:         "https://api.dingtalk.com/v1.0/oauth2/accessToken",
		"https://h/prefix/":     "https://h/prefix/v1.0/oauth2/accessToken",
	} {
		var called string
		src := newOAuth2Source(t, func(req *http.Request) (*http.Response, error) {
			called = req.URL.String()
			return reply(`{"accessToken":"t"}`), nil
		}, WithBaseURL(address))
		_, err := src.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, called)
	}
	_, err := New("i", "s", WithBaseURL("https://API.dingtalk.io/"))
	require.ErrorContains(t, err, "WithBaseURL: Contacts are on BaseURLInternational or BaseURLChina")

	const mixed = "WithTokenSource: the source and the client are of different regions"
	for _, tt := range []struct {
		source, client string
		ok             bool
	}{
		{APIBaseURLInternational, BaseURLInternational, true},
		{APIBaseURLChina, BaseURLChina, true},
		{APIBaseURLChina, BaseURLInternational, false},
		{APIBaseURLInternational, BaseURLChina + "/", false},
		{"https://gateway.example.test", BaseURLChina, true},
		{APIBaseURLChina, "https://gateway.example.test", true},
		{APIBaseURLChina, "https://oapi.dingtalk.net", true},
	} {
		src, err := OAuth2TokenSource("i", "s", WithBaseURL(tt.source))
		require.NoError(t, err)
		_, err = New("", "", WithTokenSource(src), WithBaseURL(tt.client))
		if tt.ok {
			assert.NoError(t, err, "%v", tt)
		} else {
			assert.ErrorContains(t, err, mixed, "%v", tt)
		}
	}
}

func TestOAuth2_LogsTheStringCodeButNotTheSecret(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	logger := WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	src := newOAuth2Source(t, fixedResponse(400, `{"code":"invalidClientIdOrSecret","message":"se cret&#?% is wrong","requestid":"5b8e"}`), logger)
	_, err := src.Token(t.Context())
	require.EqualError(t, err, "dingtalk: GetOAuth2Token: invalid credential: "+wrongCredential+": invalidClientIdOrSecret: REDACTED is wrong (request 5b8e)")
	assert.Contains(t, log.String(), "op=GetOAuth2Token attempt=1 ")
	assert.Contains(t, log.String(), `code=invalidClientIdOrSecret request_id=5b8e class="invalid credential" http_status=400`)
	assert.NotContains(t, log.String(), "errcode")
	assert.NotContains(t, log.String(), "cret&")
}

type noStore struct{ TokenStore }
