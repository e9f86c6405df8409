package emulator

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

const newcomer = `{"userid":"new","name":"N","mobile":"13900000000","dept_id_list":"1"}`

// entryPoints runs a test over both kinds of entry points.
func entryPoints(t *testing.T, test func(t *testing.T, a *app)) {
	t.Helper()
	t.Run("in memory", func(t *testing.T) {
		t.Parallel()
		test(t, newApp(t))
	})
	t.Run("over a connection", func(t *testing.T) {
		t.Parallel()
		test(t, newApp(t).listening())
	})
}

func TestFault_WithAResponse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		fault  Fault
		status int
		kind   string
		body   string // a pattern
		code   int
		done   bool
	}{
		{"throttled", Throttled, 200, "application/json;charset=UTF-8",
			`"errcode":88,"sub_code":"90018",.*超过 20 次, 限制将在 \d{4}-\d\d-\d\d \d\d:\d\d:\d\d 结束`, 90018, false},
		{"busy", SystemBusy, 200, "application/json;charset=UTF-8", `^{"errcode":-1,"errmsg":"系统繁忙","request_id":`, -1, false},
		{"token expired", TokenExpired, 200, "application/json;charset=UTF-8", `"errcode":88,"sub_code":"40014"`, 40014, false},
		{"permission missing", PermissionMissing, 200, "application/json;charset=UTF-8",
			`"errcode":88,"sub_code":"60011",.*{requiredScopes=\[qyapi_manage_addresslist\]}"`, 60011, false},
		{"a proxy's failure", HTTPStatus(502), 502, "text/html;charset=utf-8", `502 Bad Gateway`, 0, false},
		{"a proxy's failure after the work", HTTPStatus(504).AfterWork(), 504, "text/html;charset=utf-8", `504`, 0, true},
		{"the page of a ban", BanPage, 200, "text/html;charset=utf-8", `^<!DOCTYPE html>[^é]+_____tmd_____`, 0, false},
		{"the text of a busy front end", BusyText, 200, "text/html;charset=utf-8", `^System busy now, pleasy try it again later\.$`, 0, false},
		{"the text of a strict front end", TooFrequentText, 403, "text/html;charset=utf-8", `^You have requested too frequently$`, 0, false},
		{"the page of a network", PortalPage, 200, "text/html;charset=utf-8", `^<html>.*type="password"`, 0, false},
		{"the same after the work", PortalPage.AfterWork(), 200, "text/html;charset=utf-8", `^<html>.*type="password"`, 0, true},
		{"the JSON of a ban", BanJSON, 200, "application/json", `^{"status":1111,"wait":5,"source":"x5","punish":"deny","uuid":"[^"]+"}$`, 0, false},
		{"no body", EmptyBody, 200, "application/json;charset=UTF-8", `^$`, 0, true},
		{"bad JSON", BadJSON, 200, "application/json;charset=UTF-8", `^{"errcode":0,"errmsg":"ok"[^}]*$`, 0, true},
		{"slow", Slow(time.Millisecond), 200, "application/json;charset=UTF-8", `^{"errcode":0,.*}$`, 0, true},
		{"a code of the call", Code(60022), 200, "application/json;charset=UTF-8", `^{"errcode":60022,"errmsg":".+","request_id":`, 60022, false},
		{"a code of the gateway", Code(90018), 200, "application/json;charset=UTF-8", `"errcode":88,"sub_code":"90018",.*结束`, 90018, false},
		{"the limit over all callers", Code(90002), 200, "application/json;charset=UTF-8", `"sub_code":"90002",.*超过 1200 次, .*结束`, 90002, false},
		{
			"an address not listed", Code(60020), 200, "application/json;charset=UTF-8",
			`"errcode":88,"sub_code":"60020","sub_msg":"访问ip不在白名单之中,request ip=127\.0\.0\.1 appKey\(ding[0-9a-z]{16}\)"`, 60020, false,
		},
		{
			"an API that the gateway does not know", Code(22), 200, "application/json;charset=UTF-8",
			`^{"errcode":22,"sub_msg":"不合法ApiName，ApiName = dingtalk\.oapi\.v2\.user\.create",` +
				`"errmsg":"Invalid method\[submsg=不合法ApiName，ApiName = dingtalk\.oapi\.v2\.user\.create\]","request_id":"[0-9a-z]+"}$`, 22, false,
		},
		{
			"a failure behind the gateway", Code(15), 200, "application/json;charset=UTF-8",
			`^{"errcode":15,"sub_code":"isp\.-1","sub_msg":"system busy",` +
				`"errmsg":"Remote service error\[subcode=isp\.-1,submsg=system busy\]","request_id":"[0-9a-z]+"}$`, 15, false,
		},
		{"a failure behind the gateway after the work", Code(15).AfterWork(), 200, "application/json;charset=UTF-8", `^{"errcode":15,`, 15, true},
		{"the quota", Code(90020), 200, "application/json;charset=UTF-8", `^{"errcode":90020`, 90020, false},
		{"busy after the work", SystemBusy.AfterWork(), 200, "application/json;charset=UTF-8", `"errcode":-1`, -1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			entryPoints(t, func(t *testing.T, a *app) {
				token := a.token
				require.NoError(t, a.server.Fail("CreateUser", tt.fault, 1))
				res, body, err := a.send(http.MethodPost, createPath+"?access_token="+token, "application/json", newcomer)
				require.NoError(t, err)
				assert.Equal(t, tt.status, res.StatusCode)
				assert.Equal(t, tt.kind, res.Header.Get("Content-Type"))
				assert.Regexp(t, tt.body, string(body))
				assert.Equal(t, int64(len(body)), res.ContentLength)
				_, done := a.server.User("new")
				assert.Equal(t, tt.done, done)

				calls, err := a.server.Calls("CreateUser")
				require.NoError(t, err)
				require.Len(t, calls, 1)
				assert.Equal(t, tt.code, calls[0].Code)
				assert.Equal(t, tt.status, calls[0].HTTPStatus)

				assert.Equal(t, token, a.fetchToken(), "no fault touches the token")
				want := "0"
				if tt.done {
					want = "60102"
				}
				assert.Equal(t, want, a.post(createPath, newcomer).code(), "then it is normal again")
			})
		})
	}
}

