package e2e_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// slowLimiter is a limiter that lets each call wait for a time, and knows no deadlines in advance.
type slowLimiter time.Duration

func (l slowLimiter) Acquire(ctx context.Context, _ dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	select {
	case <-time.After(time.Duration(l)):
		return l, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (slowLimiter) Release(dingtalk.LimitOutcome) {}

func TestWait_OfMoreThanFiveSecondsIsLoggedOnceAMinute(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		pace  dingtalk.Option
		calls int
		want  []string
	}{
		"short": {dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}), 5, nil},
		"the client's limiter": {dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}), 100, []string{
			`time=5s level=WARN msg="dingtalk calls wait" cause="the rate limit" waiting=9[456] longest=5s`,
			`time=1m5s level=WARN msg="dingtalk calls wait" cause="the rate limit" waiting=3[456] longest=1m5s`,
		}},
		"a limiter": {dingtalk.WithLimiter(slowLimiter(70 * time.Second)), 3, []string{
			`time=5s level=WARN msg="dingtalk calls wait" cause="the rate limit" waiting=3 longest=5s`,
			`time=1m5s level=WARN msg="dingtalk calls wait" cause="the rate limit" waiting=3 longest=1m5s`,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				var log warnings
				client := srv.Client(tt.pace, log.logged(), dingtalk.WithTokenSource(dingtalk.StaticToken(liveToken(t, srv))))
				for _, c := range []*dingtalk.Client{client, client.Bulk()} {
					log.lines.Reset()
					begin := time.Now()
					require.NoError(t, errors.Join(concurrently(tt.calls, func(int) error { return getZhaoMin(t.Context(), c) })...))
					time.Sleep(time.Until(begin.Add(10 * time.Minute))) // a new minute
					synctest.Wait()
					got := log.lines.String()
					if c == client {
						assert.Regexp(t, "^"+strings.Join(append(tt.want, ""), "\n")+"$", got)
					} else {
						assert.Equal(t, len(tt.want), strings.Count(got, "\n"), got)
					}
				}
			})
		})
	}
}

// liveToken returns the live token of the server.
func liveToken(t *testing.T, srv *dingtalktest.Server) string {
	t.Helper()
	token, err := srv.Client().Token(t.Context())
	require.NoError(t, err)
	return token.Value.Reveal()
}

func TestMaxWait_BoundsTheWaitWithoutADeadline(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}), dingtalk.WithMaxWait(3*time.Second),
			dingtalk.WithTokenSource(dingtalk.StaticToken(liveToken(t, srv))))
		failed := 0
		for _, err := range concurrently(10, func(i int) error {
			if i%2 == 0 {
				return getZhaoMin(t.Context(), client.Bulk())
			}
			return getZhaoMin(t.Context(), client)
		}) {
			if err != nil {
				failed++
				require.ErrorIs(t, err, dingtalk.ErrRateLimited)
				require.NotErrorIs(t, err, context.DeadlineExceeded, "the caller's context is fine")
				assert.Positive(t, asError(t, err).RetryAfter)
				limit, ok := errors.AsType[*dingtalk.LimitError](err)
				require.True(t, ok)
				assert.False(t, limit.Blocked)
				assert.False(t, asError(t, err).Fatal())
				require.ErrorContains(t, err, "dingtalk: GetUser: rate limited: WithMaxWait(3s): the rate limit has no room before the deadline: wait for ")
			}
		}
		assert.LessOrEqual(t, sinceStart(), 3*time.Second)
		assert.InDelta(t, 7, failed, 1)

		time.Sleep(time.Minute)
		deadline, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		require.NoError(t, errors.Join(concurrently(10, func(int) error { return getZhaoMin(deadline, client) })...), "a deadline takes its place")
	})
}

func TestMaxWait_EndsTheWaitForALimiterThatKnowsNoDeadlines(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(dingtalk.WithLimiter(slowLimiter(time.Minute)), dingtalk.WithMaxWait(3*time.Second),
			dingtalk.WithTokenSource(dingtalk.StaticToken("x")))
		err := getZhaoMin(t.Context(), client)
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		require.NotErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 3*time.Second, sinceStart())

		client = srv.Client(dingtalk.WithLimiter(slowLimiter(2*time.Second)), dingtalk.WithMaxWait(3*time.Second),
			dingtalk.WithTokenSource(dingtalk.StaticToken(liveToken(t, srv))))
		srv.Fail("GetUser", dingtalktest.SystemBusy, 1)
		begin := time.Now()
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrRateLimited, "the waits of all attempts count")
		assert.InDelta(t, 3*time.Second, time.Since(begin), float64(200*time.Millisecond))
	})
}

