package dingtalk

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

var update = flag.Bool("update", false, "rewrite the golden files under testdata")

// canned is a transport that responds to a token request like the service, and to any other request with body. It keeps
// the last of these.
type canned struct {
	body       string
	statusCode int
	sent       *http.Request
	sentBody   []byte
}

func (c *canned) RoundTrip(req *http.Request) (*http.Response, error) {
	body := c.body
	if req.URL.Path == contract.GetToken.Path && !strings.Contains(body, "access_token") && !strings.Contains(body, "40096") {
		body = `{"errcode":0,"errmsg":"ok","access_token":"7c0f1d2e3b4a59687766554433221100","expires_in":7200}`
	} else {
		c.sent = req
		if req.Body != nil {
			c.sentBody, _ = io.ReadAll(req.Body)
		}
	}
	return &http.Response{
		StatusCode: max(c.statusCode, http.StatusOK), Body: io.NopCloser(strings.NewReader(body)), Request: req,
	}, nil
}

// TestSamples_MatchTheDocumentedRequestsAndResponses compares what is sent, and what a caller gets, with the samples
// under testdata, which were written from the documentation, addresses included.
func TestSamples_MatchTheDocumentedRequestsAndResponses(t *testing.T) {
	t.Parallel()
	for _, ep := range contract.All() {
		requests, err := filepath.Glob(filepath.Join("testdata", ep.Name, "*.request.http"))
		require.NoError(t, err)
		require.Contains(t, requests, filepath.Join("testdata", ep.Name, "documented.request.http"), "%s has a documented sample", ep.Name)
		for _, file := range requests {
			name := strings.TrimSuffix(file, ".request.http")
			t.Run(strings.TrimPrefix(name, "testdata"+string(filepath.Separator)), func(t *testing.T) {
				t.Parallel()
				checkSample(t, ep, name)
			})
		}
	}
}

func checkSample(t *testing.T, ep *contract.Endpoint, name string) {
	t.Helper()
	_, documented, body := readRequest(t, name+".request.http")
	transport := cannedResponse(t, name)
	query := documented.URL.Query()
	client := sampleClient(t, ep, query, body, transport)
	host := "oapi.dingtalk.io"
	if ep.API == contract.New {
		host = "api.dingtalk.io"
	}

	got := outcome(invokeByName(t, client, ep, body))

	require.NotNil(t, transport.sent)
	assert.Equal(t, documented.Method, transport.sent.Method)
	assert.Equal(t, documented.URL.Path, transport.sent.URL.Path)
	assert.Equal(t, host, transport.sent.URL.Host)
	if ep.Credential == contract.NoToken {
		assert.Equal(t, query, transport.sent.URL.Query())
	} else {
		assert.Equal(t, "7c0f1d2e3b4a59687766554433221100", transport.sent.URL.Query().Get("access_token"))
	}
	if ep.Method == http.MethodGet {
		assert.Empty(t, transport.sentBody)
	} else {
		assert.Equal(t, documented.Header.Get("Content-Type"), transport.sent.Header.Get("Content-Type"))
		assert.JSONEq(t, string(body), string(transport.sentBody))
		assert.NotContains(t, string(transport.sentBody), `\u00`, "characters are sent as they are")
	}

	golden := name + ".golden"
	if *update {
		require.NoError(t, os.WriteFile(golden, got, 0o600))
	}
	want, err := os.ReadFile(golden)
	require.NoError(t, err, "run go test -run Documented -update . and read what it wrote")
	assert.Equal(t, string(want), string(got))
}

// cannedResponse returns a transport that responds with a sample: its body, or the whole response where the HTTP status
// is part of the sample.
func cannedResponse(t *testing.T, name string) *canned {
	t.Helper()
	body, err := os.ReadFile(name + ".response.json")
	status := http.StatusOK
	if errors.Is(err, fs.ErrNotExist) {
		var resp *http.Response
		file, err := os.Open(name + ".response.http")
		require.NoError(t, err)
		defer func() { _ = file.Close() }()
		resp, err = http.ReadResponse(bufio.NewReader(file), nil)
		require.NoError(t, err)
		status = resp.StatusCode
		body, err = io.ReadAll(resp.Body)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
	} else {
		require.NoError(t, err)
	}
	require.True(t, json.Valid(body), "the sample is JSON")
	return &canned{body: string(body), statusCode: status}
}

