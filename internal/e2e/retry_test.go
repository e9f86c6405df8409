package e2e_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

func TestRetry_RepeatsOnlyWhatIsSafe(t *testing.T) {
	t.Parallel()
	type want struct {
		calls   int
		classes []error // none: success
	}
	const reads, create, update, remove = "GetUser", "CreateUser", "UpdateUser", "DeleteUser"
	ok := func(calls int) want { return want{calls: calls} }
	fails := func(calls int, classes ...error) want { return want{calls, classes} }
	unknown, notFound := dingtalk.ErrOutcomeUnknown, dingtalk.ErrNotFound
	for name, tt := range map[string]struct {
		fault dingtalktest.Fault
		times int
		want  map[string]want
	}{
		"a throttle": {dingtalktest.Throttled, 2, map[string]want{
			reads: ok(3), create: ok(3), update: ok(3), remove: ok(3),
		}},
		"a lasting throttle": {dingtalktest.Throttled, 9, map[string]want{
			reads: fails(3, dingtalk.ErrRateLimited), create: fails(3, dingtalk.ErrRateLimited),
		}},
		"a limit over all callers": {dingtalktest.Code(90002), 1, map[string]want{reads: ok(2), create: ok(2)}},
		"a ban of the organization": {dingtalktest.Code(90003), 1, map[string]want{
			reads: fails(1, dingtalk.ErrRateLimited), create: fails(1, dingtalk.ErrRateLimited),
		}},
		"the monthly quota": {dingtalktest.Code(90020), 1, map[string]want{reads: fails(1, dingtalk.ErrRateLimited)}},
		"a banned address": {dingtalktest.BanJSON, 1, map[string]want{
			reads: fails(1, dingtalk.ErrRateLimited), create: fails(1, dingtalk.ErrRateLimited),
		}},
		"a page for a banned address": {dingtalktest.BanPage, 1, map[string]want{
			reads: fails(1, dingtalk.ErrRateLimited), create: fails(1, dingtalk.ErrRateLimited),
		}},
		"a page of another site": {dingtalktest.PortalPage, 1, map[string]want{
			reads: fails(1, dingtalk.ErrTransient), create: fails(1, unknown), update: fails(1, unknown),
		}},
		"busy": {dingtalktest.SystemBusy, 2, map[string]want{
			reads: ok(3), create: fails(1, dingtalk.ErrTransient, unknown), update: ok(3), remove: ok(3),
		}},
		"a lost response": {dingtalktest.LostResponse, 1, map[string]want{
			reads: ok(2), create: fails(1, unknown), update: ok(2), remove: fails(2, notFound, unknown),
		}},
		"a lost request": {dingtalktest.DropConnection, 1, map[string]want{
			reads: ok(2), create: fails(1, unknown), update: ok(2), remove: ok(2),
		}},
		"a truncated response": {dingtalktest.CutBody, 1, map[string]want{
			reads: ok(2), create: fails(1, unknown), update: ok(2), remove: fails(2, notFound, unknown),
		}},
		"half a response": {dingtalktest.BadJSON, 1, map[string]want{
			reads: ok(2), create: fails(1, unknown), update: ok(2), remove: fails(2, notFound, unknown),
		}},
		"a bad gateway": {dingtalktest.HTTPStatus(502), 1, map[string]want{
			reads: ok(2), create: fails(1, unknown), update: ok(2), remove: ok(2),
		}},
		"a lasting bad gateway": {dingtalktest.HTTPStatus(502), 9, map[string]want{
			reads: fails(3, dingtalk.ErrTransient), create: fails(1, unknown), update: fails(3, unknown),
		}},
		"a hanging server": {dingtalktest.Hang, 9, map[string]want{
			reads: fails(3, dingtalk.ErrTransient), create: fails(1, unknown), remove: fails(3, unknown),
		}},
		"a redirect": {dingtalktest.HTTPStatus(307), 1, map[string]want{
			reads: fails(1, dingtalk.ErrUnsupported), create: fails(1, unknown),
		}},
		"a missing permission": {dingtalktest.PermissionMissing, 1, map[string]want{
			reads: fails(1, dingtalk.ErrPermission), update: fails(1, dingtalk.ErrPermission),
		}},
	} {
		for op, want := range tt.want {
			t.Run(name+" on "+op, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					if op != create {
						seeded(srv)
					}
					srv.Fail(op, tt.fault, tt.times)
					err := operations[op](t.Context(), srv.Client())
					assert.Len(t, srv.Calls(op), want.calls)
					if len(want.classes) == 0 {
						require.NoError(t, err)
					}
					for _, class := range want.classes {
						require.ErrorIs(t, err, class)
					}
					if err != nil && len(want.classes) == 1 && want.classes[0] != unknown { //nolint:errorlint // identity is meant
						require.NotErrorIs(t, err, unknown)
					}
				})
			})
		}
	}
}

func TestRetry_CreateIsNotRepeatedAndReportsAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault   dingtalktest.Fault
		applied bool
	}{
		"handled, response lost":      {dingtalktest.LostResponse, true},
		"handled, response truncated": {dingtalktest.CutBody, true},
		"never handled":               {dingtalktest.DropConnection, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
				srv.Fail("CreateUser", tt.fault, 1)
				client := srv.Client()
				_, err := client.CreateUser(t.Context(), zhaoMin())
				require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
				require.ErrorContains(t, err, "outcome unknown: the change may have been made")
				assert.Len(t, srv.Calls("CreateUser"), 1)
				_, there := srv.User("zhao.min")
				assert.Equal(t, tt.applied, there)
				if tt.applied {
					assert.NoError(t, getZhaoMin(t.Context(), client))
				} else {
					assert.ErrorIs(t, getZhaoMin(t.Context(), client), dingtalk.ErrNotFound)
				}
			})
		})
	}
}

