package e2e_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// laggingProxy is a broken proxy: after the first response on a connection, each further response is that of the request
// before.
type laggingProxy struct {
	service     http.Handler
	connections atomic.Int64
}

// previous holds the response that a connection has not delivered yet.
type previous struct {
	mu       sync.Mutex
	response *httptest.ResponseRecorder
}

type previousKey struct{}

func (p *laggingProxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	response := httptest.NewRecorder()
	p.service.ServeHTTP(response, r)
	if r.URL.Path != "/gettoken" {
		last := r.Context().Value(previousKey{}).(*previous)
		last.mu.Lock()
		if last.response != nil {
			response, last.response = last.response, response
		} else {
			last.response = response
		}
		last.mu.Unlock()
	}
	w.WriteHeader(response.Code)
	_, _ = w.Write(response.Body.Bytes())
}

// newLaggingProxy returns a proxy in front of srv, and a client that calls it.
func newLaggingProxy(t *testing.T, srv *dingtalktest.Server) (*laggingProxy, *dingtalk.Client) {
	t.Helper()
	proxy := &laggingProxy{service: srv}
	front := httptest.NewUnstartedServer(proxy)
	front.Config.ConnContext = func(ctx context.Context, _ net.Conn) context.Context {
		proxy.connections.Add(1)
		return context.WithValue(ctx, previousKey{}, new(previous))
	}
	front.Start()
	t.Cleanup(front.Close)
	client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), dingtalk.WithBaseURL(front.URL), dingtalk.WithInsecureHTTP(),
		dingtalk.WithRateLimit(dingtalk.NoRateLimit))
	require.NoError(t, err)
	t.Cleanup(client.HTTPClient().CloseIdleConnections)
	return proxy, client
}

func TestResponse_OfAnotherUserIsNotAccepted(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	ids := make([]string, 50)
	for i := range ids {
		ids[i] = srv.AddUser(dingtalktest.User{UserID: fmt.Sprintf("u%02d", i), Name: fmt.Sprint("Person ", i)})
	}
	proxy, client := newLaggingProxy(t, srv)
	for i, id := range ids {
		user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: id})
		require.NoError(t, err, "the request is repeated on a new connection")
		assert.Equal(t, fmt.Sprint("Person ", i), user.Name)
	}
	assert.Greater(t, proxy.connections.Load(), int64(len(ids)/2), "no connection is kept")
}

func TestResponse_OfAnotherDepartmentIsNotAccepted(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	_, client := newLaggingProxy(t, srv)
	for i := range 20 {
		name := fmt.Sprint("Department ", i)
		id := srv.AddDepartment(dingtalktest.Department{Name: name, ParentID: 1})
		dept, err := client.GetDepartment(t.Context(), dingtalk.GetDepartmentRequest{DeptID: id})
		require.NoError(t, err)
		assert.Equal(t, name, dept.Name)
	}
}

func TestResponse_OfAnotherCreateLeavesTheOutcomeUnknown(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{UserID: "u49", Name: "Sun Li"})
	_, client := newLaggingProxy(t, srv)
	_, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "u49"})
	require.NoError(t, err)
	_, err = client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
		UserID: "new", Name: "Zhao Min", Mobile: "13800001234", DeptIDList: dingtalk.IDList{1},
	})
	require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
	user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "new"})
	require.NoError(t, err)
	assert.Equal(t, "Zhao Min", user.Name)
}

// TestResponse_IsComparedWithTheRequest gives each request the same response.
func TestResponse_IsComparedWithTheRequest(t *testing.T) {
	t.Parallel()
	const user, dept = `{"userid":"u49","unionId":"x"}`, `{"dept_id":49,"name":"x"}`
	ctx := t.Context()
	for name, tt := range map[string]struct {
		result   string
		call     func(c *dingtalk.Client) error
		want     error
		attempts int64
	}{
		"a create": {user, func(c *dingtalk.Client) error {
			_, err := c.CreateUser(ctx, dingtalk.CreateUserRequest{UserID: "new", Name: "x"})
			return err
		}, dingtalk.ErrOutcomeUnknown, 1},
		"a create without an ID": {user, func(c *dingtalk.Client) error {
			_, err := c.CreateUser(ctx, dingtalk.CreateUserRequest{Name: "x"})
			return err
		}, nil, 1},
		"a create in another case": {user, func(c *dingtalk.Client) error {
			_, err := c.CreateUser(ctx, dingtalk.CreateUserRequest{UserID: "U49", Name: "x"})
			return err
		}, nil, 1},
		"a read": {user, func(c *dingtalk.Client) error {
			_, err := c.GetUser(ctx, dingtalk.GetUserRequest{UserID: "u48"})
			return err
		}, dingtalk.ErrTransient, 3},
		"a read by login ID": {user, func(c *dingtalk.Client) error {
			_, err := c.GetUser(ctx, dingtalk.GetUserRequest{UserID: "u48", LoginID: "zhao"})
			return err
		}, nil, 1},
		"a department": {dept, func(c *dingtalk.Client) error {
			_, err := c.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: 48})
			return err
		}, dingtalk.ErrTransient, 3},
		"the department": {dept, func(c *dingtalk.Client) error {
			_, err := c.GetDepartment(ctx, dingtalk.GetDepartmentRequest{DeptID: 49})
			return err
		}, nil, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var attempts atomic.Int64
			client, err := dingtalk.New("", "", dingtalk.WithTokenSource(dingtalk.StaticToken("t0ken-4711")),
				dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 3, BaseDelay: 1, MaxDelay: 1}),
				dingtalk.WithHTTPClient(&http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
					attempts.Add(1)
					w := httptest.NewRecorder()
					_, _ = w.WriteString(`{"errcode":0,"errmsg":"ok","result":` + tt.result + `}`)
					return w.Result(), nil
				})}))
			require.NoError(t, err)
			err = tt.call(client)
			if tt.want == nil {
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, tt.want)
				assert.ErrorContains(t, err, "another ID")
			}
			assert.Equal(t, tt.attempts, attempts.Load())
		})
	}
}
