package e2e_test

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

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// leakySecret has characters that change when a URL, HTML or JSON quotes it.
const leakySecret = `S3cret+/=&"<z>` + "钥"

// printed returns the value in every form in which it may be printed.
func printed(v any) string {
	var b bytes.Buffer
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		fmt.Fprintf(&b, verb+"\n", v)
	}
	type holder struct {
		Exported any
		hidden   any
	}
	h := holder{Exported: v, hidden: v}
	fmt.Fprintf(&b, "%v %+v %#v %s\n", h, h, h, h)
	if text, err := json.Marshal(v); err == nil {
		b.Write(text)
	}
	for _, h := range []slog.Handler{slog.NewTextHandler(&b, nil), slog.NewJSONHandler(&b, nil)} {
		slog.New(h).Error("x", "value", v, slog.Group("g", "value", v), "in", []any{v}, "struct", holder{Exported: v})
	}
	if err, ok := v.(error); ok {
		for inner := errors.Unwrap(err); inner != nil; inner = errors.Unwrap(inner) {
			fmt.Fprintf(&b, "%v %+v %#v\n", inner, inner, inner)
		}
	}
	return b.String()
}

// assertClean asserts that the text contains none of the secrets, in any spelling that a printer may give them.
func assertClean(t *testing.T, where, text string, secrets ...string) {
	t.Helper()
	for _, secret := range secrets {
		quoted, _ := json.Marshal(secret)
		for _, spelling := range []string{
			secret, url.QueryEscape(secret), url.PathEscape(secret), strings.Trim(string(quoted), `"`),
			strings.Trim(fmt.Sprintf("%q", secret), `"`), fmt.Sprintf("%x", secret), fmt.Sprintf("%d", []byte(secret)),
		} {
			if i := strings.Index(text, spelling); i >= 0 {
				t.Errorf("%s shows %q: …%s…", where, spelling, text[max(0, i-80):min(len(text), i+80)])
				return
			}
		}
	}
}

func allFaults() map[string]dingtalktest.Fault {
	faults := map[string]dingtalktest.Fault{
		"none": dingtalktest.Slow(0), "throttled": dingtalktest.Throttled, "busy": dingtalktest.SystemBusy,
		"token expired": dingtalktest.TokenExpired, "no permission": dingtalktest.PermissionMissing,
		"portal": dingtalktest.PortalPage, "ban page": dingtalktest.BanPage, "ban": dingtalktest.BanJSON, "ban text": dingtalktest.BusyText, "hang": dingtalktest.Hang,
		"slow": dingtalktest.Slow(time.Minute), "cut": dingtalktest.CutBody, "bad JSON": dingtalktest.BadJSON,
		"dropped": dingtalktest.DropConnection, "lost": dingtalktest.LostResponse,
	}
	for _, status := range []int{301, 302, 307, 308, 400, 401, 403, 404, 407, 429, 500, 502, 503, 504} {
		faults[fmt.Sprintf("HTTP %d", status)] = dingtalktest.HTTPStatus(status)
	}
	for _, code := range []int{22, 404, 33001, 40001, 40035, 40078, 42001, 60020, 60121, 90020} {
		faults[fmt.Sprintf("errcode %d", code)] = dingtalktest.Code(code)
	}
	return faults
}

// legacyOnly reports whether the fault has no string code in the new API.
func legacyOnly(fault string) bool {
	code, numbered := strings.CutPrefix(fault, "errcode ")
	return fault == "token expired" || numbered && code != "60020" && code != "90020"
}

