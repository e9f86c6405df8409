package dingtalk

import (
	"errors"
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

// roundTrip is a function as a transport.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// reply returns a response with status 200.
func reply(body string) *http.Response {
	return &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}
}

func TestNew_NamesEachFault(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		id, secret string
		opt        Option
		want       string
	}{
		"no client ID":           {"", "s", WithUserAgent("a"), "the client ID is empty"},
		"no client secret":       {"i", "", WithUserAgent("a"), "the client secret is empty"},
		"blank client ID":        {" ", "s", WithUserAgent("a"), "the client ID begins or ends with white space"},
		"client ID from a file":  {"i\n", "s", WithUserAgent("a"), "the client ID begins or ends with white space"},
		"secret from a file":     {"i", "topsecret\r\n", WithUserAgent("a"), "the client secret begins or ends with white space"},
		"nil option":             {"i", "s", nil, "an option is nil"},
		"nil client":             {"i", "s", WithHTTPClient(nil), "WithHTTPClient: the client is nil"},
		"nil logger":             {"i", "s", WithLogger(nil), "WithLogger: the logger is nil"},
		"nil source":             {"i", "s", WithTokenSource(nil), "WithTokenSource: the source is nil"},
		"nil middleware":         {"i", "s", WithMiddleware(nil), "WithMiddleware: a middleware is nil"},
		"no time":                {"i", "s", WithTimeout(0), "WithTimeout: the timeout must be positive"},
		"negative time":          {"i", "s", WithTimeout(-1), "WithTimeout: the timeout must be positive"},
		"negative attempts":      {"i", "s", WithRetry(RetryPolicy{MaxAttempts: -1}), "WithRetry: a field of {MaxAttempts:-1 BaseDelay:0s MaxDelay:0s} is negative"},
		"negative base":          {"i", "s", WithRetry(RetryPolicy{BaseDelay: -1}), "WithRetry: a field of {MaxAttempts:0 BaseDelay:-1ns MaxDelay:0s} is negative"},
		"negative limit":         {"i", "s", WithRetry(RetryPolicy{MaxDelay: -1}), "WithRetry: a field of {MaxAttempts:0 BaseDelay:0s MaxDelay:-1ns} is negative"},
		"agent with a line feed": {"i", "s", WithUserAgent("a\nX-Evil: 1"), "WithUserAgent: only printable ASCII is allowed"},
		"agent in Chinese":       {"i", "s", WithUserAgent("钉钉"), "WithUserAgent: only printable ASCII is allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := New(tt.id, tt.secret, tt.opt)
			assert.Nil(t, c)
			require.EqualError(t, err, "dingtalk: New: invalid argument: "+tt.want)
			assert.ErrorIs(t, err, ErrInvalidArgument)
			assert.NotContains(t, err.Error(), "topsecret")
		})
	}
}

func TestNew_NamesAllFaultsInOneError(t *testing.T) {
	t.Parallel()
	c, err := New("", " topsecret", nil, WithBaseURL("https://u:topsecret@example.test"), WithHTTPClient(nil), WithLogger(nil), WithTokenSource(nil),
		WithMiddleware(nil), WithTimeout(-1), WithRetry(RetryPolicy{MaxAttempts: -1}), WithUserAgent("\x00"), nil)
	assert.Nil(t, c)
	failure, ok := errors.AsType[*Error](err)
	require.True(t, ok)
	assert.Equal(t, "New", failure.Op)
	for _, fault := range []string{
		"client ID", "client secret", "option is nil", "WithBaseURL", "WithHTTPClient", "WithLogger", "WithTokenSource", "WithMiddleware",
		"WithTimeout", "WithRetry", "WithUserAgent",
	} {
		assert.Contains(t, err.Error(), fault)
	}
	assert.NotContains(t, err.Error(), "topsecret")
	assert.NotContains(t, err.Error(), "\n")
}

