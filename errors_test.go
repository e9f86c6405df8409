package dingtalk

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
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
)

func TestError_TextIsOneLine(t *testing.T) {
	t.Parallel()
	for want, err := range map[string]*Error{
		"dingtalk: GetUser: not found: no such user: errcode 60121: 找不到该用户 (request 1b7w3r5t9y2ua)": {
			Op: "GetUser", Code: 60121, Message: "找不到该用户", RequestID: "1b7w3r5t9y2ua", HTTPStatus: 200,
		},
		"dingtalk: GetUser: transient failure: the service is busy: errcode -1": {Op: "GetUser", Code: -1},
		"dingtalk: GetUser: errcode 1: what is this":                            {Op: "GetUser", Code: 1, Message: "what is this"},
		"dingtalk: GetUser: transient failure: HTTP status 502 with nothing": {
			Op: "GetUser", HTTPStatus: 502, Err: errors.New("HTTP status 502 with nothing"), class: ErrTransient,
		},
		"dingtalk: GetUser: context canceled": {Op: "GetUser", Err: context.Canceled},
		"dingtalk: CreateUser: outcome unknown: the change may have been made: EOF": {
			Op: "CreateUser", Err: io.EOF, class: ErrOutcomeUnknown,
		},
		"dingtalk: GetUserByCode: outcome unknown: the code may be spent, request a new one: EOF": {
			Op: "GetUserByCode", Err: io.EOF, class: ErrOutcomeUnknown,
		},
		"dingtalk: UpdateUser: outcome unknown: the change may have been made: transient failure: the service is busy: errcode -1: 忙": {
			Op: "UpdateUser", Code: -1, Message: "忙", unknown: true,
		},
		"dingtalk: DeleteUser: outcome unknown: the change may have been made: not found: no such user: errcode 60121: gone (request r)": {
			Op: "DeleteUser", Code: 60121, Message: "gone", RequestID: "r", unknown: true,
		},
		"dingtalk: CreateUser: GetToken: invalid credential: " + wrongCredential + ": errcode 40096: bad": {
			Op: "CreateUser", Code: 40096, Message: "bad", Err: &Error{Op: "GetToken", Code: 40096, Message: "bad"},
		},
		"dingtalk: GetToken: invalid credential: " + wrongCredential + ": errcode 40001": {Op: "GetToken", Code: 40001},
		"dingtalk: GetUser: invalid access token: the secret or the token is wrong: errcode 40001": {
			Op: "GetUser", Code: 40001,
		},
		"dingtalk: GetOAuth2Token: invalid credential: " + wrongCredential + ": invalidClientIdOrSecret: 无效": {
			Op: "GetOAuth2Token", Message: "invalidClientIdOrSecret: 无效", class: ErrInvalidCredential,
		},
		"dingtalk: GetUser: permission denied: the app lacks the permission point qyapi_get_member: errcode 60011: 没有": {
			Op: "GetUser", Code: 60011, Message: "没有", RequiredScopes: []string{"qyapi_get_member"},
		},
		"dingtalk: GetUser: permission denied: the app lacks a permission point: errcode 60011": {Op: "GetUser", Code: 60011},
		"dingtalk: EnsureUser: outcome unknown: the change may have been made: GetUser: transient failure: EOF": {
			Op: "EnsureUser", Err: &Error{Op: "GetUser", Err: io.EOF, class: ErrTransient}, class: ErrTransient, unknown: true,
		},
		"dingtalk: EnsureUser: outcome unknown: the change may have been made: UpdateUser: EOF": {
			Op: "EnsureUser", Err: &Error{Op: "UpdateUser", Err: io.EOF, class: ErrOutcomeUnknown}, class: ErrOutcomeUnknown,
		},
		"dingtalk: CreateUser: TokenSource: vault is sealed": {
			Op: "CreateUser", Err: &Error{Op: "TokenSource", Err: errors.New("vault is sealed")},
		},
		`dingtalk: GetUser: errcode 1: a\nb\t\"c\"\x1b[31m (request r\r\n)`: {Op: "GetUser", Code: 1, Message: "a\nb\t\"c\"\x1b[31m", RequestID: "r\r\n"},
		`dingtalk: GetUser: a\nb`:                   {Op: "GetUser", Err: errors.New("a\nb")},
		`dingtalk: GetUser: errcode 1: say "hello"`: {Op: "GetUser", Code: 1, Message: `say "hello"`},
	} {
		assert.EqualError(t, err, want)
		assert.NotContains(t, err.Error(), "\n")
	}
}

