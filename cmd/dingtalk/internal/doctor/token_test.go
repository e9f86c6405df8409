package doctor

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
)

// regions maps each base URL to a transport. Other hosts cannot be reached.
type regions map[string]http.RoundTripper

func (m regions) RoundTrip(r *http.Request) (*http.Response, error) {
	if to := m[r.URL.Scheme+"://"+r.URL.Host]; to != nil {
		return to.RoundTrip(r)
	}
	return nil, &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: r.URL.Hostname(), IsNotFound: true}}
}

func TestToken_RecognizesCredentialsOfTheOtherRegion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ set, right, name string }{
		{"", dingtalk.BaseURLChina, "DingTalk in mainland China"},
		{dingtalk.BaseURLInternational, dingtalk.BaseURLChina, "DingTalk in mainland China"},
		{"https://OAPI.dingtalk.io/", dingtalk.BaseURLChina, "DingTalk in mainland China"},
		{dingtalk.BaseURLChina, dingtalk.BaseURLInternational, "the international DingTalk"},
	} {
		for _, code := range []int{40096, 40089} {
			srv := newServer(t)
			other := dingtalktest.New(t, dingtalktest.WithCredentialCode(code))
			r := examineAs(t, t.Context(), srv, environment(srv, test.set), regions{
				dingtalk.BaseURLInternational: other.Transport(), dingtalk.BaseURLChina: other.Transport(),
				"https://OAPI.dingtalk.io": other.Transport(), test.right: srv.Transport(),
			})
			require.Equal(t, []string{"host and token"}, r.with(failed), r.out)
			require.Len(t, r.with(notTested), len(checks)-2)
			require.Contains(t, r.text["host and token"], test.name+" accepts them")
			require.Contains(t, r.toDo[0], "Your app belongs to "+test.name+": set DINGTALK_BASE_URL="+test.right+" ")
			require.Contains(t, r.out, "the developer console is https://open-dev.dingtalk.")
			require.Len(t, srv.Calls(""), 1, "only for the token")
		}
	}
}

func TestToken_ReportsWrongCredentials(t *testing.T) {
	t.Parallel()
	srv, other := dingtalktest.New(t), dingtalktest.New(t)
	r := examineAs(t, t.Context(), srv, environment(srv, dingtalk.BaseURLChina), regions{
		dingtalk.BaseURLInternational: other.Transport(), dingtalk.BaseURLChina: other.Transport(),
	})
	require.Equal(t, "neither DingTalk in mainland China nor the international DingTalk accepts these credentials", r.text["host and token"])
	require.Contains(t, r.toDo[0], "Credentials and basic information")
	require.Equal(t, "there is no token", r.text["visible range"])

	synctest.Test(t, func(t *testing.T) {
		srv, other := dingtalktest.New(t), dingtalktest.New(t)
		r := examineAs(t, t.Context(), srv, environment(srv, dingtalk.BaseURLChina), regions{dingtalk.BaseURLChina: other.Transport()})
		require.Contains(t, r.text["host and token"], "the international DingTalk could not be reached")
		require.Contains(t, r.toDo[0], "errcode 40096")
		require.Contains(t, r.toDo[0], "no such host")
	})

	srv = dingtalktest.New(t)
	r = examineAs(t, t.Context(), srv, environment(srv, gateway), regions{gateway: dingtalktest.New(t).Transport()})
	require.Equal(t, "the host refuses the credentials", r.text["host and token"], "a gateway has no other region")
}

func TestToken_ExplainsAnUnreachableHost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		r := examineAs(t, t.Context(), srv, environment(srv, dingtalk.BaseURLChina), regions{})
		require.Equal(t, []string{"host and token"}, r.with(failed))
		require.Equal(t, "the host cannot be reached", r.text["host and token"])
		require.Contains(t, r.toDo[0], "the host name cannot be resolved")
	})
	for want, fault := range map[string]dingtalktest.Fault{
		"the host cannot be reached":                     dingtalktest.Hang,
		"inconclusive: DingTalk is busy or out of order": dingtalktest.HTTPStatus(http.StatusBadGateway),
		"the server is not DingTalk":                     dingtalktest.HTTPStatus(http.StatusNotFound),
		"inconclusive: DingTalk asks to wait":            dingtalktest.BanPage,
		"inconclusive: " + foreignPage:                   dingtalktest.PortalPage,
		"inconclusive: refused (errcode 43007)":          dingtalktest.Code(43007),
		"inconclusive: refused (errcode 40035)":          dingtalktest.Code(40035),
	} {
		synctest.Test(t, func(t *testing.T) {
			srv := dingtalktest.New(t)
			srv.Fail("GetToken", fault, 3)
			r := examine(t, srv)
			assert.Equal(t, []string{"host and token"}, r.with(failed))
			assert.Equal(t, []string{"settings"}, r.with(passed))
			assert.Equal(t, want, r.text["host and token"])
		})
	}
}

