package rest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var discardLog = log.New(io.Discard, "", 0)

func port(address string) string {
	_, after, _ := strings.Cut(address, "://")
	_, number, _ := strings.Cut(after, ":")
	return number
}

func itoa(n int) string { return strconv.Itoa(n) }

func mustParse(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	require.NoError(t, err)
	return u
}

// secretRequest returns a request with both sorts of secrets.
func secretRequest() Request {
	return Request{
		Method: http.MethodGet, Path: "/gettoken", Token: testToken, Secret: testSecret,
		Query: url.Values{"appkey": {"dingexample"}, "appsecret": {testSecret}},
	}
}

func TestDo_HidesTheSecretsOfTheBody(t *testing.T) {
	t.Parallel()
	const code = `auth/code "8f3c2b1a"`
	req := Request{Method: http.MethodPost, Path: "/x", Body: []byte(`{"code":` + strconv.Quote(code) + `}`), Secrets: []string{code}}
	for _, echoed := range []string{code, url.QueryEscape(code), string(req.Body)} {
		text := strconv.Quote(echoed + "!")
		res, err := newTestClient(fixedResponse(200, `{"errcode":40078,"errmsg":`+text+`,"request_id":`+text+`}`)).Do(t.Context(), req, Want{})
		require.NoError(t, err)
		for _, shown := range []string{res.Message, res.RequestID} {
			assert.Contains(t, shown, "REDACTED")
			assert.NotContains(t, shown, "8f3c2b1a")
		}
	}
}

// assertRedacted checks that neither err nor its causes show the secrets or the URL, in any format.
func assertRedacted(t *testing.T, err error) {
	t.Helper()
	hidden := []string{"access_token", "example.test"}
	for _, secret := range []string{testToken, testSecret} {
		hidden = append(hidden, secret, url.QueryEscape(secret), url.PathEscape(secret))
	}
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, verb := range []string{"%v", "%+v", "%s", "%q", "%#v", "%d"} {
			text := fmt.Sprintf(verb, e)
			for _, h := range hidden {
				if !assert.NotContains(t, text, h, verb) {
					return
				}
			}
		}
	}
}

func TestFailure_ShowsNeitherSecretsNorTheURL(t *testing.T) {
	t.Parallel()
	const boom = "boom"
	for name, fail := range map[string]func(*http.Request) (*http.Response, error){
		"plain": func(*http.Request) (*http.Response, error) { return nil, errors.New(boom) },
		"a URL in an error of net/url": func(req *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: req.URL.String(), Err: errors.New(boom)}
		},
		"nested errors of net/url": func(req *http.Request) (*http.Response, error) {
			inner := &url.Error{Op: "Post", URL: req.URL.String(), Err: errors.New(boom)}
			middle := fmt.Errorf("proxy: %w", inner)
			return nil, &url.Error{Op: "Get", URL: req.URL.String(), Err: fmt.Errorf("again: %w", middle)}
		},
		"raw": func(*http.Request) (*http.Response, error) {
			return nil, errors.New(boom + " " + testToken + " " + testSecret + " " + testToken)
		},
		"escaped for a query": func(*http.Request) (*http.Response, error) {
			return nil, errors.New(boom + " " + url.QueryEscape(testToken) + url.QueryEscape(testSecret))
		},
		"escaped for a path": func(*http.Request) (*http.Response, error) {
			return nil, errors.New(boom + " " + url.PathEscape(testToken) + url.PathEscape(testSecret))
		},
		"the request's query": func(req *http.Request) (*http.Response, error) {
			return nil, errors.New(boom + " " + strings.ReplaceAll(req.URL.RawQuery, "access_token=", ""))
		},
		"joined": func(req *http.Request) (*http.Response, error) {
			return nil, errors.Join(errors.New(boom), errors.New(testSecret))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := requireFailure(t, newTestClient(transportFunc(fail)), secretRequest())
			assertRedacted(t, f)
			assert.NotContains(t, f.Error(), boom, "the text of a transport's error is never quoted")
			assert.Contains(t, f.Error(), "the HTTP transport failed (*errors.")
		})
	}
}