func TestNew_ChecksTheBaseURL(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{ // the URL that is requested
		BaseURLInternational:           "https://oapi.dingtalk.io/gettoken",
		BaseURLChina:                   "https://oapi.dingtalk.com/gettoken",
		"":                             "https://oapi.dingtalk.io/gettoken",
		"https://oapi.dingtalk.com/":   "https://oapi.dingtalk.com/gettoken",
		"https://h/v1.0":               "https://h/v1.0/gettoken", // of a gateway
		"https://h/":                   "https://h/gettoken",
		"https://h//":                  "https://h/gettoken",
		"http://127.0.0.1:8080":        "http://127.0.0.1:8080/gettoken",
		"http://[::1]:8080/":           "http://[::1]:8080/gettoken",
		"HTTPS://h":                    "https://h/gettoken",
		"https://h/prefix":             "https://h/prefix/gettoken",
		"https://h/prefix/of/it/":      "https://h/prefix/of/it/gettoken",
		"https://h/a%20b/{x}":          "https://h/a%20b/%7Bx%7D/gettoken",
		"https://xn--fiq228c.example/": "https://xn--fiq228c.example/gettoken",
	} {
		var called string
		c, err := New("i", "s", WithBaseURL(address), WithHTTPClient(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			called, _, _ = strings.Cut(req.URL.String(), "?")
			return reply(`{"errcode":0,"access_token":"t"}`), nil
		})}))
		require.NoError(t, err, address)
		_, err = c.Token(t.Context())
		require.NoError(t, err, address)
		assert.Equal(t, want, called)
	}
	const relative, user, query = "not an absolute http or https address", "with a user name or password", "with a query or fragment"
	for address, want := range map[string]string{
		"h": relative, "//h": relative, "/x": relative, "h:8080": relative, "ftp://h": relative, "unix:///h": relative,
		"https://": relative, "https:///x": relative, "https:h": relative, "https://:8080": relative, "https://h:port": relative,
		"https://h\n": relative, " https://h": relative, "https://h/%zz": relative, "https://a b": relative,
		"https://u@h": user, "https://u:p@h": user, "https://@h": user,
		"https://h?a=b": query, "https://h?": query, "https://h/#a": query, "https://h/#": query, "https://h#": query,
	} {
		_, err := New("i", "s", WithBaseURL(address))
		assert.ErrorContains(t, err, want, "%q", address)
	}
}

func TestNew_FillsInDefaults(t *testing.T) {
	t.Parallel()
	c, err := New("i", "s")
	require.NoError(t, err)
	assert.Equal(t, RetryPolicy{MaxAttempts: 3, BaseDelay: 200 * time.Millisecond, MaxDelay: 5 * time.Second}, c.retry)
	require.NotNil(t, c.HTTPClient())
	assert.NotNil(t, c.HTTPClient().Transport)
	other, err := New("i", "s", WithRetry(RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	assert.NotSame(t, c.HTTPClient(), other.HTTPClient())
	assert.Equal(t, RetryPolicy{MaxAttempts: 1, BaseDelay: 200 * time.Millisecond, MaxDelay: 5 * time.Second}, other.retry)

	_, err = New("", "", WithTokenSource(StaticToken("t")))
	assert.NoError(t, err, "a token source needs no credentials")
	_, err = New("i", "s", WithMiddleware(), WithLogger(slog.Default()), WithUserAgent(""))
	assert.NoError(t, err)
}

func TestWithUserAgent_SetsTheHeader(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{"mine/1 (x; y)": "mine/1 (x; y)", "": defaultUserAgent, " ": defaultUserAgent} {
		var got string
		opts := []Option{WithHTTPClient(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
			got = req.UserAgent()
			return reply(`{"errcode":0,"access_token":"t"}`), nil
		})}), WithUserAgent(given)}
		c, err := New("i", "s", opts...)
		require.NoError(t, err)
		_, err = c.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
}

func TestWithTimeout_BoundsAnAttemptByTheShorterTimeout(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		client, option, want time.Duration
	}{
		"neither":            {0, 0, 10 * time.Second},
		"the client's":       {2 * time.Second, 0, 2 * time.Second},
		"the option's":       {0, 3 * time.Second, 3 * time.Second},
		"client's, shorter":  {2 * time.Second, 3 * time.Second, 2 * time.Second},
		"option's, shorter":  {time.Minute, 3 * time.Second, 3 * time.Second},
		"default is shorter": {time.Minute, 0, 10 * time.Second},
		"negative is none":   {-1, 0, 10 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				hc := &http.Client{Timeout: tt.client, Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
					<-req.Context().Done()
					return nil, req.Context().Err()
				})}
				opts := []Option{WithHTTPClient(hc), WithTokenSource(StaticToken("t")), WithRetry(RetryPolicy{MaxAttempts: 1})}
				if tt.option != 0 {
					opts = append(opts, WithTimeout(tt.option))
				}
				c, err := New("", "", opts...)
				require.NoError(t, err)
				start := time.Now()
				_, err = c.GetUser(t.Context(), GetUserRequest{UserID: "u"})
				require.ErrorIs(t, err, ErrTransient)
				assert.Equal(t, tt.want, time.Since(start))
				assert.Equal(t, tt.client, hc.Timeout, "the caller's client is not changed")
			})
		})
	}
}
