package dingtalk

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
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
	path       string // of the endpoint
	body       string
	statusCode int
	sent       *http.Request
	sentBody   []byte
}

func (c *canned) RoundTrip(req *http.Request) (*http.Response, error) {
	body, status := c.body, max(c.statusCode, http.StatusOK)
	switch {
	case req.URL.Path == contract.GetToken.Path && c.path != contract.GetToken.Path:
		body, status = `{"errcode":0,"errmsg":"ok","access_token":"`+sampleToken+`","expires_in":7200}`, http.StatusOK
	case req.URL.Path == contract.GetSSOToken.Path && c.path != contract.GetSSOToken.Path:
		body, status = `{"accessToken":"`+sampleSSOToken+`","expireIn":3600}`, http.StatusOK
	case req.URL.Path == contract.GetSuiteToken.Path && c.path != contract.GetSuiteToken.Path:
		body, status = `{"accessToken":"`+sampleSuiteToken+`","expireIn":7200}`, http.StatusOK
	default:
		c.sent = req
		if req.Body != nil {
			c.sentBody, _ = io.ReadAll(req.Body)
		}
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
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
	transport := cannedResponse(t, ep, name)
	client := sampleClient(t, ep, documented.URL.Query(), body, transport)
	host := "oapi.dingtalk.io"
	if ep.API == contract.New {
		host = "api.dingtalk.io"
	}

	got := outcome(invokeByName(t, client, ep, documented, body))

	require.NotNil(t, transport.sent)
	assert.Equal(t, documented.Method, transport.sent.Method)
	assert.Equal(t, documented.URL.Path, transport.sent.URL.Path)
	assert.Equal(t, host, transport.sent.URL.Host)
	checkCredential(t, ep, documented, transport.sent)
	if len(body) == 0 {
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
func cannedResponse(t *testing.T, ep *contract.Endpoint, name string) *canned {
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
	require.True(t, json.Valid(body) || len(body) == 0 && ep.Payload == contract.Nothing, "the sample is JSON")
	return &canned{path: ep.Path, body: string(body), statusCode: status}
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
	text, _, _ := marshalRequest(shown) // with the secrets in plain
	var b bytes.Buffer
	_ = json.Indent(&b, append(text, '\n'), "", "  ")
	return b.Bytes()
}