func TestError_TextHasNoLineBreakOfAnyKind(t *testing.T) {
	t.Parallel()
	for _, r := range []rune{'\n', '\r', '\v', '\f', 0, 0x1b, 0x7f, 0x85, 0x9b, 0x2028, 0x2029} {
		text := "a" + string(r) + "b"
		err := &Error{Op: "GetUser", Message: text, RequestID: text, Err: errors.New(text)}
		assert.NotContains(t, err.Error(), string(r), "%U", r)
	}
}

func TestError_TextStatesAnUnknownOutcomeWithAnyCause(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{
		nil, io.EOF, &Error{Op: "GetToken", Code: 40096, Message: "bad"}, &Error{Op: "TokenSource", Err: io.EOF},
	} {
		err := &Error{Op: "UpdateUser", Err: cause, unknown: true}
		require.ErrorIs(t, err, ErrOutcomeUnknown)
		assert.Equal(t, 1, strings.Count(err.Error(), "outcome unknown: the change may have been made"))
	}
}

func TestError_WithOnlyACodeHasItsClass(t *testing.T) {
	t.Parallel()
	for code, class := range map[int]error{60104: ErrAlreadyExists, 60121: ErrNotFound, -1: ErrTransient, 90018: ErrRateLimited} {
		err := &Error{Code: code}
		require.ErrorIs(t, err, class)
		require.ErrorIs(t, fmt.Errorf("while testing: %w", err), class)
		require.NotErrorIs(t, err, ErrOutcomeUnknown)
	}
	for _, class := range sentinels {
		require.NotErrorIs(t, &Error{}, class)
		require.NotErrorIs(t, &Error{Code: 1}, class)
	}
	assert.EqualError(t, &Error{Code: 60104}, "dingtalk: already exists: the mobile number is taken: errcode 60104")
}

func TestError_IsFatalIfEveryFurtherCallWouldMeetIt(t *testing.T) {
	t.Parallel()
	for _, code := range []int{40014, 40096, 60011, 60020, 50003, 90001, 90004, 90020, 22, 404} {
		assert.True(t, (&Error{Op: "CreateUser", Code: code, HTTPStatus: 200}).Fatal(), "errcode %d", code)
	}
	for _, code := range []int{-1, 50002, 50004, 60104, 60121, 60003, 90018, 90002, 40020, 0, 4711} {
		assert.False(t, (&Error{Op: "CreateUser", Code: code, HTTPStatus: 200}).Fatal(), "errcode %d", code)
	}
	page := &Error{Op: "CreateUser", HTTPStatus: 200, class: ErrRateLimited, unknown: true}
	assert.True(t, page.Fatal(), "the page that a banned address gets")
	assert.True(t, (&Error{Op: "EnsureUser", Err: page, class: ErrRateLimited}).Fatal(), "and inside another error")
	assert.False(t, (&Error{Op: "CreateUser", HTTPStatus: 429, class: ErrRateLimited}).Fatal())
	assert.False(t, (&Error{Op: "CreateUser", class: ErrOutcomeUnknown}).Fatal())
	late := &Error{Op: "CreateUser", Err: &LimitError{Wait: time.Second}, class: ErrRateLimited}
	assert.False(t, late.Fatal(), "a later deadline would be enough")
	assert.True(t, isFatal(t.Context(), late), "but not in the loop that has this deadline")
	assert.False(t, (&Error{Op: "CreateUser", Err: context.Canceled}).Fatal(), "the end of a context is not an error of every call")
}

func TestError_UnknownOutcomeIsInAdditionToTheClass(t *testing.T) {
	t.Parallel()
	for _, class := range sentinels {
		err := &Error{Op: "UpdateUser", class: class}
		require.ErrorIs(t, err, class)
		assert.Equal(t, class == ErrOutcomeUnknown, errors.Is(err, ErrOutcomeUnknown)) //nolint:errorlint // identity is meant
		err.unknown = true
		require.ErrorIs(t, err, class)
		require.ErrorIs(t, err, ErrOutcomeUnknown)
		for _, other := range sentinels {
			if other != class && other != ErrOutcomeUnknown { //nolint:errorlint // identity is meant
				require.NotErrorIs(t, err, other)
			}
		}
	}
}

