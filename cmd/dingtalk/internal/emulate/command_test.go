package emulate

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/dingtalk-contacts/dingtalk-go/cmd/dingtalk/internal/apptest"
	"github.com/dingtalk-contacts/dingtalk-go/internal/program/clitest"
)

// TestMain lets a test start this binary as the program.
func TestMain(m *testing.M) {
	if os.Getenv("RUN_EMULATOR") != "" {
		apptest.Exec(Command)
		return
	}
	os.Exit(m.Run())
}

func TestEmulator_ServesAnyLanguageUntilASignal(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": os.Interrupt} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p := start(t, "-client-id", "dingexample", "-client-secret", "an example's secret")
			require.Equal(t, []string{"dingexample", "an example's secret"}, []string{p.id, p.secret})

			token := p.get(t, "/gettoken?"+url.Values{"appkey": {p.id}, "appsecret": {p.secret}}.Encode())
			for kind, post := range map[string]poster{"JSON": asJSON, "form": asForm} {
				userid := "zhao." + strings.ToLower(kind)
				call := func(path string, args map[string]string) map[string]any {
					return post(t, p.base+path+"?access_token="+token["access_token"].(string), args)
				}
				list := call("/topapi/v2/department/listsubid", map[string]string{"dept_id": "1"})
				assert.Equal(t, []any{json.Number("724960197"), json.Number("724960198")}, list["result"].(map[string]any)["dept_id_list"], kind)
				created := call("/topapi/v2/user/create", map[string]string{
					"userid": userid, "name": "赵敏", "mobile": "13800001234", "dept_id_list": "1,724960197",
				})
				assert.Equal(t, userid, created["result"].(map[string]any)["userid"], kind)
				updated := call("/topapi/v2/user/update", map[string]string{"userid": userid, "title": "工程师"})
				assert.Equal(t, json.Number("0"), updated["errcode"], kind)
				user := call("/topapi/v2/user/get", map[string]string{"userid": userid})["result"].(map[string]any)
				assert.Equal(t, []any{"赵敏", "工程师"}, []any{user["name"], user["title"]}, kind)
				deleted := call("/topapi/v2/user/delete", map[string]string{"userid": userid})
				assert.Equal(t, json.Number("0"), deleted["errcode"], kind)
				assert.Equal(t, json.Number("60121"), call("/topapi/v2/user/get", map[string]string{"userid": userid})["errcode"], kind)
			}

			require.NoError(t, p.cmd.Process.Signal(signal))
			rest, err := io.ReadAll(p.out)
			require.NoError(t, err)
			require.Empty(t, string(rest))
			require.NoError(t, p.cmd.Wait(), "the exit code is 0")
		})
	}
}

func TestEmulator_PrintsAWorkingCommand(t *testing.T) {
	t.Parallel()
	p := start(t)
	address, found := strings.CutPrefix(p.curl, "curl '"+p.base)
	require.True(t, found, p.curl)
	require.Equal(t, "ok", p.get(t, strings.TrimSuffix(address, "'"))["errmsg"])
}

func TestEmulator_PrintsTheAddressOfTheConsole(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{"Engineering": nil, "供应链中心": {"-sample", "20,50"}} {
		p := start(t, args...)
		require.Equal(t, p.base+"/console/", p.console)
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.console, nil)
		require.NoError(t, err)
		res := send(t, r)
		page, err := io.ReadAll(res.Body)
		require.NoError(t, err)
		assert.Contains(t, string(page), want)
	}
}

func TestEmulator_PrintsTheAddressOfTheLoginPage(t *testing.T) {
	t.Parallel()
	p := start(t)
	require.True(t, strings.HasPrefix(p.login, p.base+"/oauth2/auth?"), p.login)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.login, nil)
	require.NoError(t, err)
	page, err := io.ReadAll(send(t, r).Body)
	require.NoError(t, err)
	for _, person := range []string{"Chen Rui", "Mei Tan", "Omar Haddad"} {
		assert.Contains(t, string(page), person)
	}
	assert.NotContains(t, string(page), p.ssoSecret)
}

func TestEmulator_GeneratesMissingCredentials(t *testing.T) {
	t.Parallel()
	const id, secret = "dingexample", "an example's secret"
	seen := map[string]bool{id: true, secret: true}
	for _, args := range [][]string{
		{"-client-id", id, "-client-secret", secret}, {"-client-id", id}, {"-client-secret", secret}, nil,
	} {
		p := start(t, args...)
		for flag, value := range map[string]string{"-client-id": p.id, "-client-secret": p.secret} {
			if i := slices.Index(args, flag); i >= 0 {
				assert.Equal(t, args[i+1], value)
			} else {
				assert.Regexp(t, "^[0-9a-zA-Z]{20,}$", value)
				assert.False(t, seen[value], "%s differs each time", flag)
				seen[value] = true
			}
		}
		token := p.get(t, "/gettoken?"+url.Values{"appkey": {p.id}, "appsecret": {p.secret}}.Encode())
		assert.Equal(t, "ok", token["errmsg"], "%q", args)
	}
}

