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
	okAnswer   = `{"errcode":0,"errmsg":"ok","result":{"userid":"zhao.min"},"request_id":"1a2b3c4d5e6f"}`
)

// person stands for the payloads of the endpoints: one field of each sort.
type person struct {
	UserID      string   `json:"userid"`
	Name        string   `json:"name"`
	Hidden      bool     `json:"hide_mobile"`
	Order       int64    `json:"order"`
	Departments []int64  `json:"dept_id_list"`
	Tags        []string `json:"tags"`
	Roles       []role   `json:"role_list"`
	Union       role     `json:"union_emp_ext"`
	Extension   bare64   `json:"extension"`
}

type role struct {
	ID   int64  `json:"id"`
	Name string `json:"name"`
	Main bool   `json:"is_main"`
}

// bare64 decodes itself, and keeps what it was given.
type bare64 string

func (b *bare64) UnmarshalJSON(data []byte) error {
	*b = bare64(data)
	return nil
}

var personFields = []contract.Field{{Name: "userid", Type: contract.String, Required: true}, {Name: "name"}}

func underResult(into **person) Want {
	return Want{Payload: contract.UnderResult, Fields: personFields, Into: into}
}

// roundTrip is a transport made of a function.
type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// response makes an answer; header holds names and values in turn.
func response(status int, body string, header ...string) *http.Response {
	resp := &http.Response{
		StatusCode: status, Header: http.Header{}, ProtoMajor: 1, ProtoMinor: 1,
		Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)),
	}
	for i := 0; i < len(header); i += 2 {
		resp.Header.Set(header[i], header[i+1])
	}
	return resp
}

func answering(status int, body string, header ...string) http.RoundTripper {
	return roundTrip(func(*http.Request) (*http.Response, error) { return response(status, body, header...), nil })
}

// over returns a client on transport.
func over(transport http.RoundTripper) *Client {
	return New(&http.Client{Transport: transport}, "https://oapi.example.test", "test", 10*time.Second)
}

func read1(path string) Request {
	return Request{Method: http.MethodPost, Path: path, Token: testToken, Body: []byte(`{"userid":"zhao.min"}`)}
}

func write1(path string) Request {
	req := read1(path)
	req.Write = true
	return req
}

// failed makes an exchange that must fail.
func failed(t *testing.T, c *Client, req Request) *Failure {
	t.Helper()
	var into *person
	answer, err := c.Do(t.Context(), req, underResult(&into))
	require.Error(t, err)
	require.Zero(t, answer)
	var f *Failure
	require.ErrorAs(t, err, &f)
	require.Error(t, f.Err)
	return f
}

// pipes returns net/http's transport over connections that end in serve: no network, so that time may be
// a bubble's. A connection is closed when serve returns.
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

// receive takes a request off conn, or reports that none comes any more.
func receive(conn net.Conn) (string, bool) {
	req, err := http.ReadRequest(bufio.NewReader(conn))
	if err != nil {
		return "", false
	}
	body, err := io.ReadAll(req.Body)
	return string(body), err == nil
}

func send(conn net.Conn, raw string) { _, _ = io.WriteString(conn, raw) }