func TestTransport_TurnsAPanicIntoAnErrorThatDoesNotQuoteIt(t *testing.T) {
	t.Parallel()
	for name, value := range map[string]func(*http.Request) any{
		"the URL":     func(req *http.Request) any { return req.URL.String() },
		"an error":    func(req *http.Request) any { return &url.Error{Op: "Get", URL: req.URL.String(), Err: io.EOF} },
		"the request": func(req *http.Request) any { return req },
		"nil":         func(*http.Request) any { return nil },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := requireFailure(t, newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) { panic(value(req)) })), secretRequest())
			assertRedacted(t, f)
			assert.Equal(t, Lost, f.Kind)
			assert.Contains(t, f.Error(), "panicked")
		})
	}
}

func TestTransport_DoesNotQuoteAnInvalidRedirect(t *testing.T) {
	t.Parallel()
	for _, location := range []string{
		"https://elsewhere.example.test/%zz?access_token=" + url.QueryEscape(testToken),
		"https://elsewhere.example.test:port/",
		"://elsewhere.example.test",
	} {
		f := requireFailure(t, newTestClient(fixedResponse(302, "", "Location", location)), secretRequest())
		assertRedacted(t, f)
		assert.Equal(t, WrongHost, f.Kind, "a redirect is a response: %s", location)
	}
}

func TestDo_RedactsRefusals(t *testing.T) {
	t.Parallel()
	for _, echoed := range []string{testToken, testSecret, url.QueryEscape(testSecret)} {
		body := `{"errcode":40014,"errmsg":` + strconv.Quote("bad value "+echoed+"!") + `}`
		resp, err := newTestClient(fixedResponse(200, body)).Do(t.Context(), secretRequest(), Want{})
		require.NoError(t, err)
		assert.Equal(t, "bad value REDACTED!", resp.Message)
	}
}

func TestRedact_KeepsTheCauseFindable(t *testing.T) {
	t.Parallel()
	cause := fmt.Errorf("wrapped: %w", context.Canceled)
	f := requireFailure(t, newTestClient(transportFunc(func(*http.Request) (*http.Response, error) { return nil, cause })), secretRequest())
	require.ErrorIs(t, f, context.Canceled)
	assert.EqualError(t, f, "context canceled")

	op := &net.OpError{Op: "dial", Net: "tcp", Err: fmt.Errorf("a %s: %w", testSecret, syscall.ECONNREFUSED)}
	err := Redact(&url.Error{Op: "Get", URL: "https://example.test", Err: op}, "", testToken, testSecret)
	require.ErrorIs(t, err, syscall.ECONNREFUSED)
	require.NotErrorIs(t, err, unhashable{"x"}, "such a target must not cause a panic")
	found, ok := errors.AsType[*net.OpError](err)
	require.True(t, ok)
	assert.Same(t, op, found)
	_, ok = errors.AsType[*url.Error](err)
	assert.False(t, ok, "it would show the URL")
	assert.EqualError(t, err, "dial tcp: a REDACTED: connection refused")
	_, ok = errors.AsType[interface {
		error
		Unwrap() error
	}](err)
	assert.False(t, ok, "an interface must not find it either")
	text, err := json.Marshal(err)
	require.NoError(t, err)
	assert.Equal(t, `"dial tcp: a REDACTED: connection refused"`, string(text))

	assert.EqualError(t, Redact(errors.New("a secret"), "", "secret"), "a REDACTED")
	assert.True(t, os.IsTimeout(Redact(os.ErrDeadlineExceeded)))
	assert.False(t, os.IsTimeout(Redact(io.EOF)))
}

// unhashable is an error whose type is not comparable.
type unhashable []string

func (unhashable) Error() string { return "unhashable" }

func TestFailure_QuotesNoBody(t *testing.T) {
	t.Parallel()
	for _, body := range []string{
		"zhao.min@example.test", `{"mobile":"13800001234"}`, "<html>zhao.min@example.test</html>", `"13800001234"`,
		`{"errcode":"13800001234x"}`, `{"errcode":0,"result":{"userid":"","name":"Zhao"}}`,
	} {
		for _, status := range []int{200, 302, 404, 429, 500} {
			f := requireFailure(t, newTestClient(fixedResponse(status, body)), readRequest("/x"))
			for _, private := range []string{"example", "13800001234", "Zhao"} {
				assert.NotContains(t, f.Error(), private)
			}
			assert.NotContains(t, f.Error(), "\n")
		}
	}
}
