package e2e_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// codeServer returns a strict server with an administrator and a client of it.
func codeServer(t *testing.T, opts ...dingtalktest.Option) (*dingtalktest.Server, *dingtalk.Client) {
	t.Helper()
	srv := dingtalktest.New(t, append([]dingtalktest.Option{dingtalktest.Strict()}, opts...)...)
	srv.AddUser(dingtalktest.User{UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min", AdminLevel: 1})
	return srv, srv.Client()
}

func byCode(ctx context.Context, c *dingtalk.Client, code string) (*dingtalk.GetUserByCodeResponse, error) {
	return c.GetUserByCode(ctx, dingtalk.GetUserByCodeRequest{Code: dingtalk.NewSecret(code)})
}

// authCodeRefused reports whether an error has the class ErrInvalidAuthCode and no other.
func authCodeRefused(err error) bool {
	for _, class := range []error{dingtalk.ErrInvalidArgument, dingtalk.ErrPermission, dingtalk.ErrNotFound, dingtalk.ErrOutcomeUnknown} {
		if errors.Is(err, class) {
			return false
		}
	}
	return errors.Is(err, dingtalk.ErrInvalidAuthCode)
}

func TestGetUserByCode_FindsTheUserOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv, client := codeServer(t)
		code := srv.IssueCode("zhao.min")
		user, err := byCode(t.Context(), client, code)
		require.NoError(t, err)
		assert.NotEmpty(t, user.DeviceID)
		user.DeviceID = ""
		assert.Equal(t, &dingtalk.GetUserByCodeResponse{
			UserID: "zhao.min", UnionID: "zhaominiE", Name: "Zhao Min", Sys: true, SysLevel: 1,
		}, user)

		late := srv.IssueCode("zhao.min")
		time.Sleep(5 * time.Minute)
		for name, refused := range map[string]string{"spent": code, "expired": late, "foreign": "8f3c2b1a09d84e7f", "none": ""} {
			_, err := byCode(t.Context(), client, refused)
			assert.True(t, authCodeRefused(err), "%s: %v", name, err)
		}
		assert.Len(t, srv.Calls("GetUserByCode"), 5, "no refused code is sent again")
	})
}

func TestGetUserByCode_TellsDeletedFromForbiddenUsers(t *testing.T) {
	t.Parallel()
	srv, client := codeServer(t, dingtalktest.WithContactScope(nil, []string{"zhao.min"}))
	srv.AddUser(dingtalktest.User{UserID: "li.na"})
	deleted, forbidden := srv.IssueCode("zhao.min"), srv.IssueCode("li.na")
	require.NoError(t, client.DeleteUser(t.Context(), dingtalk.DeleteUserRequest{UserID: "zhao.min"}))

	_, err := byCode(t.Context(), client, deleted)
	require.ErrorIs(t, err, dingtalk.ErrNotFound)
	_, err = byCode(t.Context(), client, forbidden)
	require.ErrorIs(t, err, dingtalk.ErrPermission)
	e, ok := errors.AsType[*dingtalk.Error](err)
	require.True(t, ok)
	assert.False(t, e.Fatal(), "it concerns one user")
}

func TestGetUserByCode_IsNotRepeatedAfterALostResponse(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault dingtalktest.Fault
		spent bool
	}{
		"lost response":       {dingtalktest.LostResponse, true},
		"cut body":            {dingtalktest.CutBody, true},
		"busy after the work": {dingtalktest.SystemBusy.AfterWork(), true},
		"dropped connection":  {dingtalktest.DropConnection, false},
		"busy":                {dingtalktest.SystemBusy, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := codeServer(t)
				code := srv.IssueCode("zhao.min")
				srv.Fail("GetUserByCode", tt.fault, 1)
				_, err := byCode(t.Context(), client, code)
				require.ErrorIs(t, err, dingtalk.ErrOutcomeUnknown)
				require.NotErrorIs(t, err, dingtalk.ErrInvalidAuthCode)
				assert.ErrorContains(t, err, "outcome unknown: the code may be spent, request a new one")
				assert.Len(t, srv.Calls("GetUserByCode"), 1)

				_, err = byCode(t.Context(), client, code)
				assert.Equal(t, tt.spent, authCodeRefused(err), "%v", err)
				assert.Equal(t, !tt.spent, err == nil, "%v", err)
			})
		})
	}
}

func TestGetUserByCode_IsRepeatedWhereNoCodeIsSpent(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]dingtalktest.Fault{
		"throttled": dingtalktest.Throttled, "token refused": dingtalktest.TokenExpired,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				srv, client := codeServer(t)
				srv.Fail("GetUserByCode", fault, 1)
				user, err := byCode(t.Context(), client, srv.IssueCode("zhao.min"))
				require.NoError(t, err)
				assert.Equal(t, "zhao.min", user.UserID)
				assert.Len(t, srv.Calls("GetUserByCode"), 2)
			})
		})
	}
}

type transportFunc func(*http.Request) (*http.Response, error)

func (f transportFunc) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

// TestGetUserByCode_ShowsTheCodeNowhere sends codes over transports that quote what was sent.
func TestGetUserByCode_ShowsTheCodeNowhere(t *testing.T) {
	t.Parallel()
	const code = `auth/code "8f3c2b1a09d84e7f"`
	sent := func(req *http.Request) string {
		body, err := io.ReadAll(req.Body)
		require.NoError(t, err)
		require.Contains(t, string(body), "8f3c2b1a09d84e7f", "the code is sent in plain")
		return string(body)
	}
	for name, transport := range map[string]transportFunc{
		"a refusal that quotes the body": func(req *http.Request) (*http.Response, error) {
			text := fmt.Sprintf(`{"errcode":40078,"errmsg":%q,"request_id":%q}`, sent(req), code)
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(text)), Request: req}, nil
		},
		"an error that quotes the body": func(req *http.Request) (*http.Response, error) {
			return nil, fmt.Errorf("cannot send %s", sent(req))
		},
		"a panic that quotes the body": func(req *http.Request) (*http.Response, error) { panic(sent(req)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			client, err := dingtalk.New("", "", dingtalk.WithTokenSource(dingtalk.StaticToken("tok-0123456789abcdef")),
				dingtalk.WithHTTPClient(&http.Client{Transport: transport}),
				dingtalk.WithLogger(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
			require.NoError(t, err)
			_, err = byCode(t.Context(), client, code)
			require.Error(t, err)
			require.NotEmpty(t, log.String())
			for shown := err; shown != nil; shown = errors.Unwrap(shown) {
				assert.NotContains(t, fmt.Sprintf("%v %+v %#v %q", shown, shown, shown, shown), "8f3c2b1a")
			}
			assert.NotContains(t, log.String(), "8f3c2b1a")
		})
	}
	srv, client := codeServer(t)
	issued := srv.IssueCode("zhao.min")
	_, err := byCode(t.Context(), client, issued)
	require.NoError(t, err)
	calls := srv.Calls("GetUserByCode")
	require.Len(t, calls, 1)
	assert.Equal(t, map[string]any{"code": "REDACTED"}, calls[0].Body)
}