func TestError_ClassIsTheOneThatDecides(t *testing.T) {
	t.Parallel()
	for _, class := range sentinels {
		require.Equal(t, class, (&Error{Op: "UpdateUser", class: class}).Class())
		require.Equal(t, ErrOutcomeUnknown, (&Error{Op: "UpdateUser", class: class, unknown: true}).Class())
	}
	assert.Equal(t, ErrNotFound, (&Error{Code: 60121}).Class())
	assert.Equal(t, ErrOutcomeUnknown, (&Error{Code: 60121, unknown: true}).Class())
	assert.Equal(t, ErrInvalidCredential, (&Error{Op: "GetToken", Code: 40001}).Class())
	for _, err := range []*Error{{}, {Op: "GetUser", Err: context.Canceled}, {Code: 1}} {
		assert.NoError(t, err.Class())
	}
}

// list is an error that is not comparable.
type list []string

func (list) Error() string { return "list" }

// classified is a cause with a class, as package login has them.
type classified struct{ error }

func (classified) Class() error { return ErrPermission }

func TestError_HasTheClassOfItsCause(t *testing.T) {
	t.Parallel()
	for _, cause := range []error{classified{errors.New("not a member")}, &Error{Op: "GetUser", Code: 60011}} {
		err := &Error{Op: "login.Member", Err: cause}
		require.ErrorIs(t, err, ErrPermission)
		assert.Equal(t, ErrPermission, err.Class())
		assert.ErrorContains(t, err, "dingtalk: login.Member: ")
		assert.ErrorContains(t, err, "permission denied: ")
	}
	assert.NoError(t, (&Error{Op: "login.Member", Err: errors.New("x")}).Class())
}

func TestError_IsDoesNotPanicWithIncomparableTargets(t *testing.T) {
	t.Parallel()
	for _, err := range []*Error{{}, {Code: 60104}, {Err: list{"a"}}, {class: ErrNotFound, Err: io.EOF}, {Err: &Error{Err: list{"a"}}}} {
		assert.NotPanics(t, func() {
			assert.NotErrorIs(t, err, list{"a"})
			assert.NotErrorIs(t, err, &Error{Code: 60104})
			_ = err.Is(list{"a"})
			_ = err.Is(nil)
		})
	}
}

func TestError_CausesAreFound(t *testing.T) {
	t.Parallel()
	inner := &Error{Op: "GetToken", Code: 40096, RequestID: "r"}
	outer := tokenFailure(t.Context(), "CreateUser", tokenError{inner})
	require.ErrorIs(t, outer, ErrInvalidCredential)
	assert.Equal(t, 40096, outer.Code)
	assert.Equal(t, "r", outer.RequestID)
	found, ok := errors.AsType[*Error](fmt.Errorf("job 7: %w", outer))
	require.True(t, ok)
	assert.Same(t, outer, found)
	require.ErrorIs(t, outer, inner)

	refused := tokenFailure(t.Context(), "CreateUser", tokenError{&Error{Op: "GetToken", Code: 40001, class: classOf("GetToken", 40001, false)}})
	require.ErrorIs(t, refused, ErrInvalidCredential)
	require.NotErrorIs(t, refused, ErrInvalidToken, "the meaning is that of the token request")

	plain := tokenFailure(t.Context(), "CreateUser", errors.New("no token"))
	require.ErrorIs(t, plain, ErrInvalidToken)

	ctx, cancel := context.WithCancelCause(t.Context())
	own := errors.New("own reason")
	cancel(own)
	ended := tokenFailure(ctx, "CreateUser", context.Cause(ctx))
	require.ErrorIs(t, ended, context.Canceled)
	require.ErrorIs(t, ended, own)
	for _, class := range sentinels {
		require.NotErrorIs(t, ended, class)
	}
}

// leaky is a cause that reveals a secret in every way of printing but its text.
type leaky struct{ secret string }