func TestSecret_IsNotShownUnderAnyFault(t *testing.T) {
	t.Parallel()
	for name, fault := range allFaults() {
		for _, failing := range []string{"GetToken", "GetOAuth2Token", "the operation"} {
			if failing == "GetOAuth2Token" && legacyOnly(name) {
				continue
			}
			t.Run(name+" on "+failing, func(t *testing.T) {
				t.Parallel()
				scenario(t, func(t *testing.T, srv *dingtalktest.Server) {
					seeded(srv)
					token, err := srv.Client().Token(t.Context())
					require.NoError(t, err)
					for op, call := range operations {
						var log bytes.Buffer
						ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
						logged := dingtalk.WithLogger(slog.New(slog.NewJSONHandler(&log, &slog.HandlerOptions{Level: slog.Level(-100)})))
						client := srv.Client(logged)
						switch failing {
						case "GetToken":
							srv.Fail("GetToken", fault, 3)
						case "GetOAuth2Token":
							srv.Fail("GetOAuth2Token", fault, 3)
							client = oauth2Client(srv, logged)
						default:
							srv.Fail(op, fault, 3)
						}
						err := call(ctx, client)
						cancel()
						assertClean(t, op+"'s error", printed(err), leakySecret, token.Value.Reveal())
						assertClean(t, op+"'s log", log.String(), leakySecret, token.Value.Reveal())
						assertClean(t, "the client", printed(client), leakySecret, token.Value.Reveal())
						assert.Contains(t, log.String(), `"op":"`)
					}
				}, dingtalktest.WithCredentials("dingexample", leakySecret))
			})
		}
	}
}

func TestSecret_IsNotPrintedByExportedValues(t *testing.T) {
	t.Parallel()
	const token, password = "tok-0123456789abcdef", "Passw0rd-once"
	srv := dingtalktest.New(t, dingtalktest.WithCredentials("dingexample", leakySecret))
	client := srv.Client()
	live, err := client.Token(t.Context())
	require.NoError(t, err)
	_, err = client.CreateUser(t.Context(), dingtalk.CreateUserRequest{
		Name: "Li Na", DeptIDList: []int64{1}, ExclusiveAccount: true, ExclusiveAccountType: "dingtalk",
		LoginID: "li.na", InitPassword: dingtalk.NewSecret(password),
	})
	require.NoError(t, err)
	for name, v := range map[string]any{
		"Token":          dingtalk.Token{Value: dingtalk.NewSecret(token)},
		"*Token":         &dingtalk.Token{Value: dingtalk.NewSecret(token)},
		"TokenSource":    dingtalk.StaticToken(token),
		"OAuth2 client":  oauth2Client(srv),
		"Client":         client,
		"Call":           &dingtalk.Call{Op: "CreateUser", Request: dingtalk.CreateUserRequest{InitPassword: dingtalk.NewSecret(password)}},
		"Server":         srv,
		"Calls":          srv.Calls(""),
		"a wrong client": func() error { _, err := dingtalk.New("", leakySecret+" "); return err }(),
	} {
		assertClean(t, name, printed(v), leakySecret, token, live.Value.Reveal(), password)
	}
}

func TestSecret_FormerTokenAndClientSecretAreNotShown(t *testing.T) {
	t.Parallel()
	fetched := 0
	client, err := dingtalk.New("dingexample", leakySecret, dingtalk.WithHTTPClient(&http.Client{
		Transport: roundTripper(func(req *http.Request) (*http.Response, error) {
			body := `{"errcode":88,"sub_code":"40014"}`
			switch {
			case req.URL.Path == "/gettoken":
				fetched++
				body = fmt.Sprintf(`{"errcode":0,"access_token":"token-number-%d","expires_in":7200}`, fetched)
			case fetched == 2:
				body = fmt.Sprintf(`{"errcode":40035,"errmsg":%q}`, "a proxy remembers token-number-1, token-number-2 and "+leakySecret)
			}
			return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(strings.NewReader(body)), Request: req}, nil
		}),
	}), dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1}))
	require.NoError(t, err)
	err = getZhaoMin(t.Context(), client)
	require.ErrorContains(t, err, "a proxy remembers")
	assertClean(t, "the error", printed(err), "token-number-1", "token-number-2", leakySecret)
}
