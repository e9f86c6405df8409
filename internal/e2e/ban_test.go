package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/jarcoal/httpmock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// warnings is the log of a client at level Warn, with times since the start of the bubble.
type warnings struct {
	mu    sync.Mutex
	lines bytes.Buffer
}

func (w *warnings) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.lines.Write(p)
}

// all returns the lines.
func (w *warnings) all() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return strings.Split(strings.TrimSuffix(w.lines.String(), "\n"), "\n")
}

// logged returns an option that logs to w.
func (w *warnings) logged() dingtalk.Option {
	return dingtalk.WithLogger(slog.New(slog.NewTextHandler(w, &slog.HandlerOptions{
		Level: slog.LevelWarn,
		ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Value.Kind() == slog.KindTime {
				a.Value = slog.DurationValue(a.Value.Time().Sub(bubbleStart))
			}
			return a
		},
	})))
}

// oneSlot is a limiter that lets one call go at a time, knows nothing of bans, and obeys its context.
type oneSlot chan struct{}

func (o oneSlot) Acquire(ctx context.Context, _ dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	select {
	case o <- struct{}{}:
		return o, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (o oneSlot) Release(dingtalk.LimitOutcome) { <-o }

// paces are the ways in which a client may be paced.
var paces = map[string]func() dingtalk.Option{
	"the client's limiter": func() dingtalk.Option { return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 10}) },
	"no limit":             func() dingtalk.Option { return dingtalk.WithRateLimit(dingtalk.NoRateLimit) },
	"a limiter":            func() dingtalk.Option { return dingtalk.WithLimiter(make(oneSlot, 1)) },
}

func TestBan_RefusesCallsAtOnceAndHoldsBulkCallsUntilItsEnd(t *testing.T) {
	t.Parallel()
	for name, pace := range paces {
		for _, ban := range []struct {
			fault dingtalktest.Fault
			lasts time.Duration
			cause string
		}{
			{dingtalktest.BanJSON, 5 * time.Minute, "status 1111 in a response with HTTP status 200"},
			{dingtalktest.BanPage, 5 * time.Minute, "_____tmd_____ in a response with HTTP status 200"},
			{dingtalktest.BusyText, time.Minute, "System busy now in a response with HTTP status 200"},
			{dingtalktest.TooFrequentText, time.Minute, "You have requested too frequently in a response with HTTP status 403"},
			{dingtalktest.Code(90003), 5 * time.Minute, "errcode 90003"},
		} {
			t.Run(name+", "+ban.cause, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					seeded(srv)
					var log warnings
					client := srv.Client(pace(), log.logged())
					require.NoError(t, getZhaoMin(t.Context(), client))
					srv.Fail("GetUser", ban.fault, 1)
					err := getZhaoMin(t.Context(), client)
					require.ErrorIs(t, err, dingtalk.ErrRateLimited)
					assert.Equal(t, ban.lasts, asError(t, err).RetryAfter)
					assert.True(t, asError(t, err).Fatal())

					time.Sleep(30 * time.Second)
					_, err = client.CreateUser(t.Context(), zhaoMin())
					assert.Equal(t, "RateLimited", classesOf(err), "it was not sent")
					end := bubbleStart.Add(ban.lasts).Local().Format("15:04")
					require.ErrorContains(t, err, fmt.Sprintf("blocked by DingTalk until %s (%s)", end, ban.cause))
					assert.Equal(t, ban.lasts-30*time.Second, asError(t, err).RetryAfter)
					assert.True(t, asError(t, err).Fatal())
					soon, cancel := context.WithTimeout(t.Context(), 29*time.Second)
					defer cancel()
					require.ErrorIs(t, getZhaoMin(soon, client.Bulk()), dingtalk.ErrRateLimited)
					assert.Equal(t, 30*time.Second, sinceStart(), "at once")

					for _, err := range concurrently(5, func(int) error { return getZhaoMin(t.Context(), client.Bulk()) }) {
						require.NoError(t, err)
					}
					assert.GreaterOrEqual(t, sinceStart(), ban.lasts)
					assert.Less(t, sinceStart(), ban.lasts+time.Second)
					require.NoError(t, getZhaoMin(t.Context(), client))
					assert.Len(t, srv.Calls("GetUser"), 8)
					assert.Empty(t, srv.Calls("CreateUser"))
					synctest.Wait()
					assert.Equal(t, []string{
						fmt.Sprintf("time=0s level=WARN msg=\"dingtalk ban begins\" cause=%q until=%v", ban.cause, ban.lasts),
						fmt.Sprintf("time=30s level=WARN msg=\"dingtalk calls wait\" cause=%q until=%v", "blocked by DingTalk until "+end+" ("+ban.cause+")", ban.lasts),
						fmt.Sprintf("time=%v level=WARN msg=\"dingtalk ban ends\" cause=%q until=%[1]v", ban.lasts, ban.cause),
					}, log.all())
				})
			})
		}
	}
}