func TestEmulator_ExplainsWrongUsage(t *testing.T) {
	t.Parallel()
	taken, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = taken.Close() })
	for want, test := range map[string]struct {
		args []string
		code int
	}{
		"flag provided but not defined: -port":                                 {[]string{"-port", "80"}, 2},
		`unexpected arguments: ["8080"]`:                                       {[]string{"8080"}, 2},
		"give a host and a port, such as":                                      {[]string{"-addr", "localhost"}, 2},
		`invalid value "50" for flag -sample`:                                  {[]string{"-sample", "50"}, 2},
		`invalid value "-1,9" for flag -sample`:                                {[]string{"-sample", "-1,9"}, 2},
		"give a number of departments and a number of p":                       {[]string{"-sample", "9,9,9"}, 2},
		"-sample: a sample organization has 0 to 500000 people, not 99999999":  {[]string{"-sample", "10,99999999"}, 2},
		"-sample: a sample organization has 0 to 50000 departments, not 50001": {[]string{"-sample", "50001,9"}, 2},
		"address already in use: choose another address":                       {[]string{"-addr", taken.Addr().String()}, 1},
	} {
		code, out, errOut := clitest.Run(t.Context(), apptest.Name, apptest.Main(Command), nil, "", test.args...)
		assert.Equal(t, test.code, code, want)
		assert.Contains(t, errOut, want)
		assert.Empty(t, out, want)
	}
}

// process is a running emulator with what it printed.
type process struct {
	cmd                                               *exec.Cmd
	out                                               *bufio.Reader
	errOut                                            *strings.Builder // to be read after the end of the process
	addresses                                         []string
	base, console, login, id, secret, ssoSecret, curl string
}

func start(t *testing.T, args ...string) *process {
	t.Helper()
	ctx, kill := context.WithCancel(context.Background()) //nolint:usetesting // the process outlives t.Context
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = []string{"RUN_EMULATOR=1"}
	errOut := &strings.Builder{}
	cmd.Stderr = errOut
	out, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		kill()
		if _ = cmd.Wait(); t.Failed() {
			t.Log(errOut)
		}
	})
	p := &process{cmd: cmd, out: bufio.NewReader(out), errOut: errOut}
	for another := true; another; {
		text, err := p.out.ReadString('\n')
		require.NoError(t, err)
		value, found := strings.CutPrefix(strings.TrimSuffix(text, "\n"), "listening on ")
		require.True(t, found, text)
		p.addresses = append(p.addresses, value)
		next, err := p.out.Peek(1)
		require.NoError(t, err)
		another = next[0] == 'l'
	}
	p.base = p.addresses[0]
	for _, line := range []struct {
		prefix string
		to     *string
	}{
		{"console: ", &p.console}, {"login page: ", &p.login}, {"client id: ", &p.id}, {"client secret: ", &p.secret},
		{"sso secret: ", &p.ssoSecret}, {"", new(string)}, {"", &p.curl},
	} {
		text, err := p.out.ReadString('\n')
		require.NoError(t, err)
		value, found := strings.CutPrefix(strings.TrimSuffix(text, "\n"), line.prefix)
		require.True(t, found, "%q does not begin with %q", text, line.prefix)
		*line.to = value
	}
	return p
}

func (p *process) get(t *testing.T, address string) map[string]any {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, p.base+address, nil)
	require.NoError(t, err)
	return decode(t, r)
}

type poster func(t *testing.T, address string, args map[string]string) map[string]any

// asJSON sends every value as a string, as DingTalk's Java SDK does.
func asJSON(t *testing.T, address string, args map[string]string) map[string]any {
	t.Helper()
	body, _ := json.Marshal(args)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(string(body)))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	return decode(t, r)
}

func asForm(t *testing.T, address string, args map[string]string) map[string]any {
	t.Helper()
	form := url.Values{}
	for name, value := range args {
		form.Set(name, value)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, address, strings.NewReader(form.Encode()))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded;charset=utf-8")
	return decode(t, r)
}

func decode(t *testing.T, r *http.Request) map[string]any {
	t.Helper()
	var response map[string]any
	decoder := json.NewDecoder(send(t, r).Body)
	decoder.UseNumber()
	require.NoError(t, decoder.Decode(&response))
	return response
}

// send returns the response, whose body is open until the end of the test.
func send(t *testing.T, r *http.Request) *http.Response {
	t.Helper()
	transport := &http.Transport{DisableKeepAlives: true}
	res, err := transport.RoundTrip(r)
	require.NoError(t, err)
	t.Cleanup(func() { _ = res.Body.Close() })
	require.Equal(t, http.StatusOK, res.StatusCode)
	return res
}