func TestMaxWait_BoundsTheWaitOfBulkCallsForTheEndOfABan(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(dingtalk.WithMaxWait(time.Minute)).Bulk()
		srv.Fail("GetUser", dingtalktest.BanJSON, 1)
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrRateLimited)
		err := getZhaoMin(t.Context(), client)
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		assert.Equal(t, 5*time.Minute, asError(t, err).RetryAfter)
		assert.Zero(t, sinceStart(), "at once")
		time.Sleep(4*time.Minute + time.Second)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Equal(t, 5*time.Minute, sinceStart())
	})
}

func TestMiddleware_SeesAttemptsAndWaits(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var seen []string
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}), dingtalk.WithMiddleware(func(next dingtalk.Invoker) dingtalk.Invoker {
			return func(ctx context.Context, call *dingtalk.Call) error {
				begin := time.Now()
				err := next(ctx, call)
				served := time.Since(begin) - call.Waited
				seen = append(seen, fmt.Sprintf("%s: %d attempts, %v waited, %v served", call.Op, call.Attempts, call.Waited, served))
				return err
			}
		}))
		require.NoError(t, getZhaoMin(t.Context(), client))
		srv.Fail("GetUser", dingtalktest.SystemBusy, 1)
		require.NoError(t, getZhaoMin(t.Context(), client))
		srv.Fail("GetUser", dingtalktest.BanJSON, 1)
		require.Error(t, getZhaoMin(t.Context(), client))
		require.Error(t, getZhaoMin(t.Context(), client))
		require.NoError(t, getZhaoMin(t.Context(), client.Bulk()))
		assert.Equal(t, []string{
			"GetToken: 1 attempts, 0s waited, 100ms served",
			"GetUser: 1 attempts, 100ms waited, 100ms served",
			"GetUser: 2 attempts, 2s waited, 200ms served",
			"GetUser: 1 attempts, 1s waited, 100ms served",
			"GetUser: 0 attempts, 0s waited, 0s served",
			"GetUser: 1 attempts, 5m0s waited, 100ms served",
		}, seen)
	}, dingtalktest.WithLatency(100*time.Millisecond))
}

func TestLog_ShowsTheWaitBeforeEachAttempt(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log strings.Builder
		client := srv.Client(dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}),
			dingtalk.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		_, err := client.Token(t.Context())
		require.NoError(t, err)
		srv.Fail("GetUser", dingtalktest.SystemBusy, 1)
		require.NoError(t, getZhaoMin(t.Context(), client))
		assert.Contains(t, log.String(), "op=GetToken attempts=1 wait=0s duration=100ms errcode=0")
		assert.Contains(t, log.String(), "op=GetUser attempts=1 wait=0s duration=100ms errcode=-1")
		assert.Contains(t, log.String(), `class="transient failure"`)
		assert.Contains(t, log.String(), "op=GetUser attempts=2 wait=1s duration=100ms errcode=0")
	}, dingtalktest.WithLatency(100*time.Millisecond))
}

func TestToken_FailureOfItsRenewalIsLoggedOnce(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log warnings
		client := srv.Client(log.logged())
		require.NoError(t, getZhaoMin(t.Context(), client))
		for i := range 2 {
			time.Sleep(112 * time.Minute) // it is to be renewed now, and expires in 8 minutes
			fetches := len(srv.Calls("GetToken"))
			srv.Fail("GetToken", dingtalktest.SystemBusy, 6*3)
			for range 6 {
				require.NoError(t, getZhaoMin(t.Context(), client), "the token is valid")
				time.Sleep(time.Minute)
			}
			lines := log.all()
			require.Len(t, lines, i+1)
			assert.Contains(t, lines[i], `level=WARN msg="dingtalk token renewal fails" error="dingtalk: GetToken: transient failure: `)
			require.NoError(t, getZhaoMin(t.Context(), client)) // and renews it
			synctest.Wait()
			assert.Len(t, srv.Calls("GetToken"), fetches+6*3+1)
			assert.Len(t, log.all(), i+1)
		}
	})
}