func TestFault_BreaksTheConnection(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		fault Fault
		done  bool
		cut   bool
	}{
		{"dropped", DropConnection, false, false},
		{"lost", LostResponse, true, false},
		{"cut", CutBody, true, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			entryPoints(t, func(t *testing.T, a *app) {
				require.NoError(t, a.server.Fail("CreateUser", tt.fault, 1))
				res, body, err := a.send(http.MethodPost, createPath+"?access_token="+a.token, "application/json", newcomer)
				require.Error(t, err)
				if tt.cut {
					require.ErrorIs(t, err, io.ErrUnexpectedEOF)
					assert.Greater(t, res.ContentLength, int64(len(body)))
					assert.NotEmpty(t, body)
				} else {
					assert.Nil(t, res)
					assert.True(t, errors.Is(err, syscall.ECONNRESET) || errors.Is(err, io.EOF), "%v", err)
				}
				_, done := a.server.User("new")
				assert.Equal(t, tt.done, done)
				calls, err := a.server.Calls("CreateUser")
				require.NoError(t, err)
				require.Len(t, calls, 1)
				assert.Equal(t, tt.cut, calls[0].HTTPStatus == 200)
			})
		})
	}
}

func TestFault_HangEndsWithTheContext(t *testing.T) {
	t.Parallel()
	entryPoints(t, func(t *testing.T, a *app) {
		require.NoError(t, a.server.Fail("CreateUser", Hang, 1))
		ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+createPath+"?access_token="+a.token, strings.NewReader(newcomer))
		require.NoError(t, err)
		_, err = a.client.Do(req)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		_, done := a.server.User("new")
		assert.False(t, done)
	})
}

