package rest

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/internal/contract"
)

func TestDo_SendsTheTokenWhereTheAPITakesIt(t *testing.T) {
	t.Parallel()
	var sent []*http.Request
	c := newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) {
		sent = append(sent, req)
		return httpResponse(http.StatusOK, okBody), nil
	}))
	query := url.Values{"code": {"a b"}}
	for _, req := range []Request{
		{API: contract.New, Method: http.MethodGet, Path: "/v1.0/x", Query: query, Token: testToken},
		{API: contract.New, Method: http.MethodPost, Path: "/v1.0/x"},
		{Method: http.MethodGet, Path: "/x", Query: query, Token: testToken},
	} {
		_, err := c.Do(t.Context(), req, Want{Payload: contract.Nothing})
		_ = err // only what is sent matters
	}
	require.Len(t, sent, 3)
	assert.Equal(t, "https://api.example.test/v1.0/x?code=a+b", sent[0].URL.String())
	assert.Equal(t, testToken, sent[0].Header.Get("x-acs-dingtalk-access-token"))
	assert.Equal(t, "https://api.example.test/v1.0/x", sent[1].URL.String())
	assert.Nil(t, sent[1].Body)
	assert.Empty(t, sent[1].Header.Get("x-acs-dingtalk-access-token"), "the token of another request")
	assert.Equal(t, "https://oapi.example.test/x?code=a+b&access_token="+url.QueryEscape(testToken), sent[2].URL.String())
	assert.Empty(t, sent[2].Header.Get("x-acs-dingtalk-access-token"))
	assert.Equal(t, "application/json", sent[0].Header.Get("Accept"))
	assert.Empty(t, c.template.Header.Get("x-acs-dingtalk-access-token"))
}

func TestDo_SendsAPostWithoutABody(t *testing.T) {
	t.Parallel()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		assert.Equal(t, http.MethodPost, r.Method)
		assert.Equal(t, "0", r.Header.Get("Content-Length"))
		assert.Zero(t, r.ContentLength)
		assert.Empty(t, r.TransferEncoding)
		_, _ = io.WriteString(w, `{}`)
	}))
	defer srv.Close()
	c := New(&http.Client{}, Hosts{New: srv.URL}, "test", time.Minute)
	_, err := c.Do(t.Context(), Request{API: contract.New, Method: http.MethodPost, Path: "/v1.0/x", Token: testToken}, Want{})
	require.NoError(t, err)
}

func TestDo_FollowsNoRedirectOfEitherHost(t *testing.T) {
	t.Parallel()
	for _, api := range []contract.API{contract.Legacy, contract.New} {
		calls := 0
		c := newTestClient(transportFunc(func(*http.Request) (*http.Response, error) {
			calls++
			return httpResponse(http.StatusTemporaryRedirect, "", "Location", "https://elsewhere.example.test/"), nil
		}))
		_, err := c.Do(t.Context(), Request{API: api, Method: http.MethodGet, Path: "/x", Token: testToken}, Want{})
		f, ok := errors.AsType[*Failure](err)
		require.True(t, ok)
		assert.Equal(t, WrongHost, f.Kind)
		assert.Equal(t, 1, calls)
	}
}
