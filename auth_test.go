package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const secretValue = "7c0f1d2e3b4a59687766554433221100"

// sourceFunc is a source that calls a function.
type sourceFunc func(context.Context) (Token, error)

func (f sourceFunc) Token(ctx context.Context) (Token, error) { return f(ctx) }

// newTokenClient returns a client whose requests go to transport.
func newTokenClient(t *testing.T, transport roundTrip) *Client {
	t.Helper()
	c, err := New("dingexample", "se cret&#?%", WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	return c
}

func TestToken_ShowsInNoFormat(t *testing.T) {
	t.Parallel()
	token := Token{Value: NewSecret(secretValue), Expires: time.Now()}
	type holder struct {
		Token   Token
		Pointer *Token
		List    []Token
		Map     map[string]Token
	}
	source := StaticToken(secretValue)
	type inside struct {
		source TokenSource
		hidden secret
	}
	for name, v := range map[string]any{
		"token": token, "pointer": &token, "nested": holder{token, &token, []Token{token}, map[string]Token{"k": token}},
		"source": source, "secret": hide(secretValue), "unexported": inside{source, hide(secretValue)}, "config": *newConfig("i", secretValue, nil),
		"app source":     appTokenSource{client: &Client{secret: hide(secretValue)}},
		"request":        getTokenRequest{AppKey: "i", AppSecret: NewSecret(secretValue)},
		"OAuth2 request": getOAuth2TokenRequest{AppKey: "i", AppSecret: NewSecret(secretValue)},
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			assert.NotContains(t, fmt.Sprintf(verb, v), secretValue, "%s as %s", name, verb)
			assert.NotContains(t, fmt.Sprintf(verb, []any{v}), secretValue, "%s as %s", name, verb)
		}
		text, _ := json.Marshal(v) // some of them do not encode
		assert.NotContains(t, string(text), secretValue, name)
		var log bytes.Buffer
		slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "v", v)
		slog.New(slog.NewTextHandler(&log, nil)).Info("x", "v", v)
		assert.NotContains(t, log.String(), secretValue, name)
	}
	assert.Equal(t, "REDACTED", token.Value.String())
	assert.Equal(t, "REDACTED REDACTED", fmt.Sprint(hide("x").String(), " ", hide("x").GoString()))
}

func TestToken_SendsTheDocumentedRequest(t *testing.T) {
	t.Parallel()
	c := newTokenClient(t, func(req *http.Request) (*http.Response, error) {
		assert.Equal(t, http.MethodGet, req.Method)
		assert.Equal(t, "/gettoken", req.URL.Path)
		assert.Equal(t, url.Values{"appkey": {"dingexample"}, "appsecret": {"se cret&#?%"}}, req.URL.Query())
		assert.Nil(t, req.Body)
		return reply(`{"errcode":0,"errmsg":"ok","access_token":"` + secretValue + `","expires_in":7200}`), nil
	})
	token, err := c.Token(t.Context())
	require.NoError(t, err)
	assert.Equal(t, secretValue, token.Value.Reveal())
}

func TestToken_HasTheLifeOfTheResponse(t *testing.T) {
	t.Parallel()
	for expiresIn, want := range map[string]time.Duration{
		`,"expires_in":7200`: 2 * time.Hour, `,"expires_in":"60"`: time.Minute, `,"expires_in":1`: time.Second,
		``: 2 * time.Hour, `,"expires_in":0`: 2 * time.Hour, `,"expires_in":-5`: 2 * time.Hour, `,"expires_in":null`: 2 * time.Hour,
		`,"expires_in":""`: 2 * time.Hour,
	} {
		synctest.Test(t, func(t *testing.T) {
			c := newTokenClient(t, func(*http.Request) (*http.Response, error) {
				return reply(`{"errcode":0,"access_token":"t"` + expiresIn + `}`), nil
			})
			token, err := c.Token(t.Context())
			require.NoError(t, err)
			assert.Equal(t, want, time.Until(token.Expires), expiresIn)
		})
	}
	for _, absurd := range []string{"9223372037", "18446744074", "9223372036854775807"} {
		c := newTokenClient(t, func(*http.Request) (*http.Response, error) {
			return reply(`{"errcode":0,"access_token":"t","expires_in":` + absurd + `}`), nil
		})
		token, err := c.Token(t.Context())
		require.NoError(t, err)
		assert.Greater(t, time.Until(token.Expires), time.Hour, absurd)
	}
}

