package dingtalk_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// gate is a limiter that notes what it is told, and lets a call go when open does.
type gate struct {
	open func(ctx context.Context, call dingtalk.LimitRequest) error // nil: at once

	mu       sync.Mutex
	asked    []dingtalk.LimitRequest
	outcomes []dingtalk.LimitOutcome
	out      int
}

func (g *gate) Acquire(ctx context.Context, call dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	g.mu.Lock()
	g.asked = append(g.asked, call)
	g.mu.Unlock()
	if g.open != nil {
		if err := g.open(ctx, call); err != nil {
			return nil, err
		}
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out++
	return g, nil
}

func (g *gate) Release(o dingtalk.LimitOutcome) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.out--
	g.outcomes = append(g.outcomes, o)
}

func TestALimiterLearnsWhatBecameOfEachRequest(t *testing.T) {
	t.Parallel()
	const block = 5 * time.Minute
	throttled, blocked := dingtalk.LimitOutcome{Throttled: true}, dingtalk.LimitOutcome{Blocked: block}
	for name, c := range map[string]struct {
		fault dingtalktest.Fault
		want  dingtalk.LimitOutcome
	}{
		"a late answer":       {dingtalktest.Slow(time.Second), dingtalk.LimitOutcome{}},
		"a refusal":           {dingtalktest.Code(60120), dingtalk.LimitOutcome{}},
		"busy":                {dingtalktest.SystemBusy, dingtalk.LimitOutcome{}},
		"no permission":       {dingtalktest.PermissionMissing, dingtalk.LimitOutcome{}},
		"a proxy's answer":    {dingtalktest.HTTPStatus(502), dingtalk.LimitOutcome{}},
		"half an answer":      {dingtalktest.CutBody, dingtalk.LimitOutcome{}},
		"bad JSON":            {dingtalktest.BadJSON, dingtalk.LimitOutcome{}},
		"a lost answer":       {dingtalktest.LostResponse, dingtalk.LimitOutcome{Unanswered: true}},
		"no answer":           {dingtalktest.Hang, dingtalk.LimitOutcome{Unanswered: true}},
		"a throttle":          {dingtalktest.Throttled, throttled},
		"a global throttle":   {dingtalktest.Code(90002), throttled},
		"of the organisation": {dingtalktest.Code(90005), throttled},
		"of the secret":       {dingtalktest.Code(90006), throttled},
		"of a third party":    {dingtalktest.Code(90019), throttled},
		"HTTP 429":            {dingtalktest.HTTPStatus(429), throttled},
		"the monthly quota":   {dingtalktest.Code(90020), dingtalk.LimitOutcome{}},
		"a block":             {dingtalktest.Punished, blocked},
		"its page":            {dingtalktest.HTMLPage, blocked},
		"all APIs":            {dingtalktest.Code(90001), blocked},
		"the organisation":    {dingtalktest.Code(90003), blocked},
		"the credentials":     {dingtalktest.Code(90004), blocked},
		"many organisations":  {dingtalktest.Code(90017), blocked},
	} {
		for _, op := range []string{"GetToken", "CountUsers"} {
			t.Run(name+" of "+op, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					g := &gate{}
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
		synctest.Test(t, func(t *testing.T) {
			srv := dingtalktest.New(t)
			n := newNetwork(t, srv, false)
			g := &gate{}
			client := srv.Client(dingtalk.WithLimiter(g), dingtalk.WithBaseURL(n.base),
				dingtalk.WithHTTPClient(&http.Client{Transport: n.transport}))
			n.dials = []dialFault{refused, connects, refused}
			_, err := client.CreateUser(t.Context(), zhaoMin())
			require.NoError(t, err)
			assert.Equal(t, []dingtalk.LimitOutcome{{Unsent: true}, {}, {Unsent: true}, {}}, g.outcomes)
			paths := []string{"/gettoken", "/gettoken", "/topapi/v2/user/create", "/topapi/v2/user/create"}
			for i, call := range g.asked {
				assert.Equal(t, dingtalk.LimitRequest{Path: paths[i]}, call, "leave is asked for each attempt")
			}
		})
	})
}

func TestWhatALimiterRefusesIsNotMade(t *testing.T) {
	t.Parallel()
	broken := errors.New("the counter is out of reach")
	for name, c := range map[string]struct {
		err   error
		class string
		text  string
	}{
		"a failure": {broken, "Transient", "dingtalk: CountUsers: the counter is out of reach"},
		"too late": {
			&dingtalk.LimitError{Wait: 3 * time.Second}, "RateLimited",
			"dingtalk: CountUsers: the rate limit has no room before the deadline: wait for 3s",
		},
		"too late, and more": {
			fmt.Errorf("%w: %w", broken, &dingtalk.LimitError{Wait: 3 * time.Second}), "RateLimited",
			"dingtalk: CountUsers: the counter is out of reach: the rate limit has no room before the deadline: wait for 3s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				g := &gate{open: func(_ context.Context, call dingtalk.LimitRequest) error {
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
				assert.Len(t, g.asked, 2, "it is not asked again")
			})
		})
	}
	t.Run("granted to somebody who has gone", func(t *testing.T) {
		t.Parallel()
		srv := dingtalktest.New(t)
		ctx, cancel := context.WithCancel(t.Context())
		g := &gate{open: func(context.Context, dingtalk.LimitRequest) error { cancel(); return nil }}
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

func TestACallThatWouldBeTooLateIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 2}))
		for range 2 {
			require.NoError(t, getZhaoMin(t.Context(), client))
		}
		for range 4 { // which keep the limit busy until 3 s
			go func() { _ = getZhaoMin(t.Context(), client) }()
		}
		synctest.Wait()
		ctx, cancel := context.WithTimeout(t.Context(), 2500*time.Millisecond)
		defer cancel()
		err := getZhaoMin(ctx, client)
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		e, _ := errors.AsType[*dingtalk.Error](err)
		assert.Equal(t, 3*time.Second, e.RetryAfter)
		assert.Zero(t, sinceStart(), "nobody waits for nothing")

		srv.Fail("CountUsers", dingtalktest.Slow(4*time.Second), 2)
		for range 2 { // how long it takes cannot be known
			go func() { _, _ = client.CountUsers(t.Context(), dingtalk.CountUsersRequest{}) }()
		}
		synctest.Wait()
		late, cancelLate := context.WithTimeout(t.Context(), 1100*time.Millisecond)
		defer cancelLate()
		waited := make(chan error)
		go func() {
			_, err := client.CountUsers(late, dingtalk.CountUsersRequest{})
			waited <- err
		}()

		ctx, cancel = context.WithCancel(t.Context())
		time.AfterFunc(time.Second/2, cancel)
		err = getZhaoMin(ctx, client)
		require.ErrorIs(t, err, context.Canceled)
		assert.Empty(t, classesOf(err))
		assert.Equal(t, time.Second/2, sinceStart())

		err = <-waited
		assert.Equal(t, 1100*time.Millisecond, sinceStart())
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, "RateLimited", classesOf(err))
		require.EqualError(t, err, "dingtalk: CountUsers: the rate limit has no room before the deadline: wait for 1s (context deadline exceeded)")
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Len(t, srv.Calls("GetUser"), 6)
	})
}

