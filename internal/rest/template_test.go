package rest

import (
	"fmt"
	"io"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestRequestsShareNothingThatIsWritten watches over the one map that the requests of a client share. With the race
// detector it fails when a release of resty begins to write to it.
func TestRequestsShareNothingThatIsWritten(t *testing.T) {
	t.Parallel()
	c := New(&http.Client{Transport: roundTrip(func(req *http.Request) (*http.Response, error) {
		// As transports of other people do, though they should not.
		assert.Empty(t, req.Header.Get("X-Call"), "the header belongs to this call alone")
		req.Header.Set("X-Call", req.URL.Path)
		req.Header.Set("User-Agent", req.URL.Path)
		req.Header["Accept"][0] = req.URL.Path
		req.URL.RawQuery = req.URL.Path
		if req.URL.Path == "/3" {
			return nil, assert.AnError
		}
		return response(http.StatusOK, okAnswer), nil
	})}, "https://oapi.example.test", "test", time.Minute)
	before := maps.Clone(c.template.Header)

	var wg sync.WaitGroup
	for i := range 64 {
		wg.Go(func() {
			for range 25 {
				for _, req := range []Request{read1(fmt.Sprint("/", i%8)), {Method: http.MethodGet, Path: "/get"}, write1("/w")} {
					var into *person
					answer, err := c.Do(t.Context(), req, underResult(&into))
					if req.Path == "/3" {
						assert.ErrorIs(t, err, assert.AnError)
					} else if assert.NoError(t, err) {
						assert.Zero(t, answer.Code)
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

// TestARequestHasNothingOfTheOneBefore sends what the next request in the same memory must not have.
func TestARequestHasNothingOfTheOneBefore(t *testing.T) {
	t.Parallel()
	var seen []*http.Request
	c := over(roundTrip(func(req *http.Request) (*http.Response, error) {
		seen = append(seen, req)
		return response(http.StatusOK, okAnswer), nil
	}))
	for range 5 {
		var into *person
		_, err := c.Do(t.Context(), write1("/with/a/body"), underResult(&into))
		require.NoError(t, err)
		_, err = c.Do(t.Context(), Request{Method: http.MethodGet, Path: "/without"}, underResult(&into))
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

// TestARequestOnTheWayOfAnotherLeavesItAlone has the transport of a write call through a client of its own, with the
// context that it was given.
func TestARequestOnTheWayOfAnotherLeavesItAlone(t *testing.T) {
	t.Parallel()
	inner := over(roundTrip(func(req *http.Request) (*http.Response, error) {
		_, _ = io.ReadAll(req.Body)
		return response(http.StatusOK, okAnswer), nil
	}))
	for _, within := range []Request{read1("/read"), write1("/write")} {
		c := over(roundTrip(func(req *http.Request) (*http.Response, error) {
			var into *person
			_, err := inner.Do(req.Context(), within, underResult(&into))
			require.NoError(t, err)
			body, err := io.ReadAll(req.Body)
			assert.JSONEq(t, `{"of":"outside"}`, string(body))
			return response(http.StatusOK, okAnswer), err
		}))
		req := write1("/outside")
		req.Body = []byte(`{"of":"outside"}`)
		var into *person
		_, err := c.Do(t.Context(), req, underResult(&into))
		require.NoError(t, err)
	}
}
