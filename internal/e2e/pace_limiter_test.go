package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// recordingLimiter is a limiter that records its requests and outcomes, and grants a permit unless admit returns an error.
type recordingLimiter struct {
	admit func(ctx context.Context, call dingtalk.LimitRequest) error // nil: grants it at once

	mu       sync.Mutex
	requests []dingtalk.LimitRequest
	outcomes []dingtalk.LimitOutcome
	out      int
}

func (g *recordingLimiter) Acquire(ctx context.Context, call dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	g.mu.Lock()
	g.requests = append(g.requests, call)
	g.mu.Unlock()
	if g.admit != nil {
		if err := g.admit(ctx, call); err != nil {
			return nil, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out++
	return g, nil
}

func (g *recordingLimiter) Release(o dingtalk.LimitOutcome) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out--
	g.outcomes = append(g.outcomes, o)
}

func TestPace_LimiterLearnsTheOutcomeOfEachRequest(t *testing.T) {
	t.Parallel()
	const block = 5 * time.Minute
	throttled, blocked := dingtalk.LimitOutcome{Throttled: true}, dingtalk.LimitOutcome{Blocked: block}
	blockedShortly := dingtalk.LimitOutcome{Blocked: time.Minute}
	for name, c := range map[string]struct {
		fault dingtalktest.Fault
		want  dingtalk.LimitOutcome
	}{
		"a late response":     {dingtalktest.Slow(time.Second), dingtalk.LimitOutcome{}},
		"a refusal":           {dingtalktest.Code(60120), dingtalk.LimitOutcome{}},
		"busy":                {dingtalktest.SystemBusy, dingtalk.LimitOutcome{}},
		"no permission":       {dingtalktest.PermissionMissing, dingtalk.LimitOutcome{}},
		"a proxy's response":  {dingtalktest.HTTPStatus(502), dingtalk.LimitOutcome{}},
		"half a response":     {dingtalktest.CutBody, dingtalk.LimitOutcome{}},
		"bad JSON":            {dingtalktest.BadJSON, dingtalk.LimitOutcome{}},
		"a lost response":     {dingtalktest.LostResponse, dingtalk.LimitOutcome{NoResponse: true}},
		"no response":         {dingtalktest.Hang, dingtalk.LimitOutcome{NoResponse: true}},
		"a throttle":          {dingtalktest.Throttled, throttled},
		"a global throttle":   {dingtalktest.Code(90002), throttled},
		"of the organization": {dingtalktest.Code(90005), throttled},
		"of the secret":       {dingtalktest.Code(90006), throttled},
		"of a third party":    {dingtalktest.Code(90019), throttled},
		"HTTP 429":            {dingtalktest.HTTPStatus(429), throttled},
		"the monthly quota":   {dingtalktest.Code(90020), dingtalk.LimitOutcome{}},
		"a block":             {dingtalktest.BanJSON, blocked},
		"its page":            {dingtalktest.BanPage, blocked},
		"its busy text":       {dingtalktest.BusyText, blockedShortly},
		"its other text":      {dingtalktest.TooFrequentText, blockedShortly},
		"another site's page": {dingtalktest.PortalPage, dingtalk.LimitOutcome{}},
		"all APIs":            {dingtalktest.Code(90001), blocked},
		"the organization":    {dingtalktest.Code(90003), blocked},
		"the credentials":     {dingtalktest.Code(90004), blocked},
		"many organizations":  {dingtalktest.Code(90017), blocked},
	} {
		for _, op := range []string{"GetToken", "CountUsers"} {
			t.Run(name+" of "+op, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					g := &recordingLimiter{}
					client := srv.Client(dingtalk.WithLimiter(g), dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
					srv.Fail(op, c.fault, 1)
					_, _ = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
					want := []dingtalk.LimitOutcome{c.want}
					if op == "CountUsers" {
						want = []dingtalk.LimitOutcome{{}, c.want}
					}
					assert.Equal(t, want, g.outcomes[:len(want)])
					assert.Zero(t, g.out, "every permit is given back")
				})
			})
		}
	}
	t.Run("never sent", func(t *testing.T) {
		t.Parallel()
		srv := dingtalktest.New(t)
		url, err := srv.Listen("")
		require.NoError(t, err)
		dials := 0
		transport := &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if dials++; dials%2 == 1 {
				return nil, &net.OpError{Op: "dial", Net: network, Err: os.NewSyscallError("connect", syscall.ECONNREFUSED)}
			}
			return new(net.Dialer).DialContext(ctx, network, address)
		}}
		g := &recordingLimiter{}
		client := srv.Client(dingtalk.WithLimiter(g), dingtalk.WithBaseURL(url), dingtalk.WithInsecureHTTP(),
			dingtalk.WithHTTPClient(&http.Client{Transport: transport}), dingtalk.WithRetry(dingtalk.RetryPolicy{BaseDelay: 1, MaxDelay: 1}))
		_, err = client.CreateUser(t.Context(), zhaoMin())
		require.NoError(t, err)
		assert.Equal(t, []dingtalk.LimitOutcome{{Unsent: true}, {}, {Unsent: true}, {}}, g.outcomes)
		paths := []string{"/gettoken", "/gettoken", "/topapi/v2/user/create", "/topapi/v2/user/create"}
		for i, call := range g.requests {
			assert.Equal(t, dingtalk.LimitRequest{Path: paths[i], ClientID: srv.ClientID()}, call, "each attempt needs a permit")
		}
	})
}

