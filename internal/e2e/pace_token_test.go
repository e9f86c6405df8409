package e2e_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestPace_NoPermitIsHeldDuringATokenFetch(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerAddress: 1})) // the token's fetch uses it
		for _, err := range concurrently(2, func(int) error {
			_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
			return err
		}) {
			require.NoError(t, err)
		}
		assert.Equal(t, 40*time.Second, sinceStart())
		srv.RevokeToken() // the refused call, a token's fetch, and the repeated call
		_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		assert.Equal(t, 100*time.Second, sinceStart())
	})
}

func TestPace_TokenThatExpiresWhileTheCallWaitsIsNotUsed(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		waited := false
		g := &recordingLimiter{admit: func(_ context.Context, call dingtalk.LimitRequest) error {
			if call.Path != "/gettoken" && !waited {
				waited = true
				time.Sleep(3 * time.Hour)
			}
			return nil
		}}
		_, err := srv.Client(dingtalk.WithLimiter(g)).CountUsers(t.Context(), dingtalk.CountUsersRequest{})
		require.NoError(t, err)
		calls := srv.Calls("CountUsers")
		require.Len(t, calls, 1)
		assert.Zero(t, calls[0].Code, "no token was refused")
		assert.Len(t, srv.Calls("GetToken"), 2)
		assert.Equal(t, dingtalk.LimitOutcome{Unsent: true}, g.outcomes[1], "the permit that came too late")
		assert.Zero(t, g.out)
	})
}

func TestPace_BanOfTheTokenFetchIsWaitedForByBulkCallsOnly(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{}))
		count := func(ctx context.Context, client *dingtalk.Client) error {
			_, err := client.CountUsers(ctx, dingtalk.CountUsersRequest{})
			return err
		}
		srv.Fail("GetToken", dingtalktest.BanJSON, 1)
		require.ErrorIs(t, count(t.Context(), client), dingtalk.ErrRateLimited)
		time.Sleep(time.Minute)
		ctx, cancel := context.WithTimeout(t.Context(), 3*time.Minute)
		defer cancel()
		require.ErrorIs(t, count(ctx, client.Bulk()), dingtalk.ErrRateLimited)
		require.ErrorIs(t, count(t.Context(), client), dingtalk.ErrRateLimited)
		assert.Equal(t, time.Minute, sinceStart(), "at once")
		for _, err := range concurrently(10, func(int) error { return count(t.Context(), client.Bulk()) }) {
			require.NoError(t, err)
		}
		assert.Equal(t, 5*time.Minute+450*time.Millisecond, sinceStart(), "ten calls, one by one")
		assert.Len(t, srv.Calls("GetToken"), 2)
	})
}

func TestPace_BulkClientSharesTokenAndMiddleware(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		g := &recordingLimiter{}
		made, seen := 0, 0
		client := srv.Client(dingtalk.WithLimiter(g), dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			made++
			return func(ctx context.Context, call *dingtalk.Call) error {
				seen++
				copied := *call
				return next(ctx, &copied)
			}
		}))
		bulk := client.Bulk()
		for _, c := range []*dingtalk.Client{bulk, client, bulk.Bulk()} {
			_, err := c.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
			require.NoError(t, err)
		}
		_, err := bulk.EnsureUser(t.Context(), zhaoMin())
		require.NoError(t, err)

		token, err := client.Token(t.Context())
		require.NoError(t, err)
		tokenToo, err := bulk.Token(t.Context())
		require.NoError(t, err)
		assert.Equal(t, token.Value, tokenToo.Value)
		assert.Same(t, client.HTTPClient(), bulk.HTTPClient())
		assert.Equal(t, 1, made, "the middleware is the same")
		assert.Equal(t, len(g.requests), seen)
		assert.Equal(t, dingtalk.LimitRequest{Path: "/gettoken", ClientID: srv.ClientID()}, g.requests[0], "all callers wait for the token")
		assert.Equal(t, []bool{true, false, true}, []bool{g.requests[1].Bulk, g.requests[2].Bulk, g.requests[3].Bulk})
		for _, call := range g.requests[4:] {
			assert.True(t, call.Bulk, call.Path)
		}
		assert.Greater(t, len(g.requests), 4)
	})
}

func TestPace_ValidRateLimits(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		opts []dingtalk.Option
		want int // calls that are sent at once, of 100
	}{
		"the default":      {nil, 20},
		"as by default":    {[]dingtalk.Option{dingtalk.WithRateLimit(dingtalk.RateLimit{})}, 20},
		"the paid pack":    {[]dingtalk.Option{dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 60})}, 60},
		"an address alone": {[]dingtalk.Option{dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: -1, PerAddress: 31})}, 30},
		"an endpoint alone": {[]dingtalk.Option{
			dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 5, PerAddress: -1}),
		}, 5},
		"none": {[]dingtalk.Option{dingtalk.WithRateLimit(dingtalk.NoRateLimit)}, 100},
		"another's": {[]dingtalk.Option{
			dingtalk.WithLimiter(&recordingLimiter{}), dingtalk.WithRateLimit(dingtalk.NoRateLimit),
		}, 100},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				_, viaLink := newLink(srv, nil)
				client, err := dingtalk.New(srv.ClientID(), srv.ClientSecret(), append(c.opts, viaLink)...)
				require.NoError(t, err)
				_, err = client.Token(t.Context())
				require.NoError(t, err)
				ctx, cancel := context.WithCancel(t.Context())
				for range 100 {
					go func() { _, _ = client.CountUsers(ctx, dingtalk.CountUsersRequest{}) }()
				}
				synctest.Wait()
				assert.Len(t, srv.Calls("CountUsers"), c.want)
				cancel()
			})
		})
	}
}

func TestPace_InvalidRateLimits(t *testing.T) {
	t.Parallel()
	for want, opts := range map[string][]dingtalk.Option{
		"WithLimiter: the limiter is nil": {dingtalk.WithLimiter(nil)},
		"WithRateLimit: the limiter of WithLimiter has limits of its own": {
			dingtalk.WithRateLimit(dingtalk.RateLimit{}), dingtalk.WithLimiter(&recordingLimiter{}),
		},
	} {
		_, err := dingtalk.New("dingexample", "example-secret", opts...)
		require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
		require.EqualError(t, err, "dingtalk: New: invalid argument: "+want)
	}
	srv := dingtalktest.New(t)
	g := &recordingLimiter{}
	_, err := srv.Client(dingtalk.WithLimiter(g)).Token(t.Context())
	require.NoError(t, err)
	assert.Len(t, g.requests, 1, "a client of the server uses it, too")
}