func TestClose_EndsHangingCalls(t *testing.T) {
	t.Parallel()
	entryPoints(t, func(t *testing.T, a *app) {
		require.NoError(t, a.server.Fail("CreateUser", Hang, 1))
		ended := make(chan error)
		go func() {
			_, _, err := a.send(http.MethodPost, createPath, "application/json", newcomer)
			ended <- err
		}()
		require.Eventually(t, func() bool {
			calls, err := a.server.Calls("CreateUser")
			return err == nil && len(calls) == 1
		}, time.Minute, time.Millisecond)
		a.server.Close()
		require.Error(t, <-ended)
		_, _, err := a.send(http.MethodPost, createPath, "application/json", newcomer)
		require.ErrorIs(t, err, syscall.ECONNREFUSED)
		_, err = a.server.Listen("")
		require.Error(t, err)
	})
}

func TestFault_SlowDoesTheWorkAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		a := newApp(t, WithLatency(100*time.Millisecond))
		require.NoError(t, a.server.Fail("CreateUser", Slow(time.Minute), 2))
		began := time.Now()

		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.base+createPath+"?access_token="+a.token, strings.NewReader(newcomer))
		require.NoError(t, err)
		_, err = a.client.Do(req)
		require.ErrorIs(t, err, context.DeadlineExceeded)
		assert.Equal(t, 10*time.Second, time.Since(began), "the caller gives up when it wants to")
		_, done := a.server.User("new")
		assert.True(t, done)

		began = time.Now()
		assert.Equal(t, "60102", a.post(createPath, newcomer).code())
		assert.Equal(t, time.Minute+100*time.Millisecond, time.Since(began))

		began = time.Now()
		a.post(getPath, `{"userid":"new"}`)
		assert.Equal(t, 100*time.Millisecond, time.Since(began))
	})
}

func TestFaultQueue_IsPerOperation(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	require.NoError(t, a.server.Fail("ListSubDepartmentIDs", SystemBusy, 2))
	require.NoError(t, a.server.Fail("ListSubDepartmentIDs", Throttled, 1))
	codes := []string{}
	for range 4 {
		codes = append(codes, a.post(getPath, `{"userid":"absent"}`).code(), a.post(listPath, `{"dept_id":1}`).code())
	}
	assert.Equal(t, []string{"60121", "-1", "60121", "-1", "60121", "90018", "60121", "0"}, codes)
}

func TestFault_OnGetToken(t *testing.T) {
	t.Parallel()
	a := newApp(t)
	for _, f := range []Fault{Throttled, TokenExpired, PermissionMissing} {
		require.NoError(t, a.server.Fail("GetToken", f, 1))
		got := a.get("/gettoken", nil)
		assert.NotEqual(t, "0", got.code())
		assert.NotContains(t, got, "sub_code", "no gateway, no wrapper")
		assert.NotContains(t, got, "request_id")
	}
	assert.Equal(t, a.token, a.fetchToken())
}

func TestFail_RefusesInvalidFaults(t *testing.T) {
	t.Parallel()
	s := newServer(t)
	for name, err := range map[string]error{
		"no such operation": s.Fail("CreatUser", Throttled, 1),
		"no fault":          s.Fail("CreateUser", Fault{}, 1),
		"never":             s.Fail("CreateUser", Throttled, 0),
		"success":           s.Fail("CreateUser", Code(0), 1),
		"a good status":     s.Fail("CreateUser", HTTPStatus(204), 1),
		"no status":         s.Fail("CreateUser", HTTPStatus(99), 1),
		"before its time":   s.Fail("CreateUser", Slow(-1), 1),
		"no gateway":        s.Fail("CreateRole", Code(15), 1),
		"no gateway, token": s.Fail("GetToken", Code(15), 1),
		"the new API":       s.Fail("GetOAuth2Token", Code(15), 1),
	} {
		require.Error(t, err, name)
	}
	require.NoError(t, s.Fail("CreateUser", HTTPStatus(302), 1))
	require.NoError(t, s.Fail("CreateUser", PortalPage.AfterWork(), 1))
	_, err := s.Calls("CreatUser")
	require.Error(t, err)
}