func TestToken_RejectsOtherResponsesAndDoesNotCacheThem(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"cut": `{"errcode":0,"access_tok`, "empty": "", "no token": `{"errcode":0,"errmsg":"ok"}`, "empty token": `{"errcode":0,"access_token":""}`,
		"under result": `{"errcode":0,"result":{"access_token":"t"}}`, "HTML": "<html>", "no errcode": `{"access_token":"t","expires_in":7200}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				good := false
				c := newTokenClient(t, func(*http.Request) (*http.Response, error) {
					if good {
						return reply(`{"errcode":0,"access_token":"t","expires_in":7200}`), nil
					}
					return reply(body), nil
				})
				token, err := c.Token(t.Context())
				failure, ok := errors.AsType[*Error](err)
				require.True(t, ok)
				assert.Equal(t, "Token", failure.Op)
				assert.Zero(t, token)
				good = true
				time.Sleep(5 * time.Minute) // a page may be a ban
				token, err = c.Token(t.Context())
				require.NoError(t, err)
				assert.Equal(t, "t", token.Value.Reveal())
			})
		})
	}
}

func TestToken_DoesNotRepeatRefusedCredentials(t *testing.T) {
	t.Parallel()
	calls := 0
	c := newTokenClient(t, func(*http.Request) (*http.Response, error) {
		calls++
		return reply(`{"errcode":40096,"errmsg":"不合法的appKey或appSecret: se cret&#?% se+cret%26%23%3F%25"}`), nil
	})
	for range 3 {
		_, err := c.GetUser(t.Context(), GetUserRequest{UserID: "u"})
		require.ErrorIs(t, err, ErrInvalidCredential)
		assert.EqualError(t, err, "dingtalk: GetUser: GetToken: invalid credential: "+wrongCredential+": errcode 40096: 不合法的appKey或appSecret: REDACTED REDACTED")
		failure, _ := errors.AsType[*Error](err)
		assert.Equal(t, 40096, failure.Code)
		assert.Equal(t, 200, failure.HTTPStatus)
	}
	assert.Equal(t, 1, calls)
}

func TestToken_FetchThatHangsIsTransient(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newTokenClient(t, func(req *http.Request) (*http.Response, error) {
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		start := time.Now()
		_, err := c.GetUser(t.Context(), GetUserRequest{UserID: "u"})
		require.Error(t, err)
		assert.LessOrEqual(t, time.Since(start), 40*time.Second)
		assert.ErrorIs(t, err, ErrTransient)
		assert.NotErrorIs(t, err, context.DeadlineExceeded, "the caller's context has no deadline")
	})
}

func TestTokenSource_ErrorsAreKeptButRedacted(t *testing.T) {
	t.Parallel()
	sealed := errors.New("vault is sealed")
	refused := &Error{Op: "Elsewhere", Code: 40089, class: ErrInvalidCredential}
	for name, tt := range map[string]struct {
		token string
		err   error
		text  string
		is    []error
		isNot []error
	}{
		"plain": {"", sealed, "TokenSource: invalid access token: vault is sealed", []error{sealed, ErrInvalidToken}, []error{ErrTransient}},
		"a URL": {
			"", &url.Error{Op: "Get", URL: "https://vault.example.test?token=" + secretValue, Err: io.EOF},
			"TokenSource: invalid access token: EOF", []error{io.EOF, ErrInvalidToken}, nil,
		},
		"the token itself":  {secretValue, errors.New("bad " + secretValue), "TokenSource: invalid access token: bad REDACTED", []error{ErrInvalidToken}, nil},
		"the client secret": {"", errors.New("bad topsecret"), "TokenSource: invalid access token: bad REDACTED", []error{ErrInvalidToken}, nil},
		"an Error":          {"", refused, "Elsewhere: invalid credential: " + wrongCredential + ": errcode 40089", []error{ErrInvalidCredential, refused}, []error{ErrInvalidToken}},
		"an Error inside": {
			"", fmt.Errorf("broker: %w", refused), "TokenSource: invalid access token: broker: dingtalk: Elsewhere: invalid credential: " + wrongCredential + ": errcode 40089",
			[]error{refused, ErrInvalidCredential, ErrInvalidToken}, nil,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, err := New("i", "topsecret", WithTokenSource(sourceFunc(func(context.Context) (Token, error) {
				return Token{Value: NewSecret(tt.token)}, tt.err
			})))
			require.NoError(t, err)
			_, err = c.GetUser(t.Context(), GetUserRequest{UserID: "u"})
			require.EqualError(t, err, "dingtalk: GetUser: "+tt.text)
			for _, is := range tt.is {
				assert.ErrorIs(t, err, is)
			}
			for _, isNot := range tt.isNot {
				assert.NotErrorIs(t, err, isNot)
			}
			assert.NotContains(t, fmt.Sprintf("%+v %#v", err, err), secretValue)
		})
	}
}

func TestToken_MustNotBeEmpty(t *testing.T) {
	t.Parallel()
	c, err := New("", "", WithTokenSource(StaticToken("")))
	require.NoError(t, err)
	_, err = c.Token(t.Context())
	require.ErrorIs(t, err, ErrInvalidToken)
	assert.EqualError(t, err, "dingtalk: Token: invalid access token: the token source returned an empty token")

	_, err = c.Token(nil) //nolint:staticcheck // a nil context is the test case
	assert.ErrorIs(t, err, ErrInvalidArgument)
}

func TestMiddleware_SeesTheTokenFetchWithoutItsSecrets(t *testing.T) {
	t.Parallel()
	var seen []string
	c, err := New("i", "the-secret", WithHTTPClient(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		if req.URL.Path == "/gettoken" {
			return reply(`{"errcode":0,"access_token":"the-token"}`), nil
		}
		return reply(`{"errcode":0,"result":{"userid":"u"}}`), nil
	})}), WithMiddleware(func(next Invoker) Invoker {
		return func(ctx context.Context, call *Call) error {
			seen = append(seen, call.Op+" "+call.Path)
			err := next(ctx, call)
			assert.Equal(t, 1, call.Attempts)
			if call.Op == "GetToken" {
				assert.Nil(t, call.Request)
				assert.Nil(t, call.Response)
				shown := fmt.Sprintf("%v %+v %#v", *call, *call, *call)
				assert.NotContains(t, shown, "the-secret")
				assert.NotContains(t, shown, "the-token")
			}
			return err
		}
	}))
	require.NoError(t, err)
	_, err = c.Token(t.Context())
	require.NoError(t, err)
	_, err = c.GetUser(t.Context(), GetUserRequest{UserID: "u"})
	require.NoError(t, err)
	assert.Equal(t, []string{"GetToken /gettoken", "GetUser /topapi/v2/user/get"}, seen)
}

func TestMiddleware_CannotProvideAToken(t *testing.T) {
	t.Parallel()
	c, err := New("i", "s", WithMiddleware(func(Invoker) Invoker {
		return func(_ context.Context, call *Call) error {
			call.Response = &getTokenResponse{AccessToken: "t"}
			return nil
		}
	}))
	require.NoError(t, err)
	_, err = c.Token(t.Context())
	require.EqualError(t, err, "dingtalk: Token: GetToken: invalid argument: a middleware returned no error without calling next")
	assert.ErrorIs(t, err, ErrInvalidArgument)
}
