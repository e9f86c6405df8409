package app_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/app"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/output"
	"github.com/dingtalk-contacts/dingtalk-go/dingtalktest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/cli"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/service"
)

// count prints the number of people.
func count() app.Command {
	return app.Command{
		Name: "count", Short: "count the people", Text: "Counts the people.", Needs: app.Reads, Formats: output.All(),
		Run: func(ctx context.Context, r *app.Run) int {
			target, err := r.Open(ctx, service.Options{})
			if err != nil {
				return r.Misused("%v", err)
			}
			defer target.Close()
			if code, done := target.Announce(ctx, r.Process); done {
				return code
			}
			n, err := target.Client.CountUsers(ctx, dingtalk.CountUsersRequest{})
			if err != nil {
				return r.Fail(cli.Failed, "%v", err)
			}
			r.Note("counted")
			out := output.NewPrinter(r.Stdout, r.Format, []string{"people"})
			if err := out.Print(n); err != nil {
				return r.Fail(cli.Failed, "%v", err)
			}
			return cli.OK
		},
	}
}

const secretText = "a-secret-of-the-tests"

// server returns an emulator whose app has the secret, and the environment without the secret.
func server(t *testing.T) (*dingtalktest.Server, map[string]string) {
	t.Helper()
	srv := dingtalktest.New(t, dingtalktest.WithCredentials("dingexample", secretText))
	env := clitest.Environment(t, srv)
	delete(env, service.EnvClientSecret)
	return srv, env
}

// file writes a file of credentials.
func file(t *testing.T, mode os.FileMode, lines ...string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "credentials")
	require.NoError(t, os.WriteFile(name, []byte(strings.Join(lines, "\n")), mode))
	require.NoError(t, os.Chmod(name, mode))
	return name
}

func TestSettings_ComeFromFlagsAFileOrTheEnvironment(t *testing.T) {
	t.Parallel()
	srv, env := server(t)
	id, secret := service.EnvClientID+"="+srv.ClientID(), service.EnvClientSecret+" = "+secretText
	baseURL := "export " + service.EnvBaseURL + "=" + env[service.EnvBaseURL]
	wrong := map[string]string{service.EnvClientID: "dingother", service.EnvClientSecret: "other", service.EnvBaseURL: "http://127.0.0.1:1"}
	for name, tt := range map[string]struct {
		env  map[string]string
		args []string
	}{
		"flag and environment": {env, []string{"-client-secret", secretText}},
		"flags alone":          {wrong, []string{"--client-id", srv.ClientID(), "-client-secret=" + secretText, "-base-url", env[service.EnvBaseURL]}},
		"file":                 {wrong, []string{"-credentials", file(t, 0o600, "\ufeff# the app", "", id+"\r", secret, baseURL)}},
		"flag and file":        {wrong, []string{"-credentials", file(t, 0o600, id, secret), "-base-url", env[service.EnvBaseURL]}},
	} {
		code, out, errOut := apptest.Run(t.Context(), count, tt.env, "", append(tt.args, "-o", "json")...)
		assert.Zero(t, code, "%s: %s", name, errOut)
		assert.Equal(t, "{\"count\":0}\n", out, name)
		assert.Equal(t, "dingtalk: counted\n", errOut, name)
	}
}

func TestSettings_OfAFileAreNotMixedWithTheEnvironment(t *testing.T) {
	t.Parallel()
	_, env := server(t)
	env[service.EnvClientSecret] = secretText
	code, _, errOut := apptest.Run(t.Context(), count, env, "", "-credentials", file(t, 0o600, service.EnvClientID+"=dingexample"))
	require.Equal(t, cli.Usage, code)
	require.Contains(t, errOut, "DINGTALK_CLIENT_ID is set, but not DINGTALK_CLIENT_SECRET")
}

func TestSettings_WarnOfAFileThatOthersCanRead(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("Windows keeps permissions elsewhere")
	}
	srv, env := server(t)
	lines := []string{service.EnvClientID + "=" + srv.ClientID(), service.EnvClientSecret + "=" + secretText, service.EnvBaseURL + "=" + env[service.EnvBaseURL]}
	for mode, warned := range map[os.FileMode]bool{0o600: false, 0o400: false, 0o640: true, 0o604: true} {
		name := file(t, mode, lines...)
		code, _, errOut := clitest.Run(t.Context(), apptest.Name, apptest.Main(count), nil, "", "-credentials", name)
		assert.Zero(t, code, errOut)
		assert.Equal(t, warned, strings.Contains(errOut, "warning: other users can read the secret in "+name), "%v: %s", mode, errOut)
		assert.Equal(t, warned, strings.Contains(errOut, "chmod 600 "+name))
	}
}