// sampleClient returns a client with the credentials of the sample, if it has any.
func sampleClient(t *testing.T, ep *contract.Endpoint, query url.Values, body []byte, transport *canned) *Client {
	t.Helper()
	id, secret := "dingabc123def456", "s3cretValue"
	opts := []Option{WithHTTPClient(&http.Client{Transport: transport}), WithRetry(RetryPolicy{MaxAttempts: 1})}
	switch ep {
	case &contract.GetToken:
		id, secret = query.Get("appkey"), query.Get("appsecret")
	case &contract.GetOAuth2Token:
		var sent getOAuth2TokenRequest
		require.NoError(t, json.Unmarshal(body, &sent))
		id, secret = sent.AppKey, sent.AppSecret.Reveal()
		opts = append(opts, WithOAuth2Token())
	}
	client, err := New(id, secret, opts...)
	require.NoError(t, err)
	return client
}

// readRequest reads the sample of a request. Comments begin with "# ", before the request line.
func readRequest(t *testing.T, file string) (comments []string, req *http.Request, body []byte) {
	t.Helper()
	data, err := os.ReadFile(file)
	require.NoError(t, err)
	for bytes.HasPrefix(data, []byte("# ")) {
		comment, rest, _ := bytes.Cut(data, []byte("\n"))
		comments, data = append(comments, string(comment)), rest
	}
	head, body, _ := bytes.Cut(data, []byte("\n\n"))
	line, headers, _ := strings.Cut(strings.TrimSpace(string(head)), "\n")
	text := line + " HTTP/1.1\r\nHost: oapi.dingtalk.io\r\n" + strings.ReplaceAll(headers, "\n", "\r\n") + "\r\n\r\n"
	req, err = http.ReadRequest(bufio.NewReader(strings.NewReader(strings.ReplaceAll(text, "\r\n\r\n\r\n", "\r\n\r\n"))))
	require.NoError(t, err)
	return comments, req, body
}

// invokeByName calls the endpoint's method with the documented body, decoded into its request.
func invokeByName(t *testing.T, client *Client, ep *contract.Endpoint, body []byte) (any, error) {
	t.Helper()
	if ep.Credential == contract.NoToken {
		token, err := client.Token(t.Context())
		return map[string]any{"access_token": token.Value.Reveal()}, err
	}
	method := reflect.ValueOf(client).MethodByName(ep.Name)
	ctx := reflect.ValueOf(context.Context(t.Context()))
	if method.Type().NumIn() == 1 {
		out := method.Call([]reflect.Value{ctx})
		err, _ := reflect.TypeAssert[error](out[1])
		return out[0].Interface(), err
	}
	req := reflect.New(method.Type().In(1))
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	require.NoError(t, decoder.Decode(req.Interface()))
	out := method.Call([]reflect.Value{ctx, req.Elem()})
	err, _ := reflect.TypeAssert[error](out[len(out)-1])
	if len(out) == 1 {
		return nil, err
	}
	return out[0].Interface(), err
}

// outcome returns what a caller gets, as JSON: the result with all its fields, or the error with its parts.
func outcome(result any, err error) []byte {
	shown := result
	if e, ok := errors.AsType[*Error](err); ok {
		parts := map[string]any{
			"error": e.Error(), "op": e.Op, "code": e.Code, "request_id": e.RequestID, "http_status": e.HTTPStatus,
			"required_scopes": e.RequiredScopes, "holder_userid": e.HolderUserID, "class": fmt.Sprint(e.category()),
		}
		if e.Reason != "" {
			parts["reason"] = e.Reason
		}
		shown = parts
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	_ = enc.Encode(shown)
	return b.Bytes()
}