func TestToken_ExplainsAnUntrustedCertificate(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	host := httptest.NewUnstartedServer(srv)
	host.Config.ErrorLog = log.New(io.Discard, "", 0)
	host.StartTLS()
	defer host.Close()
	code, out, errOut := runDoctor(t.Context(), environment(srv, host.URL))
	require.Equal(t, 1, code)
	require.Empty(t, errOut)
	require.Contains(t, out, "this machine does not trust the certificate")
	require.Empty(t, srv.Calls(""))
}

func TestAccess_ReportsARefusedAddress(t *testing.T) {
	t.Parallel()
	r := examine(t, newServer(t, dingtalktest.WithAllowedIPs("192.0.2.1")))
	require.Equal(t, []string{"address of this machine"}, r.with(failed))
	require.Equal(t, []string{"settings"}, r.with(passed))
	require.Len(t, r.toDo, 1)
	require.Contains(t, r.toDo[0], "Add this machine's IP address")
	require.Contains(t, r.toDo[0], "request ip=127.0.0.1")
}

func TestAccess_StopsCallingIfDenied(t *testing.T) {
	t.Parallel()
	for code, name := range map[int]string{
		60020: "address of this machine",
		50003: "app and organization", 50005: "app and organization", 70001: "app and organization",
	} {
		for op, asked := range map[string]int{"GetToken": 1, "GetAuthScopes": 2, "ListSubDepartmentIDs": 3} {
			srv := newServer(t)
			srv.Fail(op, dingtalktest.Code(code), 1)
			r := examine(t, srv)
			assert.Equal(t, []string{name}, r.with(failed), op)
			assert.Len(t, srv.Calls(""), asked, op)
			assert.Len(t, r.toDo, 1)
			assert.Contains(t, r.toDo[0], op)
		}
	}
}

func TestAccess_ReportsALaterDenial(t *testing.T) {
	t.Parallel()
	for code, advice := range map[int]string{60020: "Add this machine's IP address", 50003: "The app is stopped"} {
		srv := newServer(t)
		srv.Fail("CountUsers", dingtalktest.Code(code), 1)
		r := examine(t, srv)
		assert.Equal(t, []string{"qyapi_get_member"}, r.with(failed))
		assert.Equal(t, checks[8:14], r.with(notTested))
		assert.Len(t, r.toDo, 1)
		assert.Contains(t, r.toDo[0], advice)
	}
}

// If the two are swapped, the secret is sent as the client ID, and a service may repeat it.
func TestSettings_RedactASecretThatIsSetAsTheClientID(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	const secret = "Zq3vT8mKp1xW7cR5bN9"
	env := map[string]string{"DINGTALK_CLIENT_ID": secret, "DINGTALK_CLIENT_SECRET": "dingabc123def456"}
	for errcode, want := range map[string]string{"60020": "appKey(REDACTED)", "40096": "neither"} {
		r := examineAs(t, t.Context(), srv, env, echo(errcode))
		assert.NotContains(t, r.out, secret)
		assert.Contains(t, r.out, want)
	}
}

func TestInterruption_EndsTheCheckOfTheOtherRegion(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		ctx, interrupt := context.WithCancel(t.Context())
		r := examineAs(t, ctx, srv, environment(srv, dingtalk.BaseURLChina), regions{
			dingtalk.BaseURLChina:         dingtalktest.New(t).Transport(),
			dingtalk.BaseURLInternational: interrupter{srv.Transport(), "/gettoken", interrupt},
		})
		require.Equal(t, []string{"host and token"}, r.with(failed))
		require.Contains(t, r.out, "\nInterrupted")
		require.Equal(t, "interrupted", r.text["visible range"])
	})
}

// fixedResponse responds to requests for one path, and passes the others on.
type fixedResponse struct {
	http.RoundTripper
	path, body string
}

func (f fixedResponse) RoundTrip(r *http.Request) (*http.Response, error) {
	if !strings.HasSuffix(r.URL.Path, f.path) {
		return f.RoundTripper.RoundTrip(r)
	}
	w := httptest.NewRecorder()
	_, _ = w.WriteString(f.body)
	return w.Result(), nil
}

// echo refuses with an errcode, and repeats the client ID in its message.
type echo string

func (errcode echo) RoundTrip(r *http.Request) (*http.Response, error) {
	w := httptest.NewRecorder()
	_, _ = w.WriteString(`{"errcode":` + string(errcode) + `,"errmsg":"request ip=192.0.2.1 appKey(` + r.URL.Query().Get("appkey") + `)"}`)
	return w.Result(), nil
}
