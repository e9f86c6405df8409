package e2e_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

func TestSecret_IsNotShownByAnyTransport(t *testing.T) {
	t.Parallel()
	const token = "tok-0123456789abcdef"
	respond := func(req *http.Request, status int, body string) *http.Response {
		return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{}, Request: req}
	}
	for name, fails := range map[string]roundTripper{
		"an error that quotes the URL": func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot reach %s", req.URL)
		},
		"a url.Error": func(req *http.Request) (*http.Response, error) {
			return nil, &url.Error{Op: "Post", URL: req.URL.String(), Err: io.ErrUnexpectedEOF}
		},
		"a url.Error deep inside": func(req *http.Request) (*http.Response, error) {
			inner := &url.Error{Op: "Post", URL: req.URL.String(), Err: fmt.Errorf("via %s: %w", req.URL.RawQuery, io.EOF)}
			return nil, fmt.Errorf("proxy: %w", errors.Join(errors.New("x"), inner))
		},
		"an error that keeps the request": func(req *http.Request) (*http.Response, error) {
			return nil, requestError{Request: req, URL: req.URL.String()}
		},
		"a panic that quotes the URL": func(req *http.Request) (*http.Response, error) {
			panic("lost " + req.URL.String())
		},
		"a body that panics": func(req *http.Request) (*http.Response, error) {
			resp := respond(req, http.StatusOK, "")
			resp.Body = panickingBody{req.URL.String()}
			return resp, nil
		},
		"a page that quotes the URL": func(req *http.Request) (*http.Response, error) {
			return respond(req, http.StatusBadGateway, "<html>"+req.URL.String()+"</html>"), nil
		},
		"an errmsg that quotes the URL": func(req *http.Request) (*http.Response, error) {
			text, _ := json.Marshal(req.URL.String() + " " + req.URL.Query().Get("appsecret") + req.URL.Query().Get("access_token"))
			return respond(req, http.StatusOK, `{"errcode":40078,"errmsg":`+string(text)+`,"request_id":"1a2b3c4d5e6f"}`), nil
		},
		"a request ID that quotes the URL": func(req *http.Request) (*http.Response, error) {
			text, _ := json.Marshal(req.URL.Query().Get("appsecret") + req.URL.Query().Get("access_token"))
			return respond(req, http.StatusOK, `{"errcode":40078,"errmsg":"x","request_id":`+string(text)+`}`), nil
		},
		"a field that quotes the URL": func(req *http.Request) (*http.Response, error) {
			text, _ := json.Marshal([]string{req.URL.String()})
			return respond(req, http.StatusOK, `{"errcode":0,"access_token":`+string(text)+`,"result":{"userid":`+string(text)+`}}`), nil
		},
		"an error that quotes the body": func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot send %s, %q", bodyOf(req), bodyOf(req))
		},
		"a panic that quotes the body": func(req *http.Request) (*http.Response, error) {
			panic("lost " + bodyOf(req))
		},
		"a string code that quotes the body": func(req *http.Request) (*http.Response, error) {
			text, _ := json.Marshal(bodyOf(req) + req.URL.String())
			return respond(req, http.StatusForbidden, `{"code":`+string(text)+`,"message":`+string(text)+`,"requestid":`+string(text)+
				`,"accessdenieddetail":{"requiredScopes":[`+string(text)+`]}}`), nil
		},
		"an errmsg that quotes the body": func(req *http.Request) (*http.Response, error) {
			text, _ := json.Marshal(bodyOf(req))
			return respond(req, http.StatusOK, `{"errcode":40078,"errmsg":`+string(text)+`}`), nil
		},
		"a token that quotes the body": func(req *http.Request) (*http.Response, error) {
			return respond(req, http.StatusOK, `{"errcode":0,"accessToken":[`+bodyOf(req)+`],"access_token":[`+bodyOf(req)+`]}`), nil
		},
		"a redirect to another host": func(req *http.Request) (*http.Response, error) {
			if strings.TrimPrefix(req.URL.Host, "o") != "api.dingtalk.io" || req.Header.Get("Referer") != "" {
				panic("a redirect was followed")
			}
			resp := respond(req, http.StatusTemporaryRedirect, "")
			resp.Header.Set("Location", "https://elsewhere.example/?"+req.URL.RawQuery)
			return resp, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			hc := &http.Client{Transport: fails}
			var log bytes.Buffer
			opts := []dingtalk.Option{
				dingtalk.WithHTTPClient(hc), dingtalk.WithRetry(dingtalk.RetryPolicy{BaseDelay: 1}),
				dingtalk.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))),
			}
			for _, source := range [][]dingtalk.Option{
				{dingtalk.WithTokenSource(dingtalk.StaticToken(token))}, // the operation fails
				{dingtalk.WithOAuth2Token()},                            // its token does
				nil,                                                     // the token of /gettoken does
			} {
				log.Reset()
				client, err := dingtalk.New("dingexample", leakySecret, slices.Concat(opts, source)...)
				require.NoError(t, err)
				for op, call := range operations {
					err := call(t.Context(), client)
					if op != "UpdateUser" && op != "DeleteUser" { // these need errcode 0 only
						require.Error(t, err, op)
					}
					assertClean(t, op, printed(err), leakySecret, token)
				}
				assertClean(t, "the log", log.String(), leakySecret, token)
				assert.NotEmpty(t, log.String())
			}
		})
	}
}

// bodyOf returns the body of a request.
func bodyOf(req *http.Request) string {
	if req.GetBody == nil {
		return ""
	}
	body, err := req.GetBody()
	if err != nil {
		return ""
	}
	text, _ := io.ReadAll(body)
	return string(text)
}

// panickingBody is a response body that panics with the text.
type panickingBody struct{ quotes string }

func (b panickingBody) Read([]byte) (int, error) { panic("reading " + b.quotes) }

func (b panickingBody) Close() error { panic("closing " + b.quotes) }

// requestError is an error with a harmless text, whose fields hold secrets.
type requestError struct {
	Request *http.Request
	URL     string
}

func (requestError) Error() string { return "out of service" }