func TestSettings_NeverShowASecret(t *testing.T) {
	t.Parallel()
	_, env := server(t)
	for want, args := range map[string][]string{
		"show help":          {"-client-secret", secretText, "-h"},
		"not defined: -x":    {"-client-secret", secretText, "-x"},
		"line 2: write":      {"-credentials", file(t, 0o600, "# comment", secretText)},
		"line 1: write":      {"-credentials", file(t, 0o600, "DINGTALK_SECRET="+secretText)},
		"is set twice":       {"-credentials", file(t, 0o600, service.EnvClientSecret+"="+secretText, service.EnvClientSecret+"="+secretText)},
		"msg=":               {"-client-secret", secretText, "-verbose"},
		"check DINGTALK_":    {"-client-secret", secretText + "x"},
		"white space":        {"-client-secret", secretText + " "},
		"no such file":       {"-credentials", "none", "-client-secret", secretText},
		"exclude each other": {"-v", "-q", "-client-secret", secretText},
	} {
		_, out, errOut := apptest.Run(t.Context(), count, env, "", args...)
		assert.Contains(t, out+errOut, want)
		assert.NotContains(t, out+errOut, secretText, want)
	}
}

func TestRun_IsQuietOnRequest(t *testing.T) {
	t.Parallel()
	_, env := server(t)
	code, out, errOut := clitest.Run(t.Context(), apptest.Name, apptest.Main(count), env, "", "-q", "-client-secret", secretText, "-o", "json")
	require.Zero(t, code)
	require.Equal(t, "{\"count\":0}\n", out)
	require.Empty(t, errOut)
	code, _, errOut = clitest.Run(t.Context(), apptest.Name, apptest.Main(count), env, "", "-q", "-client-secret", "wrong")
	require.Equal(t, cli.Failed, code)
	require.Contains(t, errOut, "dingtalk: GetDepartment: ", "an error is printed")
	require.NotContains(t, errOut, "dingtalk: dingtalk: ")
}

func TestRun_EndsAtItsTimeout(t *testing.T) {
	t.Parallel()
	srv, env := server(t)
	srv.Fail("CountUsers", dingtalktest.Hang, 1)
	code, _, errOut := apptest.Run(t.Context(), count, env, "", "-client-secret", secretText, "-timeout", "300ms")
	require.Equal(t, cli.Failed, code)
	require.Contains(t, errOut, "dingtalk: ended by -timeout 300ms\n")

	code, _, errOut = apptest.Run(t.Context(), count, env, "", "-client-secret", secretText, "-timeout", time.Hour.String())
	require.Zero(t, code)
	require.NotContains(t, errOut, "timeout")
}

func TestApp_RejectsWrongUsage(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"there is no command \"cuont\"; dingtalk -h": {"cuont"},
		"-output yaml: choose table, json or csv":    {"count", "-o", "yaml"},
		"-timeout -1s: it must be 0 or more":         {"count", "-timeout", "-1s"},
		"flag provided but not defined: -emulator":   {"-emulator", "count"},
		"name a shell: bash, zsh or fish":            {"completion"},
		"flag needs an argument: -o":                 {"count", "-o"},
		`invalid value "soon" for flag -timeout: it is a number with a unit, such as 90s or 5m; dingtalk count -h describes the command`: {"count", "-timeout", "soon"},
		`invalid value "5" for flag -timeout: it is a number with a unit, such as 90s or 5m`:                                             {"count", "-timeout", "5"},
		`unexpected arguments: ["a"]`:                    {"count", "a"},
		"No help topic for 'cuont'; dingtalk -h describ": {"help", "cuont"},
	} {
		code, out, errOut := clitest.Run(t.Context(), apptest.Name, app.Main("v1.2.3", count), nil, "", args...)
		assert.Equal(t, cli.Usage, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
}

func TestApp_PrintsItsHelpAndVersion(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"\n   count       count the people\n":   nil,
		"\nGLOBAL OPTIONS:\n":                   {"-h"},
		"dingtalk version v1.2.3\n":             {"--version"},
		"dingtalk count - count the people\n":   {"help", "count"},
		"\nDESCRIPTION:\n   Counts the people.": {"count", "with", "-x", "-help"},
	} {
		code, out, errOut := clitest.Run(t.Context(), apptest.Name, app.Main("v1.2.3", count), nil, "", args...)
		assert.Zero(t, code, want)
		assert.Contains(t, out, want)
		assert.Empty(t, errOut, want)
	}
}
