package service_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// announce returns the place that a target announces whose calls go through a transport.
func announce(t *testing.T, transport http.RoundTripper) string {
	t.Helper()
	target, err := open(t.Context(), map[string]string{"DINGTALK_CLIENT_ID": "dingexample", "DINGTALK_CLIENT_SECRET": "example-secret"},
		service.Flags{}, service.Options{})
	require.NoError(t, err)
	target.Client.HTTPClient().Transport = transport
	var errOut strings.Builder
	target.Announce(t.Context(), cli.Process{Name: "program", Stderr: &errOut})
	return errOut.String()
}

func TestTarget_AnnouncesTheOrganizationByItsName(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithCredentials("dingexample", "example-secret"))
	require.Equal(t, "program: on Organization (client ID dingexample at https://oapi.dingtalk.io)\n", announce(t, srv.Transport()))
	require.Equal(t, "program: on 杭州 [31m示例 (client ID dingexample at https://oapi.dingtalk.io)\n",
		announce(t, renamed{srv.Transport()}))
}

// renamed gives the root department, which no call can rename, the name of an attacker.
type renamed struct{ http.RoundTripper }

func (r renamed) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := r.RoundTripper.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	body = bytes.ReplaceAll(body, []byte(`"Organization"`), []byte(`"杭州\u001b[31m示例"`))
	res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	res.Header.Del("Content-Length")
	return res, err
}

func TestTarget_AnnouncesTheAppIfItMayNotSeeTheName(t *testing.T) {
	t.Parallel()
	for name, srv := range map[string]*dingtalktest.Server{
		"no permission point": dingtalktest.New(t, dingtalktest.WithCredentials("dingexample", "example-secret"),
			dingtalktest.WithoutScope("qyapi_get_department_list")),
		"another visible range": dingtalktest.New(t, dingtalktest.WithCredentials("dingexample", "example-secret"),
			dingtalktest.WithContactScope(nil, []string{"zhao.min"})),
	} {
		require.Equal(t, "program: on the organization of client ID dingexample at https://oapi.dingtalk.io\n", announce(t, srv.Transport()), name)
	}
}

func TestTarget_AnnouncesNoIDThatMayBeASecret(t *testing.T) {
	t.Parallel()
	text := announce(t, dingtalktest.New(t).Transport()) // which has other credentials
	require.True(t, strings.HasPrefix(text, "program: on https://oapi.dingtalk.io\nprogram: dingtalk: GetDepartment: GetToken: "), text)
	require.Contains(t, text, "what to do: check DINGTALK_CLIENT_ID")
	require.NotContains(t, text, "dingexample")
}

func TestTarget_DoesNotWaitForANameForLong(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		srv := dingtalktest.New(t, dingtalktest.WithCredentials("dingexample", "example-secret"))
		srv.Fail("GetDepartment", dingtalktest.Hang, 1)
		began := time.Now()
		require.Contains(t, announce(t, srv.Transport()), "program: on the organization of client ID dingexample")
		require.Equal(t, 5*time.Second, time.Since(began))
	})
}

func TestTarget_ConfirmsOnlyOnAService(t *testing.T) {
	t.Parallel()
	silent := cli.Process{Name: "program", Stderr: clitest.FullDisk{}}
	target, err := open(t.Context(), nil, service.Flags{Emulator: true}, service.Options{})
	require.NoError(t, err)
	defer target.Close()
	require.NoError(t, target.CheckConfirm(silent))
	require.True(t, target.Confirm(t.Context(), silent, "create a user"))

	target, err = open(t.Context(), clitest.Environment(t, dingtalktest.New(t)), service.Flags{}, service.Options{})
	require.NoError(t, err)
	require.ErrorContains(t, target.CheckConfirm(silent), "this writes to http://127.0.0.1:")
	require.False(t, target.Confirm(t.Context(), silent, "create a user"))
}