func TestRetry_EarlierAttemptLeavesTheOutcomeUnknown(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client()
		srv.Fail("UpdateUser", dingtalktest.LostResponse, 1)
		srv.Fail("UpdateUser", dingtalktest.PermissionMissing, 1)
		err := operations["UpdateUser"](t.Context(), client)
		require.ErrorIs(t, err, dingtalk.ErrPermission)
		require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
		stored, _ := srv.User("zhao.min")
		assert.Equal(t, "Lead", stored.Title)
	})
}

func TestRetry_PausesAsTheServiceAsks(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		client := srv.Client()
		srv.Fail("CreateUser", dingtalktest.Throttled, 2)
		start := time.Now()
		require.NoError(t, operations["CreateUser"](t.Context(), client))
		assert.GreaterOrEqual(t, time.Since(start), 2*time.Second, "a second each, at the least")
		assert.Less(t, time.Since(start), 7*time.Second)

		short, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
		defer cancel()
		srv.Fail("DeleteUser", dingtalktest.Throttled, 1)
		start = time.Now()
		err := operations["DeleteUser"](short, client)
		require.ErrorIs(t, err, dingtalk.ErrRateLimited)
		assert.Zero(t, time.Since(start), "a wait beyond the deadline is not begun")
		assert.GreaterOrEqual(t, asError(t, err).RetryAfter, time.Second)

		srv.Fail("DeleteUser", dingtalktest.BanJSON, 1)
		assert.Equal(t, 5*time.Minute, asError(t, operations["DeleteUser"](t.Context(), client)).RetryAfter)
	})
}

func TestRetry_MakesOneAttemptIfMaxAttemptsIsOne(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		client := srv.Client(dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}), dingtalk.WithTimeout(3*time.Second))
		for op, call := range operations {
			srv.Fail(op, dingtalktest.Hang, 1)
			start := time.Now()
			err := call(t.Context(), client)
			require.ErrorContains(t, err, "no response within 3s", op)
			require.NotErrorIs(t, err, context.DeadlineExceeded, "the caller's context is fine")
			assert.Equal(t, 3*time.Second, time.Since(start))
			assert.Len(t, srv.Calls(op), 1)
		}
	})
}

func TestLog_HasAnErrcodeOnlyIfTheResponseHadOne(t *testing.T) {
	t.Parallel()
	scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
		seeded(srv)
		var log bytes.Buffer
		client := srv.Client(dingtalk.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
		_, err := client.Token(t.Context())
		require.NoError(t, err)
		log.Reset()
		srv.Fail("GetUser", dingtalktest.HTTPStatus(502), 1)
		srv.Fail("GetUser", dingtalktest.SystemBusy, 1)
		require.NoError(t, getZhaoMin(t.Context(), client))
		lines := strings.Split(strings.TrimSpace(log.String()), "\n")
		require.Len(t, lines, 3)
		assert.NotContains(t, lines[0], "errcode")
		assert.Contains(t, lines[0], "http_status=502")
		assert.Contains(t, lines[1], "errcode=-1")
		assert.Contains(t, lines[2], "errcode=0")
		for i, line := range lines {
			assert.Contains(t, line, fmt.Sprintf("op=GetUser attempts=%d wait=", i+1))
		}
	})
}

func TestRequest_EscapesWhatTheCallerPasses(t *testing.T) {
	t.Parallel()
	const malicious = "x&access_token=stolen#\r\nX-Injected: 1\r\n\r\nPOST /topapi/v2/user/delete HTTP/1.1\r\n"
	var got []*http.Request
	transport := roundTripper(func(req *http.Request) (*http.Response, error) {
		got = append(got, req)
		body := `{"errcode":0,"access_token":"` + strings.Repeat("t", 32) + `","expires_in":7200}`
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
	})
	client, err := dingtalk.New("id"+malicious+"d", "secret"+malicious+"t", dingtalk.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: malicious}))
	withToken, err := dingtalk.New("", "", dingtalk.WithTokenSource(dingtalk.StaticToken(malicious)), dingtalk.WithHTTPClient(&http.Client{Transport: transport}))
	require.NoError(t, err)
	require.NoError(t, withToken.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: malicious}))

	require.Len(t, got, 3)
	assert.Equal(t, url.Values{"appkey": {"id" + malicious + "d"}, "appsecret": {"secret" + malicious + "t"}}, got[0].URL.Query())
	assert.Equal(t, url.Values{"access_token": {strings.Repeat("t", 32)}}, got[1].URL.Query())
	assert.Equal(t, url.Values{"access_token": {malicious}}, got[2].URL.Query())
	for _, req := range got {
		assert.Empty(t, req.URL.Fragment)
		assert.NotContains(t, req.URL.RawQuery, "\n")
		assert.Empty(t, req.Header.Get("X-Injected"))
	}
	_, err = dingtalk.New("id", "secret", dingtalk.WithUserAgent("agent"+malicious))
	require.ErrorIs(t, err, dingtalk.ErrInvalidArgument)
}
