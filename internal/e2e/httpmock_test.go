package e2e_test

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
)

const (
	tokenURL  = dingtalk.BaseURLInternational + "/gettoken"
	createURL = dingtalk.BaseURLInternational + "/topapi/v2/user/create"
	getURL    = dingtalk.BaseURLInternational + "/topapi/v2/user/get"
	updateURL = dingtalk.BaseURLInternational + "/topapi/v2/user/update"

	tokenResponse = `{"errcode":0,"errmsg":"ok","access_token":"mock-token-4711","expires_in":7200}`
	userResponse  = `{"errcode":0,"errmsg":"ok","result":{"userid":"zhao.min","name":"Zhao Min"},"request_id":"1a2b3c4d5e6f"}`
)

// mocked returns a client with a mock transport of its own, so that tests may run in parallel. It has no rate limit.
func mocked(t *testing.T, opts ...dingtalk.Option) (*dingtalk.Client, *httpmock.MockTransport) {
	t.Helper()
	mock := httpmock.NewMockTransport()
	mock.RegisterResponder(http.MethodGet, tokenURL, httpmock.NewStringResponder(http.StatusOK, tokenResponse))
	once := dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})
	unlimited := dingtalk.WithRateLimit(dingtalk.NoRateLimit)
	opts = append([]dingtalk.Option{dingtalk.WithHTTPClient(&http.Client{Transport: mock}), once, unlimited}, opts...)
	client, err := dingtalk.New("dingexample", "example-secret", opts...)
	require.NoError(t, err)
	return client, mock
}

func TestHTTPMock_MayBeActivatedBeforeOrAfterNew(t *testing.T) { //nolint:paralleltest // httpmock's registry is global
	defer httpmock.DeactivateAndReset()
	hc := &http.Client{}
	before, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithHTTPClient(hc))
	require.NoError(t, err)
	require.Nil(t, hc.Transport, "the caller's client is not changed")
	require.Same(t, hc, before.HTTPClient())
	httpmock.ActivateNonDefault(hc)
	after, err := dingtalk.New("dingexample", "example-secret", dingtalk.WithHTTPClient(hc))
	require.NoError(t, err)
	own, err := dingtalk.New("dingexample", "example-secret")
	require.NoError(t, err)
	httpmock.ActivateNonDefault(own.HTTPClient())

	httpmock.RegisterResponder(http.MethodGet, tokenURL, httpmock.NewStringResponder(http.StatusOK, tokenResponse))
	httpmock.RegisterResponder(http.MethodPost, getURL, httpmock.NewStringResponder(http.StatusOK, userResponse))
	for name, client := range map[string]*dingtalk.Client{"before": before, "after": after, "own": own} {
		user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
		require.NoError(t, err, name)
		assert.Equal(t, "Zhao Min", user.Name, name)
	}
}

func TestHTTPMock_TokenResponderRegisteredLateIsUsedAfterRenewToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, mock := mocked(t)
		mock.Reset()
		mock.RegisterResponder(http.MethodPost, getURL, httpmock.NewStringResponder(http.StatusOK, userResponse))
		require.ErrorContains(t, getZhaoMin(t.Context(), client), "GetToken: unsupported: no responder found")
		mock.RegisterResponder(http.MethodGet, tokenURL, httpmock.NewStringResponder(http.StatusOK, tokenResponse))
		require.ErrorContains(t, getZhaoMin(t.Context(), client), "no responder found", "the error is remembered for a second")
		_, err := client.RenewToken(t.Context())
		require.NoError(t, err)
		require.NoError(t, getZhaoMin(t.Context(), client))
	})
}