func (leaky) Error() string                  { return "quiet" }
func (e leaky) Format(f fmt.State, _ rune)   { _, _ = fmt.Fprint(f, "loud ", e.secret) }
func (e leaky) MarshalText() ([]byte, error) { return []byte(e.secret), nil }
func (e leaky) LogValue() slog.Value         { return slog.StringValue(e.secret) }

func TestError_PrintsTheSameInEveryWay(t *testing.T) {
	t.Parallel()
	const secret = "7c0f1d2e3b4a59687766554433221100"
	err := &Error{
		Op: "GetUser", Message: "m", RequestID: "r", HTTPStatus: 502, RetryAfter: time.Second, Code: 60121,
		Err: &url.Error{Op: "Post", URL: "https://example.test?access_token=" + secret, Err: leaky{secret}},
	}
	err.Err = leaky{secret}
	const text = "dingtalk: GetUser: not found: no such user: errcode 60121: m (request r): quiet"
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d", "%x", "%80v"} {
		assert.Equal(t, text, fmt.Sprintf(verb, err), verb)
	}
	assert.Equal(t, `"`+text+`"`, fmt.Sprintf("%q", err))
	assert.Equal(t, text, fmt.Sprint(err))
	assert.Equal(t, "["+text+"]", fmt.Sprintf("%+v", []error{err}))

	marshaled, failure := json.Marshal(map[string]error{"err": err})
	require.NoError(t, failure)
	assert.Equal(t, `{"err":"`+text+`"}`, string(marshaled))

	for name, newHandler := range map[string]func(io.Writer) slog.Handler{
		"json": func(w io.Writer) slog.Handler { return slog.NewJSONHandler(w, nil) },
		"text": func(w io.Writer) slog.Handler { return slog.NewTextHandler(w, nil) },
	} {
		var log bytes.Buffer
		slog.New(newHandler(&log)).Error("failed", "err", err, "errs", []any{err}, "wrapped", fmt.Errorf("job: %w", err))
		assert.NotContains(t, log.String(), secret, name)
		assert.Equal(t, 1, strings.Count(log.String(), "\n"), name)
		for _, part := range []string{"op", "GetUser", "class", "not found", "errcode", "60121", "request_id", "http_status", "502", "retry_after"} {
			assert.Contains(t, log.String(), part, name)
		}
	}
	assert.Len(t, (&Error{Op: "GetUser"}).LogValue().Group(), 2, "zero fields are not logged")
}

func FuzzErrorText(f *testing.F) {
	f.Add("CreateUser", 60104, "手机号码在公司中已存在", "r", "cause")
	f.Add("", 0, "\x00\u2028", "\n", "\x85")
	f.Fuzz(func(t *testing.T, op string, code int, message, id, cause string) {
		err := &Error{Op: strings.Map(func(r rune) rune { return max(r, ' ') }, op), Code: code, Message: message, RequestID: id, Err: errors.New(cause)}
		if strings.ContainsFunc(err.Error(), func(r rune) bool { return r < ' ' }) {
			t.Errorf("more than a line: %q", err.Error())
		}
		if fmt.Sprintf("%+v", err) != err.Error() {
			t.Errorf("two texts for %q", err.Error())
		}
	})
}

func BenchmarkErrorText(b *testing.B) {
	err := &Error{Op: "GetUser", Code: 60121, Message: "找不到该用户", RequestID: "1b7w3r5t9y2ua"}
	b.ReportAllocs()
	for b.Loop() {
		_ = err.Error()
	}
}

func TestError_TextIsShortHoweverLongTheMessage(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("\x07赵", 1<<19)
	body, err := json.Marshal(map[string]any{"errcode": 60121, "errmsg": long, "request_id": long})
	require.NoError(t, err)
	var log bytes.Buffer
	client, err := New("dingexample", "example-secret", WithHTTPClient(&http.Client{Transport: &canned{body: string(body)}}),
		WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))))
	require.NoError(t, err)
	err = client.DeleteUser(t.Context(), DeleteUserRequest{UserID: "u"})
	require.ErrorIs(t, err, ErrNotFound)
	assert.Less(t, len(err.Error()), 8<<10)
	assert.Less(t, log.Len(), 16<<10)
}
