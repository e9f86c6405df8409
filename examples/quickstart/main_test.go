package main

import (
	"context"
	"flag"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

var update = flag.Bool("update", false, "rewrite the files in testdata")

func TestQuickstart_PrintsTheTourOnTheEmulator(t *testing.T) {
	t.Parallel()
	code, out, errOut := quickstart(t.Context(), nil, "-emulator")
	require.Zero(t, code, errOut)
	require.Empty(t, errOut)
	golden(t, "testdata/output.txt", out)
}

func TestQuickstart_SendsNoCollidingValuesToAService(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t, dingtalktest.WithCustomFields(), dingtalktest.Strict())
	colleague := srv.AddUser(dingtalktest.User{Name: "Li Wei", Mobile: "13900005678"})

	code, out, errOut := quickstart(t.Context(), clitest.Environment(t, srv), "-yes", "-mobile", "+86-13800001234")
	require.Zero(t, code, errOut)
	require.Len(t, srv.Users(), 1)
	created := srv.Calls("CreateUser")[0].Body
	require.Regexp(t, `^example-[a-z0-9]{26}$`, created["userid"])
	require.Equal(t, "+86-13800001234", created["mobile"])
	for _, name := range []string{"manager_userid", "telephone", "email", "extension"} {
		require.NotContains(t, created, name)
	}
	for _, call := range srv.Calls("") {
		if userid, ok := call.Body["userid"]; ok {
			require.Equal(t, created["userid"], userid)
		}
	}
	require.NotContains(t, out, colleague)
}

func TestQuickstart_DeletesTheUserAfterAFailure(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*dingtalktest.Server){
		"the response to the creation": func(srv *dingtalktest.Server) { srv.Fail("CreateUser", dingtalktest.LostResponse, 1) },
		"reading":                      func(srv *dingtalktest.Server) { srv.Fail("GetUser", dingtalktest.PermissionMissing, 1) },
		"updating":                     func(srv *dingtalktest.Server) { srv.Fail("UpdateUser", dingtalktest.Code(50002), 1) },
		"the first deletion":           func(srv *dingtalktest.Server) { srv.Fail("DeleteUser", dingtalktest.PermissionMissing, 1) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			srv := dingtalktest.New(t)
			prepare(srv)
			code, out, errOut := quickstart(t.Context(), clitest.Environment(t, srv), "-yes", "-mobile", "13800001234")
			require.Equal(t, 1, code)
			require.NotEmpty(t, errOut)
			require.Contains(t, out, "cleaning up")
			require.Empty(t, srv.Users())
		})
	}
}

func TestQuickstart_DeletesTheUserAfterAnInterruption(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("UpdateUser", dingtalktest.Hang, 1)
	ctx, interrupt := context.WithCancel(t.Context())
	host := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/user/update") {
			interrupt()
		}
		srv.ServeHTTP(w, r)
	}))
	defer host.Close()
	env := clitest.Environment(t, srv)
	env["DINGTALK_BASE_URL"] = host.URL

	code, out, errOut := quickstart(ctx, env, "-yes", "-mobile", "13800001234")
	require.Equal(t, 1, code)
	require.Contains(t, out, "cleaning up\nDeleteUser")
	require.Contains(t, errOut, "context canceled")
	require.Empty(t, srv.Users())
}

func TestQuickstart_NamesAUserThatMayRemain(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.Fail("DeleteUser", dingtalktest.PermissionMissing, 2)
	_, _, errOut := quickstart(t.Context(), clitest.Environment(t, srv), "-yes", "-mobile", "13800001234")
	require.Len(t, srv.Users(), 1)
	require.Contains(t, errOut, srv.Users()[0].UserID+" may still be in the organization")
	require.Contains(t, errOut, "what to do: request qyapi_manage_addresslist")
}

func TestQuickstart_RejectsWrongUsageBeforeAnyCall(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	for want, test := range map[string]struct {
		env  map[string]string
		args []string
	}{
		"set -mobile or DINGTALK_MOBILE to a mobile number of yours": {env: clitest.Environment(t, srv)},
	} {
		code, out, errOut := quickstart(t.Context(), test.env, test.args...)
		assert.Equal(t, 2, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
	require.Empty(t, srv.Calls(""))
}

func TestQuickstart_KeepsTheConventions(t *testing.T) {
	t.Parallel()
	clitest.CheckConventions(t, clitest.Program{
		Name: "quickstart", Run: run, Writes: true, Env: map[string]string{"DINGTALK_MOBILE": "13800001234"},
	})
}

func TestAdviceFor_NamesTheHolderOfANumber(t *testing.T) {
	t.Parallel()
	srv := dingtalktest.New(t)
	srv.AddUser(dingtalktest.User{UserID: "li.wei", Mobile: "13800001234"})
	code, _, errOut := quickstart(t.Context(), clitest.Environment(t, srv), "-yes", "-mobile", "13800001234")
	require.Equal(t, 1, code)
	require.Contains(t, errOut, "what to do: choose another mobile number with -mobile: li.wei has this one")

	_, _, errOut = quickstart(t.Context(), clitest.Environment(t, srv), "-yes", "-mobile", "+852-1")
	require.Contains(t, errOut, "what to do: check the mobile number of -mobile")

	srv.Fail("GetToken", dingtalktest.Code(40096), 2) // also of the call for the name of the organization
	_, _, errOut = quickstart(t.Context(), clitest.Environment(t, srv), "-yes", "-mobile", "13800001234")
	require.Contains(t, errOut, "what to do: check DINGTALK_CLIENT_ID")
}

// golden compares the output with a file.
func golden(t *testing.T, name, got string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(name, []byte(got), 0o644))
	}
	want, err := os.ReadFile(name)
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func quickstart(ctx context.Context, env map[string]string, args ...string) (code int, out, errOut string) {
	code, out, errOut = clitest.Run(ctx, "quickstart", run, env, "", args...)
	return code, out, clitest.CutPlace("quickstart", errOut)
}