func TestResponse_IsClassifiedByItsBodyWhateverItsHeaders(t *testing.T) {
	t.Parallel()
	withType := func(status int, body, contentType string) httpmock.Responder {
		return httpmock.NewStringResponder(status, body).HeaderSet(http.Header{"Content-Type": {contentType}})
	}
	const html = "<!DOCTYPE html><html><body>Access denied</body></html>"
	for name, tt := range map[string]struct {
		responder httpmock.Responder
		read      error // class of the error of GetUser; nil is success
		write     error // class of the error of CreateUser
	}{
		"no Content-Type":            {httpmock.NewStringResponder(200, userResponse), nil, nil},
		"text/plain":                 {withType(200, userResponse, "text/plain"), nil, nil},
		"application/json":           {withType(200, userResponse, "application/json;charset=UTF-8"), nil, nil},
		"HTML with status 200":       {withType(200, html, "text/html"), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"HTML that claims JSON":      {withType(200, html, "application/json"), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"the ban in JSON":            {httpmock.NewStringResponder(200, `{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"u"}`), dingtalk.ErrRateLimited, dingtalk.ErrRateLimited},
		"a 502 in HTML":              {withType(502, html, "text/html"), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"a 500 without a body":       {httpmock.NewStringResponder(500, ""), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"a 204":                      {httpmock.NewStringResponder(204, ""), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"a truncated body":           {httpmock.NewStringResponder(200, userResponse[:60]), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"a body without errcode":     {httpmock.NewStringResponder(200, `{"result":{"userid":"zhao.min"}}`), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"an empty object":            {httpmock.NewStringResponder(200, `{}`), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"an array":                   {httpmock.NewStringResponder(200, `[]`), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"success without a result":   {httpmock.NewStringResponder(200, `{"errcode":0,"errmsg":"ok"}`), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"success with null":          {httpmock.NewStringResponder(200, `{"errcode":0,"result":null}`), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"success without the userid": {httpmock.NewStringResponder(200, `{"errcode":0,"result":{}}`), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"a result of another shape":  {httpmock.NewStringResponder(200, `{"errcode":0,"result":{"userid":["a"]}}`), dingtalk.ErrUnsupported, dingtalk.ErrOutcomeUnknown},
		"success with status 500":    {httpmock.NewStringResponder(500, userResponse), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
		"a refusal with status 400":  {httpmock.NewStringResponder(400, `{"errcode":60121,"errmsg":"找不到该用户"}`), dingtalk.ErrNotFound, dingtalk.ErrNotFound},
		"a 429":                      {httpmock.NewStringResponder(429, "slow down"), dingtalk.ErrRateLimited, dingtalk.ErrRateLimited},
		"a redirect":                 {httpmock.NewStringResponder(302, "").HeaderSet(http.Header{"Location": {"https://elsewhere.example/"}}), dingtalk.ErrUnsupported, dingtalk.ErrOutcomeUnknown},
		"a 404 of another server":    {httpmock.NewStringResponder(404, "not found"), dingtalk.ErrUnsupported, dingtalk.ErrOutcomeUnknown},
		"a transport error":          {httpmock.NewErrorResponder(io.ErrUnexpectedEOF), dingtalk.ErrTransient, dingtalk.ErrOutcomeUnknown},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client, mock := mocked(t)
			mock.RegisterResponder(http.MethodPost, getURL, tt.responder)

			user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})
			check(t, "GetUser", err, tt.read)
			if tt.read == nil {
				assert.Equal(t, "zhao.min", user.UserID)
			} else {
				assert.Nil(t, user)
			}
			client, mock = mocked(t) // the first one sends nothing after a ban or a page
			mock.RegisterResponder(http.MethodPost, createURL, tt.responder)
			created, err := client.CreateUser(t.Context(), dingtalk.CreateUserRequest{Name: "Zhao Min"})
			check(t, "CreateUser", err, tt.write)
			assert.Equal(t, tt.write == nil, created != nil)
		})
	}
}

// check requires err to be an error of op with a class, or nil if class is nil.
func check(t *testing.T, op string, err, class error) {
	t.Helper()
	if class == nil {
		require.NoError(t, err)
		return
	}
	require.ErrorIs(t, err, class)
	e, ok := errors.AsType[*dingtalk.Error](err)
	require.True(t, ok)
	assert.Equal(t, op, e.Op)
	assert.NotContains(t, err.Error(), "mock-token-4711")
	assert.NotContains(t, err.Error(), "\n")
}

func TestHTTPMock_MissingResponderIsNamedAndNotRetried(t *testing.T) {
	t.Parallel()
	mock := httpmock.NewMockTransport()
	requests := 0
	counting := roundTripper(func(req *http.Request) (*http.Response, error) {
		requests++
		return mock.RoundTrip(req)
	})
	client, err := dingtalk.New("", "", dingtalk.WithTokenSource(dingtalk.StaticToken("mock-token-4711")),
		dingtalk.WithHTTPClient(&http.Client{Transport: counting}))
	require.NoError(t, err)

	_, err = client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})

	require.ErrorContains(t, err, "no responder found")
	require.ErrorIs(t, err, dingtalk.ErrUnsupported)
	assert.NotContains(t, err.Error(), "mock-token-4711")
	assert.Equal(t, 1, requests)
}

func TestResult_HasNothingOfAnEarlierAttempt(t *testing.T) {
	t.Parallel()
	client, mock := mocked(t, dingtalk.WithRetry(dingtalk.RetryPolicy{BaseDelay: 1}))
	// The first response is refused after its result was decoded; the second has no title.
	first := `{"errcode":-1,"result":{"userid":"zhao.min","title":"from the first attempt"}}`
	mock.RegisterResponder(http.MethodPost, getURL,
		httpmock.NewStringResponder(200, first).Then(httpmock.NewStringResponder(200, userResponse)))

	user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})

	require.NoError(t, err)
	assert.Empty(t, user.Title)
	assert.Equal(t, "Zhao Min", user.Name)
}

func TestRequest_SendsTheWholeBodyInEveryAttempt(t *testing.T) {
	t.Parallel()
	client, mock := mocked(t, dingtalk.WithRetry(dingtalk.RetryPolicy{BaseDelay: 1}))
	var bodies []string
	mock.RegisterResponder(http.MethodPost, updateURL, func(req *http.Request) (*http.Response, error) {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		bodies = append(bodies, string(body))
		if len(bodies) < 3 {
			return httpmock.NewStringResponse(503, "busy"), nil
		}
		return httpmock.NewStringResponse(200, `{"errcode":0}`), nil
	})

	err := client.UpdateUser(t.Context(), dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("<Lead> & more")})

	require.NoError(t, err)
	want := `{"userid":"zhao.min","title":"<Lead> & more"}`
	assert.Equal(t, []string{want, want, want}, bodies)
}

func TestWithBaseURL_KeepsThePath(t *testing.T) {
	t.Parallel()
	client, mock := mocked(t, dingtalk.WithBaseURL("https://gateway.example/dingtalk/"))
	mock.RegisterResponder(http.MethodGet, "https://gateway.example/dingtalk/gettoken", httpmock.NewStringResponder(200, tokenResponse))
	mock.RegisterResponder(http.MethodPost, "https://gateway.example/dingtalk/topapi/v2/user/get", httpmock.NewStringResponder(200, userResponse))

	user, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})

	require.NoError(t, err)
	assert.Equal(t, "zhao.min", user.UserID)
}

func TestRequest_HasTheTokenOnlyInTheQuery(t *testing.T) {
	t.Parallel()
	client, mock := mocked(t, dingtalk.WithTokenSource(dingtalk.StaticToken("a+b/c=&d")), dingtalk.WithUserAgent("acme/1.0"))
	var got *http.Request
	mock.RegisterResponder(http.MethodPost, getURL, func(req *http.Request) (*http.Response, error) {
		got = req
		return httpmock.NewStringResponse(200, userResponse), nil
	})

	_, err := client.GetUser(t.Context(), dingtalk.GetUserRequest{UserID: "zhao.min"})

	require.NoError(t, err)
	assert.Equal(t, "a+b/c=&d", got.URL.Query().Get("access_token"))
	assert.Len(t, got.URL.Query(), 1)
	assert.Equal(t, "acme/1.0", got.Header.Get("User-Agent"))
	assert.Equal(t, "application/json", got.Header.Get("Content-Type"))
	for name, values := range got.Header {
		assert.NotContains(t, strings.Join(values, " "), "a+b/c", name)
	}
}
