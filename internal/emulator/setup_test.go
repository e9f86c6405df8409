package emulator

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/directory"
)

// app is a program that calls the server with net/http alone.
type app struct {
	t      *testing.T
	server *Server
	client *http.Client
	base   string
	token  string
}

func newServer(t *testing.T, opts ...Option) *Server {
	t.Helper()
	s, err := New(opts...)
	require.NoError(t, err)
	t.Cleanup(s.Close)
	return s
}

// newApp returns an app with a token, which calls the server in memory.
func newApp(t *testing.T, opts ...Option) *app {
	t.Helper()
	s := newServer(t, opts...)
	a := &app{t: t, server: s, client: &http.Client{Transport: s.Transport()}, base: "https://oapi.example.com"}
	a.token = a.fetchToken()
	return a
}

// listening returns the same app over a real connection.
func (a *app) listening() *app {
	a.t.Helper()
	base, err := a.server.Listen("")
	require.NoError(a.t, err)
	over := *a
	over.base, over.client = base, &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	return &over
}

func (a *app) fetchToken() string {
	a.t.Helper()
	token := a.get("/gettoken", url.Values{"appkey": {a.server.ClientID()}, "appsecret": {a.server.ClientSecret()}})
	require.Equal(a.t, "0", token.code())
	return token["access_token"].(string)
}

// jsonBody is the decoded body of a response, with numbers as json.Number.
type jsonBody map[string]any

// code returns the effective code as text.
func (a jsonBody) code() string {
	if sub, ok := a["sub_code"].(string); ok {
		return sub
	}
	n, _ := a["errcode"].(json.Number)
	return n.String()
}

func (a jsonBody) result() map[string]any { r, _ := a["result"].(map[string]any); return r }

// post sends JSON text with the token in the query.
func (a *app) post(path, body string) jsonBody {
	a.t.Helper()
	return a.do(http.MethodPost, path+"?access_token="+a.token, "application/json", body)
}

func (a *app) form(path string, values url.Values) jsonBody {
	a.t.Helper()
	return a.do(http.MethodPost, path, "application/x-www-form-urlencoded;charset=utf-8", values.Encode())
}

func (a *app) get(path string, query url.Values) jsonBody {
	a.t.Helper()
	return a.do(http.MethodGet, path+"?"+query.Encode(), "", "")
}

func (a *app) do(method, path, contentType, body string) jsonBody {
	a.t.Helper()
	res, text, err := a.send(method, path, contentType, body)
	require.NoError(a.t, err)
	require.Equal(a.t, http.StatusOK, res.StatusCode)
	return parse(a.t, text)
}

func (a *app) send(method, path, contentType, body string) (*http.Response, []byte, error) {
	a.t.Helper()
	return a.sendWith("", method, path, contentType, body)
}

// sendWith sends a token in the header of the new API, if there is one.
func (a *app) sendWith(token, method, path, contentType, body string) (*http.Response, []byte, error) {
	a.t.Helper()
	req, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, strings.NewReader(body))
	require.NoError(a.t, err)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if token != "" {
		req.Header.Set("x-acs-dingtalk-access-token", token)
	}
	res, err := a.client.Do(req)
	if err != nil {
		return nil, nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res, text, err
}

func parse(t *testing.T, text []byte) jsonBody {
	t.Helper()
	d := json.NewDecoder(bytes.NewReader(text))
	d.UseNumber()
	var out jsonBody
	require.NoError(t, d.Decode(&out), "%s", text)
	return out
}

const (
	createPath = "/topapi/v2/user/create"
	getPath    = "/topapi/v2/user/get"
	updatePath = "/topapi/v2/user/update"
	deletePath = "/topapi/v2/user/delete"
	listPath   = "/topapi/v2/department/listsubid"
)

// seed adds a person and returns what is stored.
func (a *app) seed(u directory.User) directory.User {
	a.t.Helper()
	id, err := a.server.AddUser(u)
	require.NoError(a.t, err)
	stored, ok := a.server.User(id)
	require.True(a.t, ok)
	return stored
}

func (a *app) department(d directory.Department) int64 {
	a.t.Helper()
	id, err := a.server.AddDepartment(d)
	require.NoError(a.t, err)
	return id
}

func (a *app) stored(userid string) directory.User {
	a.t.Helper()
	u, ok := a.server.User(userid)
	require.True(a.t, ok, "no user has the ID %s", userid)
	return u
}