func TestAWriteThatMayHaveBeenAppliedIsUnknownThoughItsRepetitionIsRefused(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}))
		ctx, cancel := context.WithTimeout(t.Context(), 900*time.Millisecond)
		defer cancel()
		srv.Fail("UpdateUser", dingtalktest.LostResponse, 1)
		err := client.UpdateUser(ctx, dingtalk.UpdateUserRequest{UserID: "zhao.min", Title: new("Lead")})
		assert.Equal(t, "RateLimited+OutcomeUnknown", classesOf(err))

		other := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}))
		require.NoError(t, other.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"}))
		err = other.DeleteUser(ctx, dingtalk.DeleteUserRequest{UserID: "zhao.min"})
		assert.Equal(t, "RateLimited", classesOf(err), "this one was never sent")
	})
}

func TestWhoeverElseUsesTheAppCostsTheRefusedCallAlone(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		way := constant(15*time.Millisecond, 15*time.Millisecond)
		patient := dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 20})
		ours, over := linkOf(srv, way)
		client := srv.Client(over, patient, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
		_, overToo := linkOf(srv, way)
		other := srv.Client(overToo, patient, dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 5}))

		var failed, failedToo []error
		var both sync.WaitGroup
		count := func(c *dingtalk.Client) func(int, int) error {
			return func(int, int) error {
				_, err := c.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				return err
			}
		}
		both.Go(func() { failed = keepBusy(64, 2*time.Minute, count(client)) })
		both.Go(func() { failedToo = keepBusy(8, 2*time.Minute, count(other)) })
		both.Wait()
		assert.Empty(t, failed)
		assert.Empty(t, failedToo)
		assert.Positive(t, ours.throttles)
		sent := ours.calls(time.Minute, 2*time.Minute)
		t.Logf("%d calls a minute, %d throttles in two minutes", sent, ours.throttles)
		assert.Greater(t, sent, 60*19, "the others go on")
	}, dingtalktest.WithQPS(20))
}

func TestAnInteractiveCallDoesNotWaitForTheBulk(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]func(int) (time.Duration, time.Duration){
		"30 ms":        constant(15*time.Millisecond, 15*time.Millisecond),
		"100 +- 90 ms": jitter(1, func(_ int, r *rand.Rand) float64 { return r.Float64() }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				link, over := linkOf(srv, way)
				client := srv.Client(over, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
				go keepBusy(256, 2*time.Minute, func(int, int) error {
					_, err := client.Bulk().CountUsers(t.Context(), dingtalk.CountUsersRequest{})
					return err
				})
				random := rand.New(rand.NewPCG(1, 1))
				var took []time.Duration
				time.Sleep(time.Minute)
				for sinceStart() < 2*time.Minute {
					began := time.Now()
					_, err := client.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
					require.NoError(t, err)
					took = append(took, time.Since(began))
					time.Sleep(time.Duration(random.IntN(1500)) * time.Millisecond)
				}
				slices.Sort(took)
				n := len(took)
				t.Logf("%d calls took %v in the middle, 95 %% %v, all %v", n, took[n/2], took[n*95/100], took[n-1])
				assert.Less(t, took[n-1], time.Second/2, "behind 256 others it would be 13 s")
				assert.Zero(t, link.throttles)
				time.Sleep(time.Minute) // the bulk ends
			}, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow())
		})
	}
}