func TestBan_ReachesCallsThatWaitForTheLimiter(t *testing.T) {
	t.Parallel()
	for name, pace := range map[string]func() dingtalk.Option{
		"the client's limiter": func() dingtalk.Option { return dingtalk.WithRateLimit(dingtalk.RateLimit{PerSecond: 1}) },
		"a limiter":            paces["a limiter"],
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				seeded(srv)
				client := srv.Client(pace())
				_, err := client.Token(t.Context())
				require.NoError(t, err)
				srv.Fail("GetUser", dingtalktest.BanJSON, 1)
				start := time.Now()
				met := make(chan error)
				go func() { met <- getZhaoMin(t.Context(), client) }()
				time.Sleep(time.Nanosecond)
				background := make(chan error)
				go func() { background <- getZhaoMin(t.Context(), client.Bulk()) }()
				for _, err := range concurrently(10, func(int) error { return getZhaoMin(t.Context(), client) }) {
					require.ErrorIs(t, err, dingtalk.ErrRateLimited)
					require.ErrorContains(t, err, "blocked by DingTalk until")
				}
				require.ErrorIs(t, <-met, dingtalk.ErrRateLimited)
				assert.Equal(t, 100*time.Millisecond, time.Since(start), "at once")
				assert.Len(t, srv.Calls("GetUser"), 1)
				require.NoError(t, <-background)
				assert.Equal(t, 5*time.Minute+200*time.Millisecond, time.Since(start))
			}, dingtalktest.WithLatency(100*time.Millisecond))
		})
	}
}

func TestBan_IsLoggedOnceHoweverManyCallsMeetIt(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log warnings
		client := srv.Client(log.logged())
		_, err := client.Token(t.Context())
		require.NoError(t, err)
		srv.Fail("GetUser", dingtalktest.BanJSON, 50)
		for _, err := range concurrently(50, func(i int) error {
			time.Sleep(time.Duration(i) * time.Millisecond)
			return getZhaoMin(t.Context(), client)
		}) {
			require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		}
		assert.Len(t, srv.Calls("GetUser"), 50, "all were in flight")
		begins := `time=200ms level=WARN msg="dingtalk ban begins" cause="status 1111 in a response with HTTP status 200" until=5m0.2s`
		time.Sleep(time.Hour)
		synctest.Wait()
		assert.Equal(t, []string{begins}, log.all(), "nothing is logged between calls: a test may have ended")
		require.NoError(t, errors.Join(concurrently(10, func(int) error {
			return getZhaoMin(t.Context(), client)
		})...))
		assert.Equal(t, []string{
			begins,
			`time=1h0m0.249s level=WARN msg="dingtalk ban ends" cause="status 1111 in a response with HTTP status 200" until=5m0.249s`,
		}, log.all())
	}, dingtalktest.WithLatency(100*time.Millisecond))
}

// blockedLimiter reports a block of a fleet until a time, and lets all calls go afterward.
type blockedLimiter struct{ until time.Time }

func (l blockedLimiter) Acquire(context.Context, dingtalk.LimitRequest) (dingtalk.LimitPermit, error) {
	if left := time.Until(l.until); left > 0 {
		return nil, &dingtalk.LimitError{Wait: left, Blocked: true}
	}
	return l, nil
}

