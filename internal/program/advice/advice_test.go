package advice_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/advice"
)

var once = dingtalk.WithRetry(dingtalk.RetryPolicy{MaxAttempts: 1})

func TestAdvice_FollowsTheError(t *testing.T) {
	t.Parallel()
	for want, fault := range map[string]dingtalktest.Fault{
		"check DINGTALK_CLIENT_ID":                        dingtalktest.Code(40096),
		"if this host's token is rejected again":          dingtalktest.Code(40014),
		"request qyapi_base in the developer console":     dingtalktest.PermissionMissing,
		"widen the app's visible range":                   dingtalktest.Code(50002),
		"the app is stopped":                              dingtalktest.Code(50003),
		"the organization is disabled":                    dingtalktest.Code(50005),
		"the organization no longer exists":               dingtalktest.Code(70001),
		"add this machine's IP address":                   dingtalktest.Code(60020),
		"check the app's permission points":               dingtalktest.Code(43007),
		"try again in 2s":                                 dingtalktest.Throttled,
		"machine's network or proxy: try again in 5m0s, ": dingtalktest.BanJSON,
		"this app, or the address":                        dingtalktest.Code(90001),
		"its network or a proxy may want a login":         dingtalktest.PortalPage,
		"try again next month":                            dingtalktest.Code(90020),
		"the server is not DingTalk":                      dingtalktest.HTTPStatus(http.StatusNotFound),
		"DINGTALK_BASE_URL, or try again later":           dingtalktest.DropConnection,
		"try again later":                                 dingtalktest.HTTPStatus(http.StatusBadGateway),
	} {
		synctest.Test(t, func(t *testing.T) { // makes the end of a throttle exact
			srv := dingtalktest.New(t)
			srv.Fail("GetToken", fault, 1)
			client := srv.Client(once)
			_, err := client.Token(t.Context())
			assert.Contains(t, advice.For(err), want, err)
			if e, _ := errors.AsType[*dingtalk.Error](err); e.Fatal() || e.RetryAfter > 0 {
				_, err = client.Token(t.Context())
				assert.Contains(t, advice.For(err), want, "not sent: %v", err)
			}
		})
	}
}

func TestAdvice_ExplainsAFailedConnection(t *testing.T) {
	t.Parallel()
	for want, cause := range map[string]error{
		"the host name":   &net.OpError{Op: "dial", Net: "tcp", Err: &net.DNSError{Err: "no such host", Name: "oapi.dingtalk.oi"}},
		"the certificate": &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}},
		"try again later": &net.OpError{Op: "dial", Net: "tcp", Err: errors.New("connection refused")},
	} {
		client, err := dingtalk.New("dingexample", "example-secret", once,
			dingtalk.WithHTTPClient(&http.Client{Transport: failing{cause}}))
		require.NoError(t, err)
		_, err = client.Token(t.Context())
		assert.Contains(t, advice.For(err), "check the network and DINGTALK_BASE_URL")
		assert.Contains(t, advice.For(err), want)
	}
}

type failing struct{ err error }

func (f failing) RoundTrip(*http.Request) (*http.Response, error) { return nil, f.err }

func TestAdvice_IsEmptyWithNothingToDo(t *testing.T) {
	t.Parallel()
	require.Empty(t, advice.For(nil))
	require.Empty(t, advice.For(context.Canceled))
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t)
		srv.Fail("GetToken", dingtalktest.Hang, 1)
		ctx, interrupt := context.WithCancel(t.Context())
		go func() {
			synctest.Wait()
			interrupt()
		}()
		_, err := srv.Client().Token(ctx)
		require.ErrorIs(t, err, context.Canceled)
		require.Empty(t, advice.For(err))
	})
}

func TestAdvice_IsGivenOnceForSeveralErrors(t *testing.T) {
	t.Parallel()
	errs := []error{nil}
	srv := dingtalktest.New(t)
	srv.Fail("GetToken", dingtalktest.Code(50003), 2)
	srv.Fail("GetToken", dingtalktest.SystemBusy, 1)
	for range 3 {
		_, err := srv.Client(once).Token(t.Context())
		errs = append(errs, err)
	}
	require.Equal(t, []string{"the app is stopped: have it started again in the developer console", "try again later"}, advice.ForAll(errs))
	require.Empty(t, advice.ForAll(nil))
}
