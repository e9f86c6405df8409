package rest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestTemplate_IsNeverWrittenTo checks the one map that the requests of a client share. With the race detector it fails
// if a release of resty writes to it.
func TestTemplate_IsNeverWrittenTo(t *testing.T) {
	t.Parallel()
	c := New(&http.Client{Transport: transportFunc(func(req *http.Request) (*http.Response, error) {
		// Some transports do this, though they should not.
		assert.Empty(t, req.Header.Get("X-Call"), "the header belongs to this call only")
		req.Header.Set("X-Call", req.URL.Path)
		req.Header.Set("User-Agent", req.URL.Path)
		req.Header["Accept"][0] = req.URL.Path
		req.URL.RawQuery = req.URL.Path
		if req.URL.Path == "/3" {
			return nil, assert.AnError
		}
		return httpResponse(http.StatusOK, okBody), nil
	})}, Hosts{Legacy: "https://oapi.example.test"}, "test", time.Minute)
	before := maps.Clone(c.template.Header)

	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for range 25 {
				for _, req := range []Request{readRequest(fmt.Sprint("/", i%8)), {Method: http.MethodGet, Path: "/get"}, writeRequest("/w")} {
					var into *person
					resp, err := c.Do(t.Context(), req, wantUnderResult(&into))
					if req.Path == "/3" {
						assert.ErrorIs(t, err, assert.AnError)
					} else if assert.NoError(t, err) {
						assert.Zero(t, resp.Code)
						assert.Equal(t, "zhao.min", into.UserID)
					}
				}
			}
		})
	}
	wg.Wait()
	assert.Equal(t, before, c.template.Header)
	assert.Nil(t, c.template.QueryParam)
	assert.Nil(t, c.template.FormData)
	assert.Nil(t, c.template.PathParams)
	assert.Nil(t, c.template.RawPathParams)
}

// TestBuffers_LeaveNothingOfThePreviousRequest sends what the next request with the same memory must not have.
func TestBuffers_LeaveNothingOfThePreviousRequest(t *testing.T) {
	t.Parallel()
	var seen []*http.Request
	c := newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) {
		seen = append(seen, req)
		return httpResponse(http.StatusOK, okBody), nil
	}))
	for range 5 {
		var into *person
		_, err := c.Do(t.Context(), writeRequest("/with/a/body"), wantUnderResult(&into))
		require.NoError(t, err)
		_, err = c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/without"}, wantUnderResult(&into))
		require.NoError(t, err)
	}
	for i := 1; i < len(seen); i += 2 {
		assert.Equal(t, "https://oapi.example.test/without", seen[i].URL.String())
		assert.Nil(t, seen[i].Body)
		assert.Nil(t, seen[i].GetBody)
		assert.Zero(t, seen[i].ContentLength)
		assert.Equal(t, c.template.Header, seen[i].Header)
	}
}

// TestDelivery_IgnoresARequestMadeByTheTransport has the transport of a write send another request, through a client of
// its own and with the same context.
func TestDelivery_IgnoresARequestMadeByTheTransport(t *testing.T) {
	t.Parallel()
	inner := newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) {
		_, _ = io.ReadAll(req.Body)
		return httpResponse(http.StatusOK, okBody), nil
	}))
	for _, within := range []Request{readRequest("/read"), writeRequest("/write")} {
		c := newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) {
			var into *person
			_, err := inner.Do(req.Context(), within, wantUnderResult(&into))
			require.NoError(t, err)
			body, err := io.ReadAll(req.Body)
			assert.JSONEq(t, `{"of":"outside"}`, string(body))
			return httpResponse(http.StatusOK, okBody), err
		}))
		req := writeRequest("/outside")
		req.Body = []byte(`{"of":"outside"}`)
		var into *person
		_, err := c.Do(t.Context(), req, wantUnderResult(&into))
		require.NoError(t, err)
	}
}

func TestExchange_ShowsNothingOfTheRequest(t *testing.T) {
	t.Parallel()
	var shown string
	c := newTestClient(transportFunc(func(req *http.Request) (*http.Response, error) {
		x := req.Context().Value(exchangeKey{})
		shown += fmt.Sprintf("%v %+v %#v %s", x, x, x, req.Context())
		return httpResponse(http.StatusOK, okBody), nil
	}))
	req := writeRequest("/x")
	req.Body, req.Secrets = []byte(testSecret), []string{testSecret}
	for _, req.Write = range []bool{false, true} {
		var into *person
		_, err := c.Do(t.Context(), req, wantUnderResult(&into))
		require.NoError(t, err)
	}
	assert.NotContains(t, shown, testSecret)
	assert.NotContains(t, shown, strings.Trim(fmt.Sprintf("%d", []byte(testSecret)), "[]")) // as the bytes of a body are printed
	assert.NotContains(t, shown, testToken)
}