func (blockedLimiter) Release(dingtalk.LimitOutcome) {}

func TestBan_OfAFleetIsKnownFromItsLimiter(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log warnings
		client := srv.Client(dingtalk.WithLimiter(blockedLimiter{time.Now().Add(time.Minute)}), log.logged(),
			dingtalk.WithTokenSource(dingtalk.StaticToken("x")))
		require.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrRateLimited)
		err := getZhaoMin(t.Context(), client)
		require.ErrorContains(t, err, "(as the limiter reports)")
		assert.Equal(t, time.Minute, asError(t, err).RetryAfter)
		assert.True(t, asError(t, err).Fatal())
		assert.Zero(t, sinceStart(), "at once")
		require.ErrorIs(t, getZhaoMin(t.Context(), client.Bulk()), dingtalk.ErrInvalidToken)
		assert.Equal(t, time.Minute, sinceStart())
		synctest.Wait()
		assert.Len(t, log.all(), 3)
	})
}

// Bodies of front ends, as they were seen in the field.
func TestFrontEnd_ResponsesAreToldApart(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		body, contentType, bxpunish string
		class                       error
		retryAfter                  time.Duration
		repeated                    string // of the error of the next call
	}{
		"punish-1.json": {
			"{\n   \"status\":1111,\n   \"wait\":5,\n   \"source\":\"x5\",\n   \"punish\":\"deny\",\n   \"uuid\":\"xxx\"\n}", "application/json", "",
			dingtalk.ErrRateLimited, 5 * time.Minute, "blocked by DingTalk until",
		},
		"block-json.json": {
			`{"rgv587_flag":"sm","url":"https://example.invalid/topapi/v2/user/list/_____tmd_____/punish?x5secdata=xg0000&action=deny"}`, "application/json", "1",
			dingtalk.ErrRateLimited, 5 * time.Minute, "blocked by DingTalk until",
		},
		"punish-3.txt": {
			"System busy now, pleasy try it again later.", "text/plain", "",
			dingtalk.ErrRateLimited, time.Minute, "blocked by DingTalk until",
		},
		"punish-3.txt as HTML": {
			"System busy now, pleasy try it again later.", "text/html", "",
			dingtalk.ErrRateLimited, time.Minute, "blocked by DingTalk until",
		},
		"page-2.html": {
			`<html><head><title>Login</title><meta http-equiv="refresh" content="0;url=http://192.0.2.1/portal/?dest=x"></head><body>` +
				`<form action="/login" method="post"><input name="user"><input name="password" type="password"></form></body></html>`, "text/html", "",
			dingtalk.ErrTransient, 5 * time.Second,
			"an HTML page came in place of a response: a proxy's or network's login page? next attempt in 5 s",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				client, mock := mocked(t, dingtalk.WithRetry(dingtalk.RetryPolicy{}))
				header := http.Header{"Content-Type": {tt.contentType}}
				if tt.bxpunish != "" {
					header.Set("Bxpunish", tt.bxpunish)
				}
				mock.RegisterResponder(http.MethodPost, getURL, httpmock.NewStringResponder(200, tt.body).HeaderSet(header).
					Then(httpmock.NewStringResponder(200, userResponse)))
				err := getZhaoMin(t.Context(), client)
				require.ErrorIs(t, err, tt.class)
				require.ErrorContains(t, err, tt.repeated)
				assert.Equal(t, tt.retryAfter, asError(t, err).RetryAfter)
				err = getZhaoMin(t.Context(), client)
				require.ErrorIs(t, err, tt.class)
				require.ErrorContains(t, err, tt.repeated)
				assert.Equal(t, tt.retryAfter, asError(t, err).RetryAfter)
				assert.Zero(t, sinceStart(), "at once")
				assert.Equal(t, 2, mock.GetTotalCallCount(), "with the token")
				time.Sleep(tt.retryAfter)
				require.NoError(t, getZhaoMin(t.Context(), client))
			})
		})
	}
}