func TestPace_CallRefusedByTheLimiterIsNotSent(t *testing.T) {
	t.Parallel()
	broken := errors.New("the counter is out of reach")
	for name, c := range map[string]struct {
		err   error
		class string
		text  string
	}{
		"a failure": {broken, "Transient", "dingtalk: CountUsers: transient failure: the counter is out of reach"},
		"too late": {
			&dingtalk.LimitError{Wait: 3 * time.Second}, "RateLimited",
			"dingtalk: CountUsers: rate limited: the rate limit has no room before the deadline: wait for 3s",
		},
		"too late, and more": {
			fmt.Errorf("%w: %w", broken, &dingtalk.LimitError{Wait: 3 * time.Second}), "RateLimited",
			"dingtalk: CountUsers: rate limited: the counter is out of reach: the rate limit has no room before the deadline: wait for 3s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				g := &recordingLimiter{admit: func(_ context.Context, call dingtalk.LimitRequest) error {
					if call.Path == "/gettoken" {
						return nil
					}
					return c.err
				}}
				_, err := srv.Client(dingtalk.WithLimiter(g)).CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				require.EqualError(t, err, c.text)
				assert.Equal(t, c.class, classesOf(err))
				assert.Equal(t, errors.Is(c.err, broken), errors.Is(err, broken))
				e, _ := errors.AsType[*dingtalk.Error](err)
				late, ok := errors.AsType[*dingtalk.LimitError](err)
				if assert.Equal(t, c.class == "RateLimited", ok); ok {
					assert.Equal(t, late.Wait, e.RetryAfter)
				}
				assert.Empty(t, srv.Calls("CountUsers"))
				assert.Len(t, g.requests, 2, "it is not called again")
			})
		})
	}
	t.Run("granted to a caller that has given up", func(t *testing.T) {
		t.Parallel()
		srv := dingtalktest.New(t)
		ctx, cancel := context.WithCancel(t.Context())
		g := &recordingLimiter{admit: func(context.Context, dingtalk.LimitRequest) error { cancel(); return nil }}
		client := srv.Client(dingtalk.WithLimiter(g), dingtalk.WithTokenSource(dingtalk.StaticToken("a-token")))
		err := client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "zhao.min"})
		require.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, classesOf(err), "it is known that nothing was done")
		assert.Equal(t, []dingtalk.LimitOutcome{{Unsent: true}}, g.outcomes)
		assert.Empty(t, srv.Calls(""))
	})
	t.Run("neither a permit nor an error", func(t *testing.T) {
		t.Parallel()
		srv := dingtalktest.New(t)
		_, err := srv.Client(dingtalk.WithLimiter(nothing{})).Token(t.Context())
		require.ErrorContains(t, err, "the limiter returned neither a permit nor an error")
		assert.Empty(t, srv.Calls(""))
	})
}

type nothing struct{}

func (nothing) Acquire(context.Context, dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	return nil, nil
} //nolint:nilnil // the mistake
