package rest

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

const (
	testToken  = "tok+en/4711=="
	testSecret = "se cret&#?%"
	okBody     = `{"errcode":0,"errmsg":"ok","result":{"userid":"zhao.min"},"request_id":"1a2b3c4d5e6f"}`
)

// person stands for the payloads of the endpoints, with one field of each type.
type person struct {
	UserID      string       `json:"userid"`
	Name        string       `json:"name"`
	Hidden      bool         `json:"hide_mobile"`
	Order       int64        `json:"order"`
	Departments []int64      `json:"dept_id_list"`
	Tags        []string     `json:"tags"`
	Roles       []role       `json:"role_list"`
	Union       role         `json:"union_emp_ext"`
	Extension   rawExtension `json:"extension"`
}

type role struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Main bool   `json:"is_main"`
}

// rawExtension decodes itself, and keeps the JSON.
type rawExtension string

func (b *rawExtension) UnmarshalJSON(data []byte) error {
	*b = rawExtension(data)
	return nil
}

var personFields = []contract.Field{{Name: "userid", Type: contract.String, Required: true}, {Name: "name"}}

func wantUnderResult(into **person) Want {
	return Want{Payload: contract.UnderResult, Fields: personFields, Into: into}
}

// transportFunc is a transport that calls a function.
type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// httpResponse returns a response; header holds names and values in turn.
func httpResponse(status int, body string, header ...string) *http.Response {
	resp := &http.Response{
		StatusCode: status, Header: http.Header{}, ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	for i := 0; i < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}

// fixedResponse returns a transport that always returns this response.
func fixedResponse(status int, body string, header ...string) http.RoundTripper {
	return transportFunc(func(*http.Request) (*http.Response, error) { return httpResponse(status, body, header...), nil })
}

var testHosts = Hosts{Legacy: "https://oapi.example.test", New: "https://api.example.test"}

// testTimeout is the timeout of an attempt: longer than any test takes on a busy machine.
const testTimeout = time.Hour

// newTestClient returns a client that sends through transport.
func newTestClient(transport http.RoundTripper) *Client {
	return New(&http.Client{Transport: transport}, testHosts, "test", testTimeout)
}

func readRequest(path string) Request {
	return Request{Method: http.MethodPost, Path: path, Token: testToken, Body: []byte(`{"userid":"zhao.min"}`)}
}

func writeRequest(path string) Request {
	req := readRequest(path)
	req.Write = true
	return req
}

// requireFailure sends a request that must fail, and returns the failure.
func requireFailure(t *testing.T, c *Client, req Request) *Failure {
	t.Helper()
	var into *person
	resp, err := c.Do(t.Context(), req, wantUnderResult(&into))
	require.Error(t, err)
	require.Zero(t, resp)
	var f *Failure
	require.ErrorAs(t, err, &f)
	require.Error(t, f.Err)
	return f
}

// pipes returns net/http's transport over in-memory connections that serve handles, so that it works in a synctest
// bubble. A connection is closed when serve returns.
func pipes(t *testing.T, serve func(net.Conn)) *http.Transport {
	t.Helper()
	transport := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			serve(server)
		}()
		return client, nil
	}}
	t.Cleanup(transport.CloseIdleConnections)
	return transport
}

// receive reads a request from conn, and returns its body. It reports whether there was one.
func receive(conn net.Conn) (string, bool) {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return "", false
	}
	body, err := io.ReadAll(req.Body)
	return string(body), err == nil
}

func send(conn net.Conn, raw string) { _, _ = io.WriteString(conn, raw) }
