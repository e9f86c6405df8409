package e2e_test

import (
	"context"
	"errors"
	"math/rand/v2"
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

func TestPace_CallBeyondItsDeadlineIsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 2}))
		for range 2 {
			require.NoError(t, getZhaoMin(t.Context(), client))
		}
		for range 4 { // they use the limit until 3 s
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
		assert.Zero(t, sinceStart(), "it does not wait in vain")

		srv.Fail("CountUsers", dingtalktest.Slow(4*time.Second), 2)
		for range 2 { // their duration is unknown
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
		require.EqualError(t, err, "dingtalk: CountUsers: rate limited: the rate limit has no room before the deadline: wait for 1s (context deadline exceeded)")
		time.Sleep(time.Minute)
		synctest.Wait()
		assert.Len(t, srv.Calls("GetUser"), 6)
	})
}

func TestPace_RefusedRetryLeavesTheOutcomeOfAWriteUnknown(t *testing.T) {
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

func TestPace_ThrottleByAnotherProgramDelaysOneCall(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped with -short: makes 3,000 calls by 72 callers")
	}
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		delay := constantDelay(15*time.Millisecond, 15*time.Millisecond)
		persistent := dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 20})
		ourLink, viaLink := newLink(srv, delay)
		client := srv.Client(viaLink, persistent, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
		_, otherLink := newLink(srv, delay)
		other := srv.Client(otherLink, persistent, dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 5}))

		var failed, otherFailed []error
		var both sync.WaitGroup
		count := func(c *dingtalk.Client) func(int, int) error {
			return func(int, int) error {
				_, err := c.CountUsers(t.Context(), dingtalk.CountUsersRequest{})
				return err
			}
		}
		both.Go(func() { failed = keepBusy(64, 2*time.Minute, count(client)) })
		both.Go(func() { otherFailed = keepBusy(8, 2*time.Minute, count(other)) })
		both.Wait()
		assert.Empty(t, failed)
		assert.Empty(t, otherFailed)
		assert.Positive(t, ourLink.throttles)
		sent := ourLink.calls(time.Minute, 2*time.Minute)
		t.Logf("%d calls a minute, %d throttles in two minutes", sent, ourLink.throttles)
		assert.Greater(t, sent, 60*19, "the other calls continue")
	}, dingtalktest.WithQPS(20))
}

func TestPace_InteractiveCallDoesNotWaitForBulkCalls(t *testing.T) {
	t.Parallel()
	for name, delay := range map[string]func(int) (time.Duration, time.Duration){
		"30 ms":        constantDelay(15*time.Millisecond, 15*time.Millisecond),
		"100 +- 90 ms": jitter(1, func(_ int, r *rand.Rand) float64 { return r.Float64() }),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				link, viaLink := newLink(srv, delay)
				client := srv.Client(viaLink, dingtalk.WithRateLimit(dingtalk.RateLimit{}))
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
				assert.Less(t, took[n-1], time.Second/2, "queued behind 256 others it would take 13 s")
				assert.Zero(t, link.throttles)
				time.Sleep(time.Minute) // the bulk calls end
			}, dingtalktest.WithQPS(20), dingtalktest.WithSlidingWindow())
		})
	}
}
